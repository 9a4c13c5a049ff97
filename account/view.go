package account

import (
	"cmp"
	"slices"
	"time"

	"export_status_exporter/provider"
)

// View is an immutable view of an account at one moment.
type View struct {
	Name     string
	Provider string
	Policy   Policy
	// Expect holds the expectations for the account's exports. They can change
	// without the account, so the caller of Account.View sets them.
	Expect *provider.Expect
	// Now is the time at which ages, expiries and staleness are evaluated.
	Now time.Time
	// Scraped is when NoteScrape was last called, whether or not a source was
	// due; zero before the first call.
	Scraped time.Time
	Sources []SourceView
}

// Past is what a source remembers beyond its last snapshot, until the process
// ends. It is immutable and shared by views.
type Past struct {
	// Types are the types that are fixed, configured or were seen, sorted.
	Types []string
	// Vanished counts the reports that disappeared from the provider's list.
	Vanished map[TypeStatus]float64
	// DataEnd is the end of the newest data that was ready, by type.
	DataEnd map[string]time.Time
}

// SourceView is an immutable view of a source at one moment. It is comparable:
// views that are equal show the same, because the values that they point to
// never change.
type SourceView struct {
	Name string
	// AnyType means that exports of any type may appear, not only fixed or
	// configured ones.
	AnyType bool
	// Snapshot is the last good snapshot; nil before the first and once it is
	// stale.
	Snapshot *provider.Snapshot
	// Stale means that the last good snapshot is too old to be shown.
	Stale bool
	// Refreshed means that at least one refresh has ended.
	Refreshed bool
	// Up means that the last refresh succeeded and the next one is not paused.
	Up bool
	// Failure is why the source is not up. It is nil while the source is up and
	// before the first refresh.
	Failure *provider.Error
	// BackoffUntil is when the pause of the source ends, zero if it is not
	// paused.
	BackoffUntil time.Time
	LastSuccess  time.Time
	// Duration is how long the last refresh took.
	Duration time.Duration
	*Past
}

// View returns the account at now.
func (a *Account) View(now time.Time) View {
	view := View{Name: a.Name, Provider: a.Provider, Policy: a.Policy, Now: now, Scraped: a.scrapedAt(), Sources: make([]SourceView, 0, len(a.sources))}
	ofAccount := a.waitingFor(now)
	for _, s := range a.sources {
		view.Sources = append(view.Sources, s.view(ofAccount, now))
	}
	return view
}

func (s *source) view(ofAccount wait, now time.Time) SourceView {
	current := s.state.Load()
	held := longer(s.waitAt(now), ofAccount)
	v := SourceView{
		Name:         s.fetcher.Name(),
		AnyType:      s.anyType,
		Snapshot:     current.snapshot,
		Refreshed:    current.finished,
		Failure:      current.failure,
		BackoffUntil: held.until,
		LastSuccess:  current.lastSuccess,
		Duration:     current.duration,
		Past:         current.history.past,
	}
	if v.Failure == nil && held.active() {
		v.Failure = held.failure
	}
	v.Up = current.finished && v.Failure == nil
	if v.Snapshot != nil && now.Sub(current.lastSuccess) > s.account.Policy.StaleAfter {
		v.Snapshot, v.Stale = nil, true
	}
	return v
}

// ListedReport is a report that is shown individually.
type ListedReport struct {
	Source *SourceView
	Report *provider.Report
	Status provider.Status
}

// Omitted counts the reports of one source that are counted but not listed, by
// the limit that excludes them.
type Omitted struct{ MaxAge, MaxReports int }

// List returns the reports to show individually, first the unfinished and then
// the newest. For each source, it also returns how many reports the limits
// exclude. Finished reports older than Policy.MaxAge are excluded first; then
// Policy.MaxReports limits the rest of the whole account.
func (v *View) List() ([]ListedReport, []Omitted) {
	omitted := make([]Omitted, len(v.Sources))
	type candidate struct {
		ListedReport
		source int
	}
	var all []candidate
	for i := range v.Sources {
		source := &v.Sources[i]
		if source.Snapshot == nil {
			continue
		}
		for j := range source.Snapshot.Reports {
			report := &source.Snapshot.Reports[j]
			status := report.StatusAt(v.Now)
			finished := report.FinishedAt()
			if status.Finished() && !finished.IsZero() && v.Now.Sub(finished) > v.Policy.MaxAge {
				omitted[i].MaxAge++
				continue
			}
			all = append(all, candidate{ListedReport{source, report, status}, i})
		}
	}
	slices.SortStableFunc(all, func(a, b candidate) int {
		return cmp.Or(
			cmp.Compare(rank(a.Status), rank(b.Status)),
			b.Report.Since().Compare(a.Report.Since()),
			cmp.Compare(a.source, b.source),
			cmp.Compare(a.Report.ID, b.Report.ID),
		)
	})
	if len(all) > v.Policy.MaxReports {
		for _, c := range all[v.Policy.MaxReports:] {
			omitted[c.source].MaxReports++
		}
		all = all[:v.Policy.MaxReports]
	}
	listed := make([]ListedReport, len(all))
	for i := range all {
		listed[i] = all[i].ListedReport
	}
	return listed, omitted
}

// rank sorts unfinished reports, which a person may have to act on, before
// finished ones.
func rank(s provider.Status) int {
	if s.Finished() {
		return 1
	}
	return 0
}
