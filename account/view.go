package account

import (
	"cmp"
	"slices"
	"time"

	"export_status_exporter/provider"
)

// View is an account at one moment. It is immutable.
type View struct {
	Name     string
	Provider string
	Policy   Policy
	// Expect is what is expected of the account's exports. It changes without
	// the account, so whoever shows the account sets it.
	Expect *provider.Expect
	// Now is the moment by which ages, expiries and staleness are judged.
	Now time.Time
	// Scraped is when the account was last asked for by Refresh, whether or not
	// anything was due; zero before the first time.
	Scraped time.Time
	Sources []SourceView
}

// Past is what a source remembers beyond its last snapshot, until the process
// ends. It is immutable, and is shared by views.
type Past struct {
	// Types are those that are fixed, configured or were seen, sorted.
	Types []string
	// Vanished counts the reports gone from the provider's list.
	Vanished map[TypeStatus]float64
	// DataEnd is how far data that reached ready goes, by type.
	DataEnd map[string]time.Time
}

// SourceView is a source at one moment. It is immutable and comparable: two
// views that are equal show the same, because what they point to never changes.
type SourceView struct {
	Name string
	// AnyType says that exports of any type may come, and not only of those
	// that are fixed or configured.
	AnyType bool
	// Snapshot is the last good one; nil before it, and once it is stale.
	Snapshot *provider.Snapshot
	// Stale says that there was a good snapshot that is too old to be shown.
	Stale bool
	// Refreshed says that at least one refresh has ended.
	Refreshed bool
	// Up says that the last refresh succeeded and nothing holds back the next.
	Up bool
	// Failure is why the source is not up; nil while it is, and before the
	// first refresh.
	Failure *provider.Error
	// BackoffUntil is zero unless the source is held back.
	BackoffUntil time.Time
	LastSuccess  time.Time
	// Duration is that of the last refresh.
	Duration time.Duration
	*Past
}

// Same reports whether two views of an account differ in nothing but their
// moments.
func (v *View) Same(other *View) bool {
	return v.Name == other.Name && v.Provider == other.Provider && v.Policy == other.Policy &&
		v.Expect == other.Expect && slices.Equal(v.Sources, other.Sources)
}

// SameExports reports whether two views of an account differ in nothing of the
// exports but their moment. A refresh that brings the same exports changes only
// how asking goes.
func (v *View) SameExports(other *View) bool {
	return v.Name == other.Name && v.Provider == other.Provider && v.Policy == other.Policy && v.Expect == other.Expect &&
		slices.EqualFunc(v.Sources, other.Sources, func(a, b SourceView) bool {
			return a.Name == b.Name && a.AnyType == b.AnyType && a.Past == b.Past && (a.Snapshot == nil) == (b.Snapshot == nil) &&
				(a.Snapshot == nil || sameReports(a.Snapshot.Reports, b.Snapshot.Reports))
		})
}

// sameReports reports whether two lists are one, which never changes.
func sameReports(a, b []provider.Report) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
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
	held := longer(current.wait.inForce(now), ofAccount)
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

// ListedReport is a report that is shown one by one.
type ListedReport struct {
	Source *SourceView
	Report *provider.Report
	Status provider.Status
}

// Omitted counts, for one source, the reports that are counted but not listed.
type Omitted struct{ MaxAge, MaxReports int }

// List returns the reports to show one by one, the unfinished first and then
// the newest, and for each source how many its limits leave out. Finished
// reports older than Policy.MaxAge are left out first; then Policy.MaxReports
// bounds what is left of the whole account.
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

// rank puts what a person may still have to act on before what is over.
func rank(s provider.Status) int {
	if s.Finished() {
		return 1
	}
	return 0
}
