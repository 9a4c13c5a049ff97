package secret

import (
	"bytes"
	"strings"
)

// The limits of a Mask, in bytes. Shorter values occur in ordinary words by chance.
const (
	minMasked = 8  // of a value, to be searched for
	minPart   = 16 // of a text that is a part of a value
	// bufferBytes is the length up to which a text needs no memory.
	bufferBytes = 256
)

// hidden replaces a secret in a text.
const hidden = "<secret>"

// Mask replaces secrets in texts that a server sent. The zero value replaces none.
type Mask struct{ folded [][]byte }

// Mask returns a mask of the values, and of other texts that are as secret.
func (v Values) Mask(others ...string) Mask {
	var m Mask
	for _, each := range v {
		others = append(others, each.Reveal())
	}
	for _, each := range others {
		if len(each) >= minMasked {
			m.folded = append(m.folded, fold(nil, each))
		}
	}
	return m
}

// Hide returns a text with every secret in it replaced by "<secret>", ignoring case. A
// text that is a long part of a secret is replaced as a whole.
func (m Mask) Hide(text string) string {
	if len(text) < minMasked {
		return text
	}
	var buffer [bufferBytes]byte
	folded := fold(buffer[:0], text)
	for _, value := range m.folded {
		switch {
		case len(folded) < len(value):
			if len(folded) >= minPart && bytes.Contains(value, folded) {
				return hidden
			}
		case bytes.Contains(folded, value):
			text = replace(text, folded, value)
			folded = fold(buffer[:0], text)
		}
	}
	return text
}

// replace replaces each occurrence of value in the folded form of text.
func replace(text string, folded, value []byte) string {
	var b strings.Builder
	for {
		at := bytes.Index(folded, value)
		if at < 0 {
			b.WriteString(text)
			return b.String()
		}
		b.WriteString(text[:at])
		b.WriteString(hidden)
		text, folded = text[at+len(value):], folded[at+len(value):]
	}
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
