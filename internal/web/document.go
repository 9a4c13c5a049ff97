package web

import "time"

// SchemaVersion is that of Document. Adding a field does not change it;
// removing one, or changing what one means, does.
const SchemaVersion = 1

// Document is what /exports shows, and what /exports?format=json sends. Times
// are in RFC 3339 and UTC, spans in seconds. What is not known is null, never
// 0, "" or an absent field; lists are never null.
type Document struct {
	SchemaVersion int `json:"schema_version"`
	// GeneratedAt is the moment by which ages, expiries and states are judged.
	GeneratedAt     time.Time `json:"generated_at"`
	ExporterVersion string    `json:"exporter_version"`
	Filter          Filter    `json:"filter"`
	Summary         Summary   `json:"summary"`
	// Accounts are in this order: those in trouble, those that were not asked
	// yet, all others; and then as they are configured. The filter's type and
	// status do not choose among them.
	Accounts []Account `json:"accounts"`
	// Reports are the most urgent first, see Report.Urgency.
	Reports []Report `json:"reports"`
}

// Filter is what was asked for. Null is all.
type Filter struct {
	Provider *string `json:"provider"`
	Account  *string `json:"account"`
	Reason   *string `json:"reason"`
	Type     *string `json:"type"`
	Status   *string `json:"status"`
	Urgency  *string `json:"urgency"`
	ID       *string `json:"id"`
	Search   *string `json:"search"`
	// Sort is the column that reports are sorted by, null is by urgency.
	Sort *string `json:"sort"`
	// Page is which part of the reports is shown, if there are so many.
	Page int `json:"page"`
	// Limit is how many accounts and how many reports are shown at most.
	Limit int `json:"limit"`
}

// Summary counts what the filter leaves, whatever the limits.
type Summary struct {
	// DataAt is the newest success of a source: the moment of the data. ScrapedAt
	// is when an account was last scraped. Both are null before the first time.
	DataAt    *time.Time `json:"data_at"`
	ScrapedAt *time.Time `json:"scraped_at"`

	Accounts AccountCounts `json:"accounts"`
	Sources  SourceCounts  `json:"sources"`
	Reports  ReportCounts  `json:"reports"`
}

// AccountCounts counts the accounts of the filter's provider and account.
type AccountCounts struct {
	Total   int `json:"total"`
	Trouble int `json:"trouble"`
	// Overdue counts those that were scraped, but not within the last 3 of their
	// refresh intervals.
	Overdue int `json:"overdue"`
	// Shown is the length of Document.Accounts.
	Shown int `json:"shown"`
}

// SourceCounts counts the sources of these accounts. Every source is in one
// state; a stale one is counted again under Stale.
type SourceCounts struct {
	Total        int `json:"total"`
	Up           int `json:"up"`
	Failing      int `json:"failing"`
	HeldBack     int `json:"held_back"`
	NotRefreshed int `json:"not_refreshed"`
	Stale        int `json:"stale"`
}

// ReportCounts counts the reports of those of these accounts that have data to
// show. If there are accounts and none has, all but Shown is null.
type ReportCounts struct {
	// ByStatus has every status, and counts what all of the filter but its status
	// leaves.
	ByStatus map[string]int `json:"by_status"`
	// ByUrgency has every urgency, and counts what all of the filter but its
	// urgency leaves of the listed reports.
	ByUrgency map[string]int `json:"by_urgency"`
	// Total is how many the filter leaves. With an id, a search or an urgency it
	// looks only at listed ones.
	Total *int `json:"total"`
	// Listed is how many of them max_age and max_reports do not leave out.
	Listed *int `json:"listed"`
	// Shown is the length of Document.Reports.
	Shown int `json:"shown"`
}

// Account is one configured account.
type Account struct {
	Name     string `json:"name"`
	Provider string `json:"provider"`
	// State is trouble if a source is failing, held back or stale; else
	// not_refreshed if one was not asked yet; else up.
	State                  string  `json:"state"`
	RefreshIntervalSeconds float64 `json:"refresh_interval_seconds"`
	StaleAfterSeconds      float64 `json:"stale_after_seconds"`
	// ReportsByStatus has every status, and counts all reports of the sources
	// with data to show. It is null if no source has any.
	ReportsByStatus map[string]int `json:"reports_by_status"`
	CreditsBalance  *float64       `json:"credits_balance"`
	RateLimits      []RateLimit    `json:"rate_limits"`
	Sources         []Source       `json:"sources"`
}

