package collector

import (
	"export_status_exporter/account"
	"export_status_exporter/collector/exposition"
	"export_status_exporter/provider"
)

// account writes the account's info metric.
func (e emit) account(view *account.View) {
	e.Begin(ofAccount, view.Provider, view.Name)
	e.value(accountInfo, 1)
}

// omitted writes the number of reports that are counted but not listed.
func (e emit) omitted(view *account.View, source *account.SourceView, omitted account.Omitted) {
	if source.Snapshot == nil {
		return
	}
	e.Begin(ofSource, view.Provider, view.Name, source.Name)
	e.Sample(reportsOmitted, float64(omitted.MaxAge), exposition.Extra{"max_age"})
	e.Sample(reportsOmitted, float64(omitted.MaxReports), exposition.Extra{"max_reports"})
}

// source writes the metrics about a source's refreshes. They are always present.
func (e emit) source(view *account.View, source *account.SourceView) {
	e.Begin(ofSource, view.Provider, view.Name, source.Name)
	e.value(sourceUp, bit(source.Up))
	if source.Failure != nil {
		e.Sample(sourceFailing, 1, exposition.Extra{string(source.Failure.Reason)})
	}
	e.moment(sourceBackoffUntil, source.BackoffUntil)
	e.moment(sourceLastSuccess, source.LastSuccess)
	if source.Refreshed {
		e.value(sourceRefreshDuration, source.Duration.Seconds())
	}
	e.value(sourceRefreshTimeout, view.Policy.Timeout.Seconds())
	e.value(sourceRefreshInterval, view.Policy.RefreshInterval.Seconds())
	if source.Snapshot == nil {
		return
	}
	e.value(sourceTruncated, bit(source.Snapshot.Truncated))
	if !source.Snapshot.Unreadable.Any() {
		return
	}
	for _, field := range provider.Fields() {
		if count := source.Snapshot.Unreadable[field]; count > 0 {
			e.Sample(sourceUnreadable, float64(count), exposition.Extra{field.String()})
		}
	}
}

// quota writes the values that belong to the account and not to a source.
func (e emit) quota(view *account.View) {
	e.Begin(ofAccount, view.Provider, view.Name)
	quota, keyExpires := view.Quota()
	e.number(creditsBalance, quota.CreditsBalance)
	e.moment(apiKeyExpires, keyExpires)
	for _, limit := range quota.RateLimits {
		e.number(rateLimitMax, limit.Max, limit.Window)
		e.number(rateLimitRemaining, limit.Remaining, limit.Window)
	}
}
