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

// history is a source's past together with what makes the next one. It is
// immutable.
type history struct {
	past *Past
	// listed is the last whole list: only two whole ones can tell that a
	// report is gone. Nil before the first.
	listed *provider.Snapshot
}

func newHistory(types []string) history {
	sorted := slices.Clone(types)
	slices.Sort(sorted)
	return history{past: &Past{Types: slices.Compact(sorted)}}
}

// with returns the history after a snapshot.
func (h history) with(snapshot *provider.Snapshot, types []string, now time.Time) history {
	past := *h.past
	next := history{past: &past, listed: h.listed}
	for _, name := range types {
		if at, found := slices.BinarySearch(past.Types, name); !found {
			past.Types = slices.Insert(slices.Clone(past.Types), at, name)
		}
	}
	past.DataEnd = maps.Clone(h.past.DataEnd)
	for i := range snapshot.Reports {
		report := &snapshot.Reports[i]
		if !report.ReachedReady() || !report.DataEnd.After(past.DataEnd[report.Type]) {
			continue
		}
		if past.DataEnd == nil {
			past.DataEnd = make(map[string]time.Time)
		}
		past.DataEnd[report.Type] = report.DataEnd
	}
	if !snapshot.Listed {
		return next
	}
	next.listed = snapshot
	if h.listed == nil {
		return next
	}
	present := make(map[string]struct{}, len(snapshot.Reports))
	for i := range snapshot.Reports {
		present[snapshot.Reports[i].ID] = struct{}{}
	}
	past.Vanished = maps.Clone(h.past.Vanished)
	for i := range h.listed.Reports {
		report := &h.listed.Reports[i]
		if _, ok := present[report.ID]; ok || beyond(report, snapshot, now) {
			continue
		}
		if past.Vanished == nil {
			past.Vanished = make(map[TypeStatus]float64)
		}
		past.Vanished[TypeStatus{report.Type, report.StatusAt(now)}]++
	}
	return next
}

// beyond reports whether a report may have been left out of a snapshot because
// it is old.
func beyond(report *provider.Report, snapshot *provider.Snapshot, now time.Time) bool {
	return report.FinishedAt().Before(snapshot.Horizon) && report.StatusAt(now).Finished()
}
