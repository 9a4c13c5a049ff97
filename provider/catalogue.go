package provider

import (
	"slices"
	"strings"
)

// CatalogueEntry is one error word of an API.
type CatalogueEntry struct {
	// Word is the word as documented. It is compared without regard to case and
	// white space; more may follow it, unless Exact is set.
	Word  string
	Exact bool
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
		after, ok := strings.CutPrefix(key, known)
		if ok && (after == "" || !c.entries[i].Exact) {
			return c.entries[i], strings.TrimPrefix(after, ":"), true
		}
	}
	return CatalogueEntry{}, "", false
}

// Error returns the failure that an entry means.
func (e CatalogueEntry) Error() *Error {
	detail := e.Meaning
	if detail == "" {
		detail = strings.TrimSuffix(e.Word, ":")
	}
	return &Error{Reason: e.Reason, Detail: detail, Advice: e.Advice}
}

// MaxErrorWordBytes bounds an error word before it is looked at.
const MaxErrorWordBytes = 256

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
