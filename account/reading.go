package account

import (
	"slices"
	"time"

	"export_status_exporter/provider"
)

// State describes how the refreshes of a source or an account are going.
type State string

// The states. A source is never in StateTrouble; an account is in StateTrouble
// instead of StateFailing and StateHeldBack.
const (
	StateUp           State = "up"
	StateFailing      State = "failing"
	StateHeldBack     State = "held_back"
	StateNotRefreshed State = "not_refreshed"
	StateTrouble      State = "trouble"
)

// State returns the state of the source.
func (s *SourceView) State() State {
	switch {
	case !s.BackoffUntil.IsZero():
		return StateHeldBack
	case s.Failure != nil:
		return StateFailing
	case s.Up:
		return StateUp
	default:
		return StateNotRefreshed
	}
}

// State returns the worst state of the account's sources. A stale source counts
// as StateTrouble.
func (v *View) State() State {
	state := StateUp
	for i := range v.Sources {
		switch source := v.Sources[i].State(); {
		case v.Sources[i].Stale, source == StateFailing, source == StateHeldBack:
			return StateTrouble
		case source == StateNotRefreshed:
			state = StateNotRefreshed
		}
	}
	return state
}

// Quota returns the limits of the account: credits, rate limits by window, and
// when the key expires (zero if unknown). If several sources report the same
// value, the first one wins.
func (v *View) Quota() (quota provider.Quota, keyExpires time.Time) {
	for i := range v.Sources {
		snapshot := v.Sources[i].Snapshot
		if snapshot == nil {
			continue
		}
		if !quota.CreditsBalance.Known {
			quota.CreditsBalance = snapshot.Quota.CreditsBalance
		}
		for _, limit := range snapshot.Quota.RateLimits {
			known := slices.ContainsFunc(quota.RateLimits, func(l provider.RateLimit) bool { return l.Window == limit.Window })
			if !known && (limit.Max.Known || limit.Remaining.Known) {
				quota.RateLimits = append(quota.RateLimits, limit)
			}
		}
		if keyExpires.IsZero() {
			keyExpires = snapshot.KeyExpires
		}
	}
	return quota, keyExpires
}

// Summary aggregates the reports of one type of a source, whether or not they
// are listed.
type Summary struct {
	// Count is how many reports are in each status.
	Count [provider.NumStatuses]int
	// Oldest is when the oldest unfinished report was requested or first seen,
	// and Newest when the newest one was requested, by status.
	Oldest, Newest [provider.NumStatuses]time.Time
	// Completed is the newest completion of a report that reached ready.
	Completed time.Time
}

// NewestReady returns when the newest report that is ready or expired was
// requested.
func (s *Summary) NewestReady() time.Time {
	ready, expired := s.Newest[provider.StatusReady], s.Newest[provider.StatusExpired]
	if expired.After(ready) {
		return expired
	}
	return ready
}

// Summaries returns a summary of the source's reports for each type that
// occurs, nil without a snapshot.
func (s *SourceView) Summaries(now time.Time) map[string]*Summary {
	if s.Snapshot == nil {
		return nil
	}
	byType := make(map[string]*Summary)
	for i := range s.Snapshot.Reports {
		r := &s.Snapshot.Reports[i]
		of := byType[r.Type]
		if of == nil {
			of = &Summary{}
			byType[r.Type] = of
		}
		of.add(r, r.StatusAt(now))
	}
	return byType
}

func (s *Summary) add(r *provider.Report, status provider.Status) {
	s.Count[status]++
	if r.Created.After(s.Newest[status]) {
		s.Newest[status] = r.Created
	}
	oldest, since := s.Oldest[status], r.Since()
	if status.Unfinished() && !since.IsZero() && (oldest.IsZero() || since.Before(oldest)) {
		s.Oldest[status] = since
	}
	if r.ReachedReady() && r.Completed.After(s.Completed) {
		s.Completed = r.Completed
	}
}
