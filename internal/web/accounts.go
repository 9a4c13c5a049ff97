package web

import (
	"slices"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// stateRank orders account states: those that need a person come first.
func stateRank(state string) int {
	return slices.Index([]string{string(account.StateTrouble), string(account.StateNotRefreshed), string(account.StateUp)}, state)
}

// summaries are those of the types of each source of an account.
type summaries map[*account.SourceView]map[string]*account.Summary

// newAccount converts a view. omitted is by source, from View.List.
func newAccount(view *account.View, of summaries, omitted []account.Omitted) Account {
	a := Account{
		Name:                   view.Name,
		Provider:               view.Provider,
		State:                  string(view.State()),
		RefreshIntervalSeconds: view.Policy.RefreshInterval.Seconds(),
		StaleAfterSeconds:      view.Policy.StaleAfter.Seconds(),
		RateLimits:             []RateLimit{},
		Sources:                []Source{},
	}
	for i := range view.Sources {
		source := &view.Sources[i]
		a.Sources = append(a.Sources, newSource(view, source, omitted[i]))
		if source.Snapshot == nil {
			continue
		}
		if a.ReportsByStatus == nil {
			a.ReportsByStatus = noReports()
		}
		for _, summary := range of[source] {
			addCounts(a.ReportsByStatus, summary)
		}
	}
	quota, _ := view.Quota()
	a.CreditsBalance = number(quota.CreditsBalance)
	for _, each := range quota.RateLimits {
		a.RateLimits = append(a.RateLimits, RateLimit{Window: each.Window, Max: number(each.Max), Remaining: number(each.Remaining)})
	}
	return a
}

// addCounts adds the counts of a summary to the counts by status.
func addCounts(counts map[string]int, summary *account.Summary) {
	for _, status := range provider.Statuses() {
		counts[status.String()] += summary.Count[status]
	}
}

// noReports returns a zero for every status.
func noReports() map[string]int {
	counts := make(map[string]int)
	for _, status := range provider.Statuses() {
		counts[status.String()] = 0
	}
	return counts
}

func newSource(of *account.View, view *account.SourceView, omitted account.Omitted) Source {
	s := Source{
		Name:         view.Name,
		State:        string(view.State()),
		BackoffUntil: moment(view.BackoffUntil),
		LastSuccess:  moment(view.LastSuccess),
		Stale:        view.Stale,
		Late:         []Late{},
		MissingIDs:   []string{},
		Warnings:     []string{},
	}
	if failure := view.Failure; failure != nil {
		s.Failure = &Failure{Reason: string(failure.Reason), Message: failure.Error(), Advice: failure.Advise()}
	}
	for _, late := range of.Late(view) {
		s.Late = append(s.Late, Late{Type: text(late.Type), Newest: moment(late.Newest), WithinSeconds: late.Within.Seconds()})
	}
	if view.Refreshed {
		took := view.Duration.Seconds()
		s.RefreshDurationSeconds = &took
	}
	if snapshot := view.Snapshot; snapshot != nil {
		count := len(snapshot.Reports)
		s.Reports = &count
		s.Omitted = &Omitted{MaxAge: omitted.MaxAge, MaxReports: omitted.MaxReports}
		s.Truncated = snapshot.Truncated
		s.MissingIDs = append(s.MissingIDs, snapshot.Missing...)
		s.Warnings = append(s.Warnings, snapshot.Warnings...)
	}
	return s
}
