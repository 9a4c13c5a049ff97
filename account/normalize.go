package account

import (
	"slices"
	"sync"
	"time"

	"export_status_exporter/provider"
)

// typeSet bounds the types of an account: a type is a label, and a provider
// can invent any number.
type typeSet struct {
	mu    sync.Mutex
	known map[string]struct{}
}

func newTypeSet() *typeSet { return &typeSet{known: make(map[string]struct{})} }

// admit returns the names with those beyond the bound replaced by
// provider.OtherType.
func (t *typeSet) admit(names []string) []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	admitted := make([]string, len(names))
	for i, name := range names {
		if _, ok := t.known[name]; !ok {
			if len(t.known) >= provider.MaxTypes {
				name = provider.OtherType
			} else {
				t.known[name] = struct{}{}
			}
		}
		admitted[i] = name
	}
	return admitted
}

// normalize returns an answer as it is shown: every id once, types bounded, and
// what the provider no longer knows in the form in which it was last seen. It
// also returns the types that occur.
func (a *Account) normalize(answer, last *provider.Snapshot, now time.Time) (*provider.Snapshot, []string) {
	tidied := *answer
	tidied.Reports = make([]provider.Report, 0, len(answer.Reports)+len(answer.Missing))
	seen := make(map[string]struct{}, len(answer.Reports))
	var names []string
	byName := make(map[string]string)
	for i := range answer.Reports {
		report := answer.Reports[i]
		if _, ok := seen[report.ID]; ok {
			continue
		}
		seen[report.ID] = struct{}{}
		name, ok := byName[report.Type]
		if !ok {
			name = a.types.admit([]string{report.Type})[0]
			byName[report.Type] = name
			names = append(names, name)
		}
		report.Type = name
		tidied.Reports = append(tidied.Reports, report)
	}
	before := newMemory(last)
	for i := range tidied.Reports {
		before.recall(&tidied.Reports[i], now)
	}
	for _, id := range answer.Missing {
		was := before.of(id)
		report := missing(id, was, now)
		if was != nil && report != *was {
			report.Changed = now
		}
		if !slices.Contains(names, report.Type) {
			names = append(names, report.Type)
		}
		tidied.Reports = append(tidied.Reports, report)
	}
	if last != nil && slices.Equal(tidied.Reports, last.Reports) {
		tidied.Reports = last.Reports // so that all can see that nothing has changed
	}
	return &tidied, names
}

// memory is what was last known of each report. Answers mostly come in the order
// of the one before, so a report is looked for there first.
type memory struct {
	reports []provider.Report
	next    int
	byID    map[string]int // nil until it is needed
}

func newMemory(last *provider.Snapshot) *memory {
	if last == nil {
		return &memory{}
	}
	return &memory{reports: last.Reports}
}

// of returns what was last known of a report, nil if nothing was.
func (m *memory) of(id string) *provider.Report {
	if m.next >= len(m.reports) || m.reports[m.next].ID != id {
		if m.byID == nil {
			m.byID = make(map[string]int, len(m.reports))
			for i := range m.reports {
				m.byID[m.reports[i].ID] = i
			}
		}
		at, ok := m.byID[id]
		if !ok {
			return nil
		}
		m.next = at
	}
	m.next++
	return &m.reports[m.next-1]
}

// recall notes when a report of an answer was first seen, and when it last
// changed.
func (m *memory) recall(r *provider.Report, now time.Time) {
	was := m.of(r.ID)
	if was == nil {
		r.FirstSeen = now
		return
	}
	r.FirstSeen, r.Changed = was.FirstSeen, was.Changed
	if *r != *was {
		r.Changed = now
	}
	if r.FirstSeen.IsZero() {
		r.FirstSeen = now // until now it was only an id that the provider did not know
	}
}

// missing is a configured report that the provider does not know: expired if
// it was last seen ready, else unknown, with what was known of it.
func missing(id string, last *provider.Report, now time.Time) provider.Report {
	report := provider.Report{ID: id}
	if last != nil {
		report = *last
	}
	switch report.StatusAt(now) {
	case provider.StatusReady, provider.StatusExpired:
		report.Status, report.WasReady = provider.StatusExpired, report.ReachedReady()
	default:
		report.Status = provider.StatusUnknown
		report.Failed = time.Time{}
	}
	report.Progress = provider.Number{}
	report.ProviderStatus = ""
	return report
}
