package secret

import (
	"bytes"
	"cmp"
	"slices"
	"sort"
	"strings"
)

// The limits of a Mask, in bytes. Shorter texts occur in ordinary words by chance.
const (
	minMasked = 8  // of a whole value
	minPart   = 16 // of a part of a value
	// blockBytes is the length of the blocks that a text is first compared by. Every
	// part of a value holds a whole block of the text.
	blockBytes = minPart / 2
	// bufferBytes is the length up to which an ordinary text needs no memory.
	bufferBytes = 256
)

// hidden replaces a secret in a text.
const hidden = "<secret>"

// between separates texts in Mask.text. No folded text has it.
const between = "A"

// Mask replaces secrets in texts that a server sent. It is safe for concurrent use.
type Mask struct {
	// parted holds the folded texts whose long parts are hidden, too. Of the others,
	// only the whole is.
	parted, others []string
	// text holds all of parted, and places the beginnings of all blocks in it, sorted by
	// what is there. A map of the parts would take ten times the memory: a server can
	// choose long access tokens.
	text   string
	places []uint32
}

// newMask returns a mask of folded texts. Only of public ones, parts are not hidden.
func newMask(secrets, public []string) *Mask {
	m := &Mask{}
	slices.Sort(secrets)
	for _, each := range slices.Compact(secrets) {
		if len(each) < minPart {
			m.others = append(m.others, each)
		} else {
			m.parted = append(m.parted, each)
		}
	}
	m.others = slices.DeleteFunc(append(m.others, public...), func(each string) bool { return each == "" })
	m.text = strings.Join(m.parted, between)
	m.places = make([]uint32, 0, len(m.text))
	begin := 0
	for _, each := range m.parted {
		for at := range len(each) - blockBytes + 1 {
			m.places = append(m.places, uint32(begin+at))
		}
		begin += len(each) + len(between)
	}
	slices.SortFunc(m.places, func(a, b uint32) int { return cmp.Compare(m.at(a), m.at(b)) })
	return m
}

// at returns the part of the text at a place, which is shorter at the end.
func (m *Mask) at(place uint32) string {
	return m.text[place:min(int(place)+minPart, len(m.text))]
}

// has reports whether a folded block or part is in a secret.
func (m *Mask) has(part []byte) bool {
	i := sort.Search(len(m.places), func(i int) bool { return m.at(m.places[i]) >= string(part) })
	return i < len(m.places) && strings.HasPrefix(m.at(m.places[i]), string(part))
}

// Hide returns a text with every secret, and every long part of one, replaced by
// "<secret>", ignoring case. It takes time in proportion to the text's length.
func (m *Mask) Hide(text string) string {
	if len(text) < minMasked || len(m.parted)+len(m.others) == 0 {
		return text
	}
	var buffer [bufferBytes]byte
	if folded := fold(buffer[:0], text); m.touches(folded) {
		return m.replace(text, folded)
	}
	return text
}

// touches reports whether a text may have to change.
func (m *Mask) touches(folded []byte) bool {
	for _, each := range m.others {
		if len(each) >= minMasked && bytes.Contains(folded, []byte(each)) {
			return true
		}
	}
	if len(folded) < minPart {
		return false
	}
	for ; len(folded) >= blockBytes; folded = folded[blockBytes:] {
		if m.has(folded[:blockBytes]) {
			return true
		}
	}
	return false
}

// replace replaces all secrets and long parts in a text.
func (m *Mask) replace(text string, folded []byte) string {
	var b strings.Builder
	end := 0 // of the last secret
	for at := range folded {
		length := m.secretAt(folded[at:])
		if length > 0 && at >= end {
			b.WriteString(text[end:at])
			b.WriteString(hidden)
		}
		if length > 0 {
			end = max(end, at+length)
		}
	}
	b.WriteString(text[end:])
	return b.String()
}

// secretAt returns the length of the secret that a text begins with, or 0.
func (m *Mask) secretAt(folded []byte) int {
	length := 0
	if len(folded) >= minPart && m.has(folded[:minPart]) {
		length = minPart
	}
	for _, each := range m.others {
		if len(each) >= minMasked && bytes.HasPrefix(folded, []byte(each)) {
			length = max(length, len(each))
		}
	}
	return length
}

// Overlaps reports whether a text contains a secret of any length or a long part of
// one, or is itself a part of one, ignoring case. Such a text must not be shown.
func (m *Mask) Overlaps(text string) bool {
	folded := string(fold(nil, text))
	overlaps := func(each string) bool { return strings.Contains(folded, each) || strings.Contains(each, folded) }
	return slices.ContainsFunc(m.parted, overlaps) || slices.ContainsFunc(m.others, overlaps) || m.Hide(text) != text
}

// fold appends a text with ASCII letters in lower case. It keeps the length.
func fold(to []byte, text string) []byte {
	for i := range len(text) {
		c := text[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		to = append(to, c)
	}
	return to
}
