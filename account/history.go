package account

import (
	"maps"
	"slices"
	"time"

	"export_status_exporter/provider"
)

// TypeStatus is a report type together with a status.
type TypeStatus struct {
	Type   string
	Status provider.Status
}

// history is the past of a source and the list needed to update it. It is
// immutable.
type history struct {
	past *Past
	// listed is the last complete list, nil before the first. Only two complete
	// lists show that a report has vanished.
	listed *provider.Snapshot
}

// newHistory returns the history before the first snapshot. It sorts the types.
func newHistory(types []string) history {
	slices.Sort(types)
	return history{past: &Past{Types: slices.Compact(types)}}
}

// PastOf returns what a source remembers of its first snapshot.
func PastOf(snapshot *provider.Snapshot) *Past {
	types := make([]string, len(snapshot.Reports))
	for i := range snapshot.Reports {
		types[i] = snapshot.Reports[i].Type
	}
	past := newHistory(types).past
	past.reach(snapshot)
	return past
}

// with returns the history after a snapshot. If nothing changed, the result
// shares the old past.
func (h history) with(snapshot *provider.Snapshot, types []string, now time.Time) history {
	past := Past{Types: h.past.Types, Vanished: maps.Clone(h.past.Vanished), DataEnd: maps.Clone(h.past.DataEnd)}
	for _, name := range types {
		if at, found := slices.BinarySearch(past.Types, name); !found {
			past.Types = slices.Insert(slices.Clone(past.Types), at, name)
		}
	}
	past.reach(snapshot)
	next := history{past: h.past, listed: h.listed}
	if snapshot.Complete {
		past.lose(h.listed, snapshot, now)
		next.listed = snapshot
	}
	if !past.same(h.past) {
		next.past = &past
	}
	return next
}

// reach records the end of the newest ready data, by type.
func (p *Past) reach(snapshot *provider.Snapshot) {
	for i := range snapshot.Reports {
		report := &snapshot.Reports[i]
		if !report.ReachedReady() || !report.DataEnd.After(p.DataEnd[report.Type]) {
			continue
		}
		if p.DataEnd == nil {
			p.DataEnd = make(map[string]time.Time)
		}
		p.DataEnd[report.Type] = report.DataEnd
	}
}

// lose counts the reports of one complete list that are missing in the next.
// before is nil for the first list.
func (p *Past) lose(before, snapshot *provider.Snapshot, now time.Time) {
	if before == nil || sameReports(before.Reports, snapshot.Reports) {
		return
	}
	present := make(map[string]struct{}, len(snapshot.Reports))
	for i := range snapshot.Reports {
		present[snapshot.Reports[i].ID] = struct{}{}
	}
	for i := range before.Reports {
		report := &before.Reports[i]
		if _, ok := present[report.ID]; ok || beyond(report, snapshot, now) {
			continue
		}
		if p.Vanished == nil {
			p.Vanished = make(map[TypeStatus]float64)
		}
		p.Vanished[TypeStatus{report.Type, report.StatusAt(now)}]++
	}
}

// sameReports reports whether two lists are the same slice, whose contents
// never change.
func sameReports(a, b []provider.Report) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

func (p *Past) same(other *Past) bool {
	return slices.Equal(p.Types, other.Types) && maps.Equal(p.Vanished, other.Vanished) && maps.Equal(p.DataEnd, other.DataEnd)
}

// beyond reports whether a report may be missing from a snapshot only because
// it is too old to be read.
func beyond(report *provider.Report, snapshot *provider.Snapshot, now time.Time) bool {
	return report.FinishedAt().Before(snapshot.Horizon) && report.StatusAt(now).Finished()
}
