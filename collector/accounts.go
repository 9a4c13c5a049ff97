package collector

import (
	"export_status_exporter/account"
	"export_status_exporter/collector/exposition"
	"export_status_exporter/provider"
)

// account writes the account's info metric.
func (s sampler) account(view *account.View) {
	s.Begin(accountLabels, view.Provider, view.Name)
	s.value(accountInfo, 1)
}

// omitted writes the number of reports that are counted but not listed.
func (s sampler) omitted(view *account.View, source *account.SourceView, omitted account.Omitted) {
	if source.Snapshot == nil {
		return
	}
	s.Begin(sourceLabels, view.Provider, view.Name, source.Name)
	s.Sample(reportsOmitted, float64(omitted.MaxAge), exposition.Extra{"max_age"})
	s.Sample(reportsOmitted, float64(omitted.MaxReports), exposition.Extra{"max_reports"})
}

// source writes the metrics about a source's refreshes. They are always present.
func (s sampler) source(view *account.View, source *account.SourceView) {
	s.Begin(sourceLabels, view.Provider, view.Name, source.Name)
	s.value(sourceUp, boolValue(source.Up))
	if source.Failure != nil {
		s.Sample(sourceFailing, 1, exposition.Extra{string(source.Failure.Reason)})
	}
	s.moment(sourceBackoffUntil, source.BackoffUntil)
	s.moment(sourceLastSuccess, source.LastSuccess)
	if source.Refreshed {
		s.value(sourceRefreshDuration, source.Duration.Seconds())
	}
	s.value(sourceRefreshTimeout, view.Policy.Timeout.Seconds())
	s.value(sourceRefreshInterval, view.Policy.RefreshInterval.Seconds())
	if source.Snapshot == nil {
		return
	}
	s.value(sourceTruncated, boolValue(source.Snapshot.Truncated))
	if !source.Snapshot.Unreadable.Any() {
		return
	}
	for _, field := range provider.Fields() {
		if count := source.Snapshot.Unreadable[field]; count > 0 {
			s.Sample(sourceUnreadable, float64(count), exposition.Extra{field.String()})
		}
	}
}

// quota writes the values that belong to the account and not to a source.
func (s sampler) quota(view *account.View) {
	s.Begin(accountLabels, view.Provider, view.Name)
	quota, keyExpires := view.Quota()
	s.number(creditsBalance, quota.CreditsBalance)
	s.moment(apiKeyExpires, keyExpires)
	for _, limit := range quota.RateLimits {
		s.number(rateLimitMax, limit.Max, limit.Window)
		s.number(rateLimitRemaining, limit.Remaining, limit.Window)
	}
}
