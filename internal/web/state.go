package web

import (
	"slices"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// The states of sources and accounts; see Source.State and Account.State.
const (
	stateUp           = "up"
	stateFailing      = "failing"
	stateHeldBack     = "held_back"
	stateNotRefreshed = "not_refreshed"
	stateTrouble      = "trouble"
)

// stateRank orders accounts: what needs a person first.
func stateRank(state string) int {
	return slices.Index([]string{stateTrouble, stateNotRefreshed, stateUp}, state)
}

// newAccount shows an account; omitted is by source, from View.List.
func newAccount(view *account.View, omitted []account.Omitted) Account {
	a := Account{
		Name:                   view.Name,
		Provider:               view.Provider,
		State:                  stateUp,
		RefreshIntervalSeconds: view.Policy.RefreshInterval.Seconds(),
		StaleAfterSeconds:      view.Policy.StaleAfter.Seconds(),
		RateLimits:             []RateLimit{},
		Sources:                []Source{},
	}
	for i := range view.Sources {
		source := newSource(&view.Sources[i], omitted[i])
		a.Sources = append(a.Sources, source)
		switch {
		case source.Stale || source.State == stateFailing || source.State == stateHeldBack:
			a.State = stateTrouble
		case source.State == stateNotRefreshed && a.State == stateUp:
			a.State = stateNotRefreshed
		}
		if snapshot := view.Sources[i].Snapshot; snapshot != nil {
			a.addQuota(snapshot.Quota)
			if a.ReportsByStatus == nil {
				a.ReportsByStatus = noReports()
			}
			for j := range snapshot.Reports {
				a.ReportsByStatus[snapshot.Reports[j].StatusAt(view.Now).String()]++
			}
		}
	}
	return a
}

// noReports has a 0 for every status: what is known to be none.
func noReports() map[string]int {
	counts := make(map[string]int)
	for _, status := range provider.Statuses() {
		counts[status.String()] = 0
	}
	return counts
}

// addQuota adds what an earlier source has not told: credits and limits belong
// to the account.
func (a *Account) addQuota(quota provider.Quota) {
	if a.CreditsBalance == nil {
		a.CreditsBalance = number(quota.CreditsBalance)
	}
	for _, each := range quota.RateLimits {
		limit := RateLimit{Window: each.Window, Max: number(each.Max), Remaining: number(each.Remaining)}
		known := slices.ContainsFunc(a.RateLimits, func(l RateLimit) bool { return l.Window == limit.Window })
		if !known && (limit.Max != nil || limit.Remaining != nil) {
			a.RateLimits = append(a.RateLimits, limit)
		}
	}
}

func newSource(view *account.SourceView, omitted account.Omitted) Source {
	s := Source{
		Name:         view.Name,
		State:        stateNotRefreshed,
		BackoffUntil: moment(view.BackoffUntil),
		LastSuccess:  moment(view.LastSuccess),
		Stale:        view.Stale,
		MissingIDs:   []string{},
		Warnings:     []string{},
	}
	switch {
	case s.BackoffUntil != nil:
		s.State = stateHeldBack
	case view.Failure != nil:
		s.State = stateFailing
	case view.Up:
		s.State = stateUp
	}
	if failure := view.Failure; failure != nil {
		s.Failure = &Failure{Reason: string(failure.Reason), Message: failure.Error(), Advice: failure.Advise()}
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
