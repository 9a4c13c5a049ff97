package provider

import (
	"slices"
	"strings"
)

// CatalogueEntry is one error word of an API.
type CatalogueEntry struct {
	// Word is the word as documented. It is compared without regard to case and
	// white space; more may follow it, unless Exact is set. With Anywhere, more
	// may also precede it: for an API whose errors are sentences.
	Word     string
	Exact    bool
	Anywhere bool
	// Reason is what the word means.
	Reason Reason
	// Until says that a unix second follows, before which the API does not want
	// to be called again.
	Until bool
	// Advice overrides what a person should do about the reason.
	Advice string
	// Meaning replaces the word in messages, where the word misleads.
	Meaning string
}

// Catalogue lists what an API's error words mean. It is immutable. Of two
// entries that both match, the first counts.
type Catalogue struct {
	entries []CatalogueEntry
	keys    []string
}

// NewCatalogue returns the catalogue of the entries.
func NewCatalogue(entries ...CatalogueEntry) *Catalogue {
	c := &Catalogue{entries: slices.Clone(entries)}
	for _, entry := range entries {
		c.keys = append(c.keys, FoldErrorWord(entry.Word))
	}
	return c
}

// Entries returns a copy of the list.
func (c *Catalogue) Entries() []CatalogueEntry { return slices.Clone(c.entries) }

// Find returns the entry of an error word, and what follows the entry's word
// without a colon between them.
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

// Worst returns the entry of the most severe of several error words.
func (c *Catalogue) Worst(words ...string) (worst CatalogueEntry, found bool) {
	for _, word := range words {
		entry, _, ok := c.Find(word)
		if ok && (!found || entry.Reason.Severity() > worst.Reason.Severity()) {
			worst, found = entry, true
		}
	}
	return worst, found
}

// Error returns the failure that an entry means.
func (e CatalogueEntry) Error() *Error {
	return &Error{Reason: e.Reason, Detail: e.Text(), Advice: e.Advice}
}

// Text is what a message says of the entry: its meaning, else its word.
func (e CatalogueEntry) Text() string {
	if e.Meaning != "" {
		return e.Meaning
	}
	return strings.TrimSuffix(e.Word, ":")
}

// MaxErrorWordBytes bounds an error word before it is looked at.
const MaxErrorWordBytes = 256

// Advised returns the entries with what to do about each filled in: its own
// advice, else the API's about the reason, else nothing.
func (c *Catalogue) Advised(advice map[Reason]string) []CatalogueEntry {
	entries := c.Entries()
	for i := range entries {
		if entries[i].Advice == "" {
			entries[i].Advice = advice[entries[i].Reason]
		}
	}
	return entries
}

// FoldErrorWord returns the beginning of an error word in the form in which such
// words are compared: without regard to case and white space.
func FoldErrorWord(word string) string {
	return strings.ToLower(strings.Join(strings.Fields(cut(word, MaxErrorWordBytes)), ""))
}

// Severity orders the reasons of an answer that gives several: the one that
// asks for the longest silence is the greatest.
func (r Reason) Severity() int { return slices.Index(bySeverity[:], r) }

// bySeverity holds every reason, from the one that may be asked again soonest.
var bySeverity = [...]Reason{
	ReasonUnknown, ReasonNotFound, ReasonTimeout, ReasonNetwork, ReasonMalformed, ReasonTooLarge, ReasonUnavailable,
	ReasonInvalidRequest, ReasonRateLimited, ReasonClockSkew, ReasonNonce, ReasonPermission,
	ReasonPaymentRequired, ReasonAuth, ReasonLockout,
}
