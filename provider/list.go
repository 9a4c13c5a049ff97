package provider

import (
	"fmt"
	"strings"
)

// List gathers the reports of one refresh of a source, page by page: each id
// once, of the types that are wanted.
type List struct {
	// Snapshot is what was gathered; a source adds what else it learns.
	Snapshot Snapshot

	types    []string
	matched  []bool // by types
	known    []string
	others   bool // whether there were reports of other types
	seen     map[string]struct{}
	nameless int
}

// NewList returns an empty list. No types means all. Types are compared
// without regard to case, and a report takes the spelling of the list.
func NewList(types []string) *List {
	return &List{
		Snapshot: Snapshot{Complete: true},
		types:    types,
		matched:  make([]bool, len(types)),
		seen:     make(map[string]struct{}),
	}
}

// Spell names types as the API documents them: where all types are wanted, a
// report of one of them takes this spelling, so that a type is one whatever case
// it comes in.
func (l *List) Spell(documented []string) { l.known = documented }

// Add takes a report and tells whether its id is new. Pages shift while they
// are read, and an API may answer any question with its first page, so the end
// of a list is a page without a new id.
func (l *List) Add(d *Draft) bool {
	if d.ID == "" {
		l.nameless++
		return false
	}
	// The bounded id is the report's name everywhere, so it is what must differ.
	id := ReportID(d.ID)
	if _, ok := l.seen[id]; ok {
		return false
	}
	l.seen[id] = struct{}{}
	if name, ok := l.wanted(d.Type); ok {
		r := d.Report(&l.Snapshot.Unreadable)
		r.Type = name
		l.Snapshot.Reports = append(l.Snapshot.Reports, r)
	}
	return true
}

// Skip notes an id that is left out, and tells whether it is new.
func (l *List) Skip(id string) bool {
	id = ReportID(id)
	_, known := l.seen[id]
	l.seen[id] = struct{}{}
	return !known
}

// wanted tells whether reports of a type are wanted, and how the type is
// spelled.
func (l *List) wanted(name string) (spelled string, ok bool) {
	bounded := TypeName(name)
	for i, each := range l.types {
		if strings.EqualFold(each, bounded) {
			l.matched[i] = true
			return each, true
		}
	}
	if len(l.types) > 0 {
		l.others = true
		return "", false
	}
	for _, each := range l.known {
		if strings.EqualFold(each, bounded) {
			return each, true
		}
	}
	return bounded, true
}

// Finish returns what was gathered, or an *Error about what was tried if there
// were reports and none had an id. Where some had none, nothing is concluded
// from the absence of a report.
func (l *List) Finish(tried string) (Snapshot, error) {
	for i, name := range l.types {
		if l.others && !l.matched[i] {
			l.Snapshot.Warnings = append(l.Snapshot.Warnings, fmt.Sprintf("types: no export in the list is of type %q, but others are; check the spelling", name))
		}
	}
	if l.nameless == 0 {
		return l.Snapshot, nil
	}
	if len(l.seen) == 0 {
		return Snapshot{}, &Error{Reason: ReasonMalformed, Tried: tried, Detail: "no report in the list has an id"}
	}
	l.Snapshot.Complete = false
	l.Snapshot.Warnings = append(l.Snapshot.Warnings, "left out reports without an id")
	return l.Snapshot, nil
}

// Explicit gathers the reports of the ids that the configuration names.
type Explicit struct {
	// Snapshot is what was gathered.
	Snapshot Snapshot
}

// Add takes the report of a configured id, under that id whatever the answer's
// spelling is.
func (e *Explicit) Add(id string, d *Draft) {
	d.ID = id
	e.Snapshot.Reports = append(e.Snapshot.Reports, d.Report(&e.Snapshot.Unreadable))
}

// Miss notes that the provider does not know an id. That is an answer and no
// failure.
func (e *Explicit) Miss(id string) { e.Snapshot.Missing = append(e.Snapshot.Missing, ReportID(id)) }