// RateLimit is a request budget of an account, in requests.
type RateLimit struct {
	// Window is minute or day.
	Window    string   `json:"window"`
	Max       *float64 `json:"max"`
	Remaining *float64 `json:"remaining"`
}

// Source is one thing that is asked of an account.
type Source struct {
	Name string `json:"name"`
	// State is up if the last refresh succeeded; failing if it did not;
	// held_back if, moreover, nothing is asked before BackoffUntil; and
	// not_refreshed before the first.
	State   string   `json:"state"`
	Failure *Failure `json:"failure"`
	// BackoffUntil is there only while the source is held back.
	BackoffUntil *time.Time `json:"backoff_until"`
	LastSuccess  *time.Time `json:"last_success"`
	// Stale says that the last success is too long ago to show what it brought.
	Stale                  bool     `json:"stale"`
	RefreshDurationSeconds *float64 `json:"refresh_duration_seconds"`
	// Reports is how many reports there are, Omitted how many of them the account's
	// limits leave out of the list. Both are null without data to show.
	Reports *int     `json:"report_count"`
	Omitted *Omitted `json:"omitted"`
	// Late are the types whose data is older than expected.
	Late []Late `json:"late"`
	// Truncated says that the provider's list is longer than what is read.
	Truncated bool `json:"truncated"`
	// MissingIDs are configured report ids that the provider does not know.
	MissingIDs []string `json:"missing_ids"`
	// Warnings say what is odd about the provider's answer.
	Warnings []string `json:"warnings"`
}

// Failure is why a source is not up.
type Failure struct {
	// Reason is one of a closed list, the same as in the metrics.
	Reason  string `json:"reason"`
	Message string `json:"message"`
	// Advice is what a person should do.
	Advice string `json:"advice"`
}

// Late is data that does not go as far as is expected.
type Late struct {
	Type *string `json:"type"`
	// Newest is how far data goes that was ready, or else when the last report
	// was completed. It is null if none was ready.
	Newest *time.Time `json:"newest"`
	// WithinSeconds is how old it may be.
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
	// Status is one of a closed list, the same as in the metrics;
	// ProviderStatus is the provider's own word while it is unknown.
	Status         string  `json:"status"`
	ProviderStatus *string `json:"provider_status"`
	// Urgency is one of, in the order of Document.Reports: failed (and nothing
	// newer of its source and type has become ready; newest first), stuck
	// (queued or processing for longer than expected; oldest first), awaiting_start
	// (oldest first), unknown (newest first), expiring (ready, expires
	// soon, past half of its life, and nothing newer is ready; soonest first),
	// under_way (oldest first), ready (newest first),
	// over (expired, cancelled, or failed and made good since; newest first).
	Urgency string `json:"urgency"`
	// ProgressRatio runs from 0 to 1.
	ProgressRatio *float64 `json:"progress_ratio"`
	Rows          *float64 `json:"rows"`
	ProcessedRows *float64 `json:"processed_rows"`
	CostCredits   *float64 `json:"cost_credits"`
	// FailedItems counts what the file lacks because it could not be exported.
	FailedItems *float64 `json:"failed_items"`
	SizeBytes   *float64 `json:"size_bytes"`
	// PendingDeletion is null where the provider does not tell.
	PendingDeletion *bool `json:"pending_deletion"`

	Created   *time.Time `json:"created"`
	Started   *time.Time `json:"started"`
	Completed *time.Time `json:"completed"`
	Failed    *time.Time `json:"failed"`
	Expires   *time.Time `json:"expires"`
	// FirstSeen is when the exporter first saw the report, Changed when it last
	// saw it change; both since its start.
	FirstSeen *time.Time `json:"first_seen"`
	Changed   *time.Time `json:"changed"`
	// AgeSeconds is since creation. ExpiresInSeconds is negative after expiry.
	AgeSeconds       *float64 `json:"age_seconds"`
	ExpiresInSeconds *float64 `json:"expires_in_seconds"`
	// DataStart and DataEnd are the range of the data inside the report.
	DataStart *time.Time `json:"data_start"`
	DataEnd   *time.Time `json:"data_end"`
	// LastEntry is the time of the newest row of a stream.
	LastEntry *time.Time `json:"last_entry"`
}
