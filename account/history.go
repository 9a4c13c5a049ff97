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

// history is what a source remembers beyond its last snapshot, until the
// process ends. It is immutable.
type history struct {
	// types are those that are fixed, configured or were seen, sorted.
	types []string
	// vanished counts reports gone from the provider's list.
	vanished map[TypeStatus]float64
	// listed is the last whole list: only two whole ones can tell that a
	// report is gone. Nil before the first.
	listed *provider.Snapshot
	// dataEnd is how far data that reached ready goes, by type.
	dataEnd map[string]time.Time
}

func newHistory(types []string) history {
	sorted := slices.Clone(types)
	slices.Sort(sorted)
	return history{types: slices.Compact(sorted)}
}

// with returns the history after a snapshot.
func (h history) with(snapshot *provider.Snapshot, types []string, now time.Time) history {
	next := h
	for _, name := range types {
		if at, found := slices.BinarySearch(next.types, name); !found {
			next.types = slices.Insert(slices.Clone(next.types), at, name)
		}
	}
	next.dataEnd = maps.Clone(h.dataEnd)
	for i := range snapshot.Reports {
		report := &snapshot.Reports[i]
		if !report.ReachedReady() {
			continue
		}
		if report.DataEnd.After(next.dataEnd[report.Type]) {
			if next.dataEnd == nil {
				next.dataEnd = make(map[string]time.Time)
			}
			next.dataEnd[report.Type] = report.DataEnd
		}
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
	next.vanished = maps.Clone(h.vanished)
	for i := range h.listed.Reports {
		report := &h.listed.Reports[i]
		if _, ok := present[report.ID]; ok || beyond(report, snapshot, now) {
			continue
		}
		if next.vanished == nil {
			next.vanished = make(map[TypeStatus]float64)
		}
		next.vanished[TypeStatus{report.Type, report.StatusAt(now)}]++
	}
	return next
}

// beyond reports whether a report may have been left out of a snapshot because
// it is old.
func beyond(report *provider.Report, snapshot *provider.Snapshot, now time.Time) bool {
	return report.FinishedAt().Before(snapshot.Horizon) && report.StatusAt(now).Finished()
}
