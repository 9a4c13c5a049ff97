package provider

import (
	"fmt"
	"strings"
)

// MaxItems is the highest number of reports that an account can be configured to show.
// Nothing beyond it is read.
const MaxItems = 100000

// List collects the reports of one refresh of a source, page by page. It keeps each id
// once and only the wanted types.
type List struct {
	// Snapshot is what has been collected so far. The source adds other values to it.
	Snapshot Snapshot

	types    []string
	matched  []bool // parallel to types
	known    []string
	others   bool // whether reports of other types were seen
	seen     map[string]struct{}
	nameless int
	hide     func(text string) string
	hid      bool
}

// NewList returns an empty list. If types is empty, all types are wanted. Types are
// compared without case, and a report's type takes the spelling used in types. The hide
// function returns what may be shown of a text; nil means everything.
func NewList(types []string, hide func(text string) string) *List {
	return &List{
		Snapshot: Snapshot{Complete: true},
		types:    types,
		matched:  make([]bool, len(types)),
		seen:     make(map[string]struct{}),
		hide:     hide,
	}
}

// Spell sets the documented spelling of types. If all types are wanted, a report of a
// documented type takes that spelling, so that case does not create a second type.
func (l *List) Spell(documented []string) { l.known = documented }

// Add hides the draft's secrets, adds it as a report, and reports whether its id is new.
// Pages can shift while they are read, and some APIs return the first page for every
// request. A page without a new id is therefore the end of a list.
func (l *List) Add(d *Draft) bool {
	if d.ID == "" {
		l.nameless++
		return false
	}
	d.Hide(l.hide)
	l.hid = l.hid || d.Echoes
	// Compare shortened ids, because labels and pages show only those.
	id := ReportID(d.ID)
	if _, ok := l.seen[id]; ok {
		return false
	}
	if len(l.seen) == MaxItems {
		l.Truncate()
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

// Truncate records that a limit on pages or items cuts the list short.
func (l *List) Truncate() { l.Snapshot.Truncated, l.Snapshot.Complete = true, false }

// Skip records the id of a report that is left out, and reports whether it is new.
func (l *List) Skip(id string) bool {
	id = ReportID(id)
	_, known := l.seen[id]
	l.seen[id] = struct{}{}
	return !known
}

// wanted reports whether reports of a type are wanted, and how to spell the type.
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

// Finish returns the collected snapshot. It fails with an *Error about the call tried
// if there were reports but none had an id. If some had no id, the snapshot is not
// marked complete, because a report may only seem to be absent.
func (l *List) Finish(tried string) (Snapshot, error) {
	for i, name := range l.types {
		if l.others && !l.matched[i] {
			l.Snapshot.Warnings = append(l.Snapshot.Warnings, fmt.Sprintf("types: no export in the list is of type %q, but others are; check the spelling", name))
		}
	}
	if l.hid {
		l.Snapshot.Warnings = append(l.Snapshot.Warnings, echoed)
	}
	if l.nameless == 0 {
		return l.Snapshot, nil
	}
	if len(l.seen) == 0 {
		return Snapshot{}, &Error{Reason: ReasonMalformed, Tried: tried, Detail: "no report in the list has an id"}
	}
	l.Snapshot.Complete = false
	l.Snapshot.Warnings = append(l.Snapshot.Warnings, "ignored reports without an id")
	return l.Snapshot, nil
}

// FetchEach requests the configured ids one by one. The fetch function returns the
// report of an id, or nil to leave it out, and may add other values to the snapshot. A
// report is shown as label(id), whatever the answer calls it. An id that the provider
// does not know is an answer, not a failure. The hide function is as in NewList.
func FetchEach(ids []string, label, hide func(string) string, fetch func(id string, to *Snapshot) (*Draft, error)) (Snapshot, error) {
	var s Snapshot
	hid := false
	for _, id := range ids {
		draft, err := fetch(id, &s)
		switch {
		case Missing(err):
			s.Missing = append(s.Missing, ReportID(label(id)))
		case err != nil:
			return Snapshot{}, err
		case draft != nil:
			draft.ID = "" // replaced below by what the configuration calls it
			draft.Hide(hide)
			hid = hid || draft.Echoes
			draft.ID = label(id)
			s.Reports = append(s.Reports, draft.Report(&s.Unreadable))
		}
	}
	if hid {
		s.Warnings = append(s.Warnings, echoed)
	}
	return s, nil
}
