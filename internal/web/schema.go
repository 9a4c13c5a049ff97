package web

import "time"

// SchemaVersion is the version of Document. Adding a field does not change it;
// removing a field or changing its meaning does.
const SchemaVersion = 1

// Document is the content of /exports, and the JSON of /exports?format=json.
// Times are in RFC 3339 and UTC, durations in seconds. An unknown value is
// null, never 0, "" or a missing field. Lists are never null.
type Document struct {
	SchemaVersion int `json:"schema_version"`
	// GeneratedAt is the time at which ages, expiries and states are evaluated.
	GeneratedAt     time.Time `json:"generated_at"`
	ExporterVersion string    `json:"exporter_version"`
	Filter          Filter    `json:"filter"`
	Summary         Summary   `json:"summary"`
	// Accounts lists those in trouble first, then those that were never
	// refreshed, then all others; within each group, they are in the order of
	// the configuration. The filter's type and status do not apply to them.
	Accounts []Account `json:"accounts"`
	// Reports are sorted by urgency, most urgent first, unless the filter has
	// another order. See Report.Urgency.
	Reports []Report `json:"reports"`
}

// Filter is the filter of the request. Null matches everything.
type Filter struct {
	Provider *string `json:"provider"`
	Account  *string `json:"account"`
	Reason   *string `json:"reason"`
	Type     *string `json:"type"`
	Status   *string `json:"status"`
	Urgency  *string `json:"urgency"`
	ID       *string `json:"id"`
	Search   *string `json:"search"`
	// Sort is the column that reports are sorted by; null means by urgency.
	Sort *string `json:"sort"`
	// Page is the page of the list of reports, from 1.
	Page int `json:"page"`
	// Limit is the maximum number of accounts, and of reports, in the document.
	Limit int `json:"limit"`
}

// Summary counts what matches the filter, regardless of the limit.
type Summary struct {
	// DataAt is when a source last succeeded, and ScrapedAt when an account was
	// last scraped. Both are null before the first time.
	DataAt    *time.Time `json:"data_at"`
	ScrapedAt *time.Time `json:"scraped_at"`

	Accounts AccountCounts `json:"accounts"`
	Sources  SourceCounts  `json:"sources"`
	Reports  ReportCounts  `json:"reports"`
}

// AccountCounts counts the accounts that match the filter.
type AccountCounts struct {
	Total   int `json:"total"`
	Trouble int `json:"trouble"`
	// Overdue counts the accounts whose last scrape is more than 3 refresh
	// intervals ago.
	Overdue int `json:"overdue"`
	// Shown is the length of Document.Accounts.
	Shown int `json:"shown"`
}

// SourceCounts counts the sources of these accounts. Every source has one
// state; a stale source also counts as Stale.
type SourceCounts struct {
	Total        int `json:"total"`
	Up           int `json:"up"`
	Failing      int `json:"failing"`
	HeldBack     int `json:"held_back"`
	NotRefreshed int `json:"not_refreshed"`
	Stale        int `json:"stale"`
}

// ReportCounts counts the reports of these accounts. If there are accounts but
// none has data to show, everything except Shown is null.
type ReportCounts struct {
	// ByStatus has every status. It counts the reports that match the filter
	// without its status.
	ByStatus map[string]int `json:"by_status"`
	// ByUrgency has every urgency. It counts the listed reports that match the
	// filter without its urgency.
	ByUrgency map[string]int `json:"by_urgency"`
	// Total is the number of reports that match the filter. With an id, a
	// search or an urgency, only listed reports match.
	Total *int `json:"total"`
	// Listed is the number of those that max_age and max_reports do not
	// exclude.
	Listed *int `json:"listed"`
	// Shown is the length of Document.Reports.
	Shown int `json:"shown"`
}

// Account is one configured account.
type Account struct {
	Name     string `json:"name"`
	Provider string `json:"provider"`
	// State is trouble if a source is failing, held_back or stale; else
	// not_refreshed if a source was never refreshed; else up.
	State                  string  `json:"state"`
	RefreshIntervalSeconds float64 `json:"refresh_interval_seconds"`
	StaleAfterSeconds      float64 `json:"stale_after_seconds"`
	// ReportsByStatus has every status. It counts the reports of all sources
	// that have data to show, and is null if none has.
	ReportsByStatus map[string]int `json:"reports_by_status"`
	CreditsBalance  *float64       `json:"credits_balance"`
	RateLimits      []RateLimit    `json:"rate_limits"`
	Sources         []Source       `json:"sources"`
}

// RateLimit is a rate limit of an account, in requests.
type RateLimit struct {
	// Window is minute or day.
	Window    string   `json:"window"`
	Max       *float64 `json:"max"`
	Remaining *float64 `json:"remaining"`
}

