package provider

import "slices"

// List gathers the reports of an account's list, page by page: each id once,
// of the types that are wanted.
type List struct {
	// Snapshot is what was gathered; a source adds what else it learns.
	Snapshot Snapshot

	types    []string
	seen     map[string]struct{}
	nameless int
}

// NewList returns an empty list. No types means all.
func NewList(types []string) *List {
	return &List{Snapshot: Snapshot{Listed: true}, types: types, seen: make(map[string]struct{})}
}

// Add takes a report and tells whether its id is new. Pages shift while they
// are read, and an API may answer any question with its first page, so the end
// of a list is a page without a new id.
func (l *List) Add(r Report) bool {
	if r.ID == "" {
		l.nameless++
		return false
	}
	if _, ok := l.seen[r.ID]; ok {
		return false
	}
	l.seen[r.ID] = struct{}{}
	if len(l.types) == 0 || slices.Contains(l.types, r.Type) {
		l.Snapshot.Reports = append(l.Snapshot.Reports, r)
	}
	return true
}

// Finish returns what was gathered, or an *Error about what was tried if there
// were reports and none had an id. Where some had none, nothing is concluded from the absence
// of a report.
func (l *List) Finish(tried string) (Snapshot, error) {
	if l.nameless == 0 {
		return l.Snapshot, nil
	}
	if len(l.seen) == 0 {
		return Snapshot{}, &Error{Reason: ReasonMalformed, Tried: tried, Detail: "no report in the list has an id"}
	}
	l.Snapshot.Listed = false
	l.Snapshot.Warnings = append(l.Snapshot.Warnings, "left out reports without an id")
	return l.Snapshot, nil
}
