package provider

import (
	"slices"
	"strings"
)

// CatalogueEntry is one error word of an API.
type CatalogueEntry struct {
	// Word is the word as the API documents it. Matching ignores case and white space.
	// By default the answer's text must begin with Word. Exact requires the whole text
	// to match. Anywhere allows Word at any position, for APIs whose errors are
	// sentences.
	Word     string
	Exact    bool
	Anywhere bool
	// Reason is the failure reason that the word stands for.
	Reason Reason
	// Until reports that the word is followed by a Unix time in seconds. The API does
	// not accept calls before that time.
	Until bool
	// Advice replaces the general advice for Reason.
	Advice string
	// Meaning replaces the word in messages where the word itself is misleading.
	Meaning string
}

// Catalogue maps an API's error words to failures. It is immutable. If several entries
// match, the first one wins.
type Catalogue struct {
	entries []CatalogueEntry
	keys    []string
}

// NewCatalogue returns a catalogue of the given entries.
func NewCatalogue(entries ...CatalogueEntry) *Catalogue {
	c := &Catalogue{entries: slices.Clone(entries)}
	for _, entry := range entries {
		c.keys = append(c.keys, FoldErrorWord(entry.Word))
	}
	return c
}

// Entries returns a copy of the entries.
func (c *Catalogue) Entries() []CatalogueEntry { return slices.Clone(c.entries) }

// Find returns the first entry that matches an error text, and the part of the text
// that follows the entry's word, without a separating colon.
func (c *Catalogue) Find(word string) (entry CatalogueEntry, rest string, found bool) {
	key := FoldErrorWord(word)
	for i, known := range c.keys {
		at := strings.Index(key, known)
		if at < 0 || at > 0 && !c.entries[i].Anywhere {
			continue
		}
		if after := key[at+len(known):]; after == "" || !c.entries[i].Exact {
			return c.entries[i], strings.TrimPrefix(after, ":"), true
		}
	}
	return CatalogueEntry{}, "", false
}

// Worst returns the most severe entry that matches any of the words.
func (c *Catalogue) Worst(words ...string) (worst CatalogueEntry, found bool) {
	for _, word := range words {
		entry, _, ok := c.Find(word)
		if ok && (!found || entry.Reason.Severity() > worst.Reason.Severity()) {
			worst, found = entry, true
		}
	}
	return worst, found
}

// Error returns the entry as a failure.
func (e CatalogueEntry) Error() *Error {
	return &Error{Reason: e.Reason, Detail: e.Text(), Advice: e.Advice}
}

// Text returns the entry's text for messages: Meaning if set, otherwise Word.
func (e CatalogueEntry) Text() string {
	if e.Meaning != "" {
		return e.Meaning
	}
	return strings.TrimSuffix(e.Word, ":")
}

// MaxErrorWordBytes is how many bytes of an error word are examined.
const MaxErrorWordBytes = 256

// Advised returns the entries with Advice filled in where it is empty, from the API's
// own advice for the entry's reason.
func (c *Catalogue) Advised(advice map[Reason]string) []CatalogueEntry {
	entries := c.Entries()
	for i := range entries {
		if entries[i].Advice == "" {
			entries[i].Advice = advice[entries[i].Reason]
		}
	}
	return entries
}

// FoldErrorWord returns the first MaxErrorWordBytes of an error word in the form used
// for comparison: lower case and without white space.
func FoldErrorWord(word string) string {
	return strings.ToLower(strings.Join(strings.Fields(Cut(word, MaxErrorWordBytes)), ""))
}

// Severity ranks reasons for answers that give several. The reason that requires the
// longest wait has the highest rank.
func (r Reason) Severity() int { return slices.Index(bySeverity[:], r) }

// bySeverity lists every reason, shortest wait first.
var bySeverity = [...]Reason{
	ReasonUnknown, ReasonNotFound, ReasonTimeout, ReasonNetwork, ReasonMalformed, ReasonTooLarge, ReasonUnavailable,
	ReasonInvalidRequest, ReasonRateLimited, ReasonClockSkew, ReasonNonce, ReasonPermission,
	ReasonPaymentRequired, ReasonAuth, ReasonLockout,
}
