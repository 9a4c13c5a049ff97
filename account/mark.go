package account

import (
	"weak"

	"export_status_exporter/provider"
)

// Mark tells whether a later view of an account shows the same. Unlike a view, it does
// not keep the exports in memory.
type Mark struct {
	view    View // without its sources
	sources []sourceMark
}

type sourceMark struct {
	view     SourceView // without its snapshot
	snapshot weak.Pointer[provider.Snapshot]
	reports  weak.Pointer[provider.Report] // the first one
	count    int                           // of reports; -1 without a snapshot
}

// Mark returns the mark of a view.
func (v *View) Mark() *Mark {
	m := &Mark{view: *v, sources: make([]sourceMark, len(v.Sources))}
	m.view.Sources = nil
	for i, source := range v.Sources {
		first, count := firstReport(source.Snapshot)
		m.sources[i] = sourceMark{source, weak.Make(source.Snapshot), weak.Make(first), count}
		m.sources[i].view.Snapshot = nil
	}
	return m
}

// Same reports whether a view of the account differs only in its times.
func (m *Mark) Same(v *View) bool {
	if !m.SameExports(v) {
		return false
	}
	for i, source := range v.Sources {
		same := m.sources[i].snapshot.Value() == source.Snapshot
		source.Snapshot = nil
		if !same || source != m.sources[i].view {
			return false
		}
	}
	return true
}

// SameExports reports whether a view of the account shows the same exports and differs
// at most in its times. A refresh that returns the same exports changes only the state
// of the source.
func (m *Mark) SameExports(v *View) bool {
	if m.view.Name != v.Name || m.view.Provider != v.Provider || m.view.Policy != v.Policy || m.view.Expect != v.Expect || len(m.sources) != len(v.Sources) {
		return false
	}
	for i := range v.Sources {
		was, is := &m.sources[i], &v.Sources[i]
		first, count := firstReport(is.Snapshot)
		if was.view.Name != is.Name || was.view.AnyType != is.AnyType || was.view.Past != is.Past || was.count != count || was.reports.Value() != first {
			return false
		}
	}
	return true
}

// firstReport returns the first report of a snapshot, nil if it is empty, and their
// number. Lists with the same first report are the same list, whose contents never
// change.
func firstReport(s *provider.Snapshot) (first *provider.Report, count int) {
	switch {
	case s == nil:
		return nil, -1
	case len(s.Reports) == 0:
		return nil, 0
	default:
		return &s.Reports[0], len(s.Reports)
	}
}
