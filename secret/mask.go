package secret

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
)

// The limits of a Mask, in bytes. Shorter texts occur in ordinary words by chance.
const (
	minMasked = 8  // of a whole value
	minPart   = 16 // of a part of a value
	// blockBytes is the length of the blocks that a text is first compared by. Every
	// part of a value holds a whole block of the text.
	blockBytes = minPart / 2
	// maxFilterBits bounds the filter's size: 128 KiB, for megabytes of secrets.
	maxFilterBits = 20
	// bufferBytes is the length up to which an ordinary text needs no memory.
	bufferBytes = 256
)

// hidden replaces a secret in a text.
const hidden = "<secret>"

// seed makes it impossible to construct texts that the filter cannot tell apart.
var seed = rand.Uint64() | 1 //nolint:gosec // Nothing is encrypted with it.

// Mask replaces secrets in texts that a server sent. It is safe for concurrent use.
type Mask struct {
	// parted holds the folded texts whose long parts are hidden, too. Of the others,
	// only the whole is.
	parted, others []string
	// filter is a Bloom filter of all blocks in parted, with 1<<width bits.
	filter []uint64
	width  int
	// parts returns all parts of the shortest length. Only a text that has a block in
	// common with a secret needs it.
	parts func() map[[minPart]byte]struct{}
}

// newMask returns a mask of folded texts. Only of public ones, parts are not hidden.
func newMask(secrets, public []string) *Mask {
	m := &Mask{}
	total := 0
	for _, each := range secrets {
		switch {
		case len(each) < minPart:
			m.others = append(m.others, each)
		case !slices.Contains(m.parted, each):
			m.parted = append(m.parted, each)
			total += len(each)
		}
	}
	m.others = slices.DeleteFunc(append(m.others, public...), func(each string) bool { return each == "" })
	m.parts = sync.OnceValue(m.allParts)
	if total == 0 {
		return m
	}
	m.width = min(bits.Len(uint(total))+3, maxFilterBits) // 8 to 16 bits a block
	m.filter = make([]uint64, 1<<m.width/64)
	for _, each := range m.parted {
		for at := range len(each) - blockBytes + 1 {
			first, second := m.places([]byte(each[at : at+blockBytes]))
			m.filter[first/64] |= 1 << (first % 64)
			m.filter[second/64] |= 1 << (second % 64)
		}
	}
	return m
}

// allParts returns all parts of the shortest length.
func (m *Mask) allParts() map[[minPart]byte]struct{} {
	parts := make(map[[minPart]byte]struct{})
	for _, each := range m.parted {
		for at := range len(each) - minPart + 1 {
			parts[[minPart]byte([]byte(each[at:at+minPart]))] = struct{}{}
		}
	}
	return parts
}

// places returns the two bits of a block in the filter.
func (m *Mask) places(block []byte) (first, second uint64) {
	hash := binary.LittleEndian.Uint64(block) * seed
	return hash >> (64 - m.width), hash << m.width >> (64 - m.width)
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
	if m.filter == nil || len(folded) < minPart {
		return false
	}
	for ; len(folded) >= blockBytes; folded = folded[blockBytes:] {
		first, second := m.places(folded)
		if m.filter[first/64]>>(first%64)&(m.filter[second/64]>>(second%64))&1 != 0 && m.holds(string(folded[:blockBytes])) {
			return true
		}
	}
	return false
}

// holds reports whether a block is in one of the secrets, which the filter reports of
// a few others, too.
func (m *Mask) holds(block string) bool {
	return slices.ContainsFunc(m.parted, func(each string) bool { return strings.Contains(each, block) })
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
	if len(folded) >= minPart {
		if _, ok := m.parts()[[minPart]byte(folded)]; ok {
			length = minPart
		}
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