// Source is one list that is refreshed for an account.
type Source struct {
	Name string `json:"name"`
	// State is up if the last refresh succeeded; failing if it failed;
	// held_back if it failed and the next attempt is at BackoffUntil;
	// not_refreshed before the first refresh.
	State   string   `json:"state"`
	Failure *Failure `json:"failure"`
	// BackoffUntil is null unless the source is held_back.
	BackoffUntil *time.Time `json:"backoff_until"`
	LastSuccess  *time.Time `json:"last_success"`
	// Stale means that the last success is too long ago to show its data.
	Stale                  bool     `json:"stale"`
	RefreshDurationSeconds *float64 `json:"refresh_duration_seconds"`
	// Reports is the number of reports, and Omitted how many of them the
	// account's limits exclude from the list. Both are null without data to
	// show.
	Reports *int     `json:"report_count"`
	Omitted *Omitted `json:"omitted"`
	// Late are the types whose data is older than expected.
	Late []Late `json:"late"`
	// Truncated means that the provider's list is longer than the exporter
	// reads.
	Truncated bool `json:"truncated"`
	// MissingIDs are configured ids that the provider does not know.
	MissingIDs []string `json:"missing_ids"`
	// Warnings describe what is unusual about the provider's answer.
	Warnings []string `json:"warnings"`
}

// Failure is why a source is not up.
type Failure struct {
	// Reason is one of a fixed set, the same as in the metrics.
	Reason  string `json:"reason"`
	Message string `json:"message"`
	// Advice tells a person what to do.
	Advice string `json:"advice"`
}

// Late describes data that is older than expected.
type Late struct {
	Type *string `json:"type"`
	// Newest is the end of the newest data that was ready, else the last
	// completion of a report. It is null if none was ready.
	Newest *time.Time `json:"newest"`
	// WithinSeconds is the maximum age of the data.
	WithinSeconds float64 `json:"within_seconds"`
}

// Omitted counts reports that are counted but not listed.
type Omitted struct {
	MaxAge     int `json:"max_age"`
	MaxReports int `json:"max_reports"`
}

// Report is one data export.
type Report struct {
	Provider string  `json:"provider"`
	Account  string  `json:"account"`
	Source   string  `json:"source"`
	ID       string  `json:"report_id"`
	Type     *string `json:"type"`
	Format   *string `json:"format"`
	// Status is one of a fixed set, the same as in the metrics. ProviderStatus
	// is the provider's own word, set only if Status is unknown.
	Status         string  `json:"status"`
	ProviderStatus *string `json:"provider_status"`
	// Urgency is one of the following, in the order of Document.Reports: failed
	// (and no newer report of its source and type became ready; newest first),
	// stuck (queued or processing for longer than expected; oldest first),
	// awaiting_start (oldest first), unknown (newest first), expiring (ready,
	// past half of its lifetime, expires soon, and no newer one is ready;
	// soonest first), under_way (oldest first), ready (newest first), over
	// (expired, cancelled, or failed with a newer one ready; newest first).
	Urgency string `json:"urgency"`
	// ProgressRatio is from 0 to 1.
	ProgressRatio *float64 `json:"progress_ratio"`
	Rows          *float64 `json:"rows"`
	ProcessedRows *float64 `json:"processed_rows"`
	CostCredits   *float64 `json:"cost_credits"`
	// FailedItems counts the items that are missing in the file because they
	// could not be exported.
	FailedItems *float64 `json:"failed_items"`
	SizeBytes   *float64 `json:"size_bytes"`
	// PendingDeletion is null if the provider does not report it.
	PendingDeletion *bool `json:"pending_deletion"`

	Created   *time.Time `json:"created"`
	Started   *time.Time `json:"started"`
	Completed *time.Time `json:"completed"`
	Failed    *time.Time `json:"failed"`
	Expires   *time.Time `json:"expires"`
	// FirstSeen is when the exporter first saw the report, and Changed when it
	// last saw a change; both only since the exporter started.
	FirstSeen *time.Time `json:"first_seen"`
	Changed   *time.Time `json:"changed"`
	// AgeSeconds is the time since creation. ExpiresInSeconds is negative after
	// the expiry.
	AgeSeconds       *float64 `json:"age_seconds"`
	ExpiresInSeconds *float64 `json:"expires_in_seconds"`
	// DataStart and DataEnd are the range of the data inside the report.
	DataStart *time.Time `json:"data_start"`
	DataEnd   *time.Time `json:"data_end"`
	// LastEntry is the time of the newest row of a stream.
	LastEntry *time.Time `json:"last_entry"`
}
