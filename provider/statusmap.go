package provider

import (
	"fmt"
	"slices"
	"strings"
)

// StatusMap maps an API's status words to statuses. It is immutable. Words are compared
// without case and surrounding white space.
type StatusMap struct{ byWord map[string]Status }

// NewStatusMap returns a map of the given words. It is an error if a word is empty or
// belongs to two statuses.
func NewStatusMap(words map[Status][]string) (StatusMap, error) {
	m := StatusMap{byWord: make(map[string]Status)}
	for _, status := range Statuses() {
		for _, word := range words[status] {
			key := FoldWord(word)
			other, taken := m.byWord[key]
			switch {
			case key == "":
				return StatusMap{}, fmt.Errorf("an empty word cannot mean %s", status)
			case taken && other != status:
				return StatusMap{}, fmt.Errorf("%q means both %s and %s", word, other, status)
			}
			m.byWord[key] = status
		}
	}
	return m, nil
}

// MustStatusMap is like NewStatusMap but panics on an error. It is for words that are
// constants.
func MustStatusMap(words map[Status][]string) StatusMap {
	m, err := NewStatusMap(words)
	if err != nil {
		panic(err)
	}
	return m
}

// Status returns the status for a word, or StatusUnknown if the map lacks the word.
func (m StatusMap) Status(word string) Status {
	// Nearly every answer uses the documented ASCII spelling. Folding it on the stack
	// saves one allocation per report.
	var buffer [MaxStatusWordBytes]byte
	folded := buffer[:0]
	word = strings.TrimSpace(word)
	if len(word) > len(buffer) {
		return m.byWord[FoldWord(word)]
	}
	for i := range len(word) {
		c := word[i]
		if c >= 0x80 {
			return m.byWord[FoldWord(word)]
		}
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		folded = append(folded, c)
	}
	return m.byWord[string(folded)]
}

// Words returns the words of a status, sorted.
func (m StatusMap) Words(status Status) []string {
	var words []string
	for word, each := range m.byWord {
		if each == status {
			words = append(words, word)
		}
	}
	slices.Sort(words)
	return words
}

// FoldWord returns a word in the form used for comparison: lower case and without
// surrounding white space.
func FoldWord(word string) string { return strings.ToLower(strings.TrimSpace(word)) }
