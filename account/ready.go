package account

import (
	"time"

	"export_status_exporter/provider"
)

// clockTolerance is how far a provider's clock may lag behind the exporter's.
const clockTolerance = time.Minute

// becameReady returns the reports that became ready between the last answer and
// this one: those that were listed but not ready, and those that are new and
// were completed since. It returns none for the first answer. settled holds the
// ids that were ready in an earlier answer but not in the last one; still is
// the same set for the next call.
func becameReady(answer, last *provider.Snapshot, lastSuccess time.Time, settled map[string]struct{}) (fresh []*provider.Report, still map[string]struct{}) {
	if last == nil {
		return nil, nil
	}
	if sameReports(answer.Reports, last.Reports) { // the usual case
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

// observeDurations passes the durations of finished reports to ObserveReady,
// computed from the provider's own timestamps.
func (a *Account) observeDurations(fresh []*provider.Report) {
	for _, r := range fresh {
		if took := r.Completed.Sub(r.Created); !r.Created.IsZero() && !r.Completed.IsZero() && took >= 0 {
			a.ObserveReady(r.Type, took)
		}
	}
}
