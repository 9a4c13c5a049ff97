package account

import (
	"time"

	"export_status_exporter/provider"
)

// clockTolerance is how far a provider's clock may be behind ours.
const clockTolerance = time.Minute

// becameReady returns the reports of an answer that have become ready since the
// last one: those that were not ready then, and those that were not there and
// were completed since. Of the first answer it returns none. Settled are the
// reports that were ready in an earlier answer and not in the last; the second
// result is the same for the next.
func becameReady(answer, last *provider.Snapshot, lastSuccess time.Time, settled map[string]struct{}) (fresh []*provider.Report, still map[string]struct{}) {
	if last == nil {
		return nil, nil
	}
	if sameReports(answer.Reports, last.Reports) { // most of the time
		return nil, settled
	}
	before := make(map[string]bool, len(last.Reports)) // whether it ever was ready
	for i := range last.Reports {
		_, once := settled[last.Reports[i].ID]
		before[last.Reports[i].ID] = once || last.Reports[i].ReachedReady()
	}
	since := lastSuccess.Add(-clockTolerance)
	for i := range answer.Reports {
		r := &answer.Reports[i]
		was, known := before[r.ID]
		switch {
		case was && !r.ReachedReady():
			if still == nil {
				still = make(map[string]struct{})
			}
			still[r.ID] = struct{}{}
		case !was && r.ReachedReady() && (known || r.Completed.After(since)):
			fresh = append(fresh, r)
		}
	}
	return fresh, still
}

// observeReady tells how long reports took, by the provider's own times.
func (a *Account) observeReady(fresh []*provider.Report) {
	for _, r := range fresh {
		if took := r.Completed.Sub(r.Created); !r.Created.IsZero() && !r.Completed.IsZero() && took >= 0 {
			a.Took(r.Type, took)
		}
	}
}
