package provider

import (
	"fmt"
	"slices"
	"strings"
)

// StatusMap tells what each of an API's status words means. It is immutable.
// Words are compared without regard to case and to space around them.
type StatusMap struct{ byWord map[string]Status }

// NewStatusMap returns the map of the words of each status. A word that belongs
// to two statuses, or to none because it is empty, is an error.
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

// MustStatusMap is NewStatusMap for words that are constants of the program.
func MustStatusMap(words map[Status][]string) StatusMap {
	m, err := NewStatusMap(words)
	if err != nil {
		panic(err)
	}
	return m
}

// Status returns what a word means, StatusUnknown for one that the map lacks.
func (m StatusMap) Status(word string) Status {
	// Nearly every answer spells its words as documented, in ASCII: folding
	// them on the stack saves an allocation for each report.
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

// FoldWord returns a word in the form in which words are compared: without
// regard to case and to space around it.
func FoldWord(word string) string { return strings.ToLower(strings.TrimSpace(word)) }
