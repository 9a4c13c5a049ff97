// Package collector turns the accounts' views into metrics. It asks nobody,
// and has no clock of its own: what it shows belongs to one moment.
package collector

import "slices"

// Kind is a metric's type.
type Kind string

// The kinds that occur.
const (
	Gauge     Kind = "gauge"
	Counter   Kind = "counter"
	Histogram Kind = "histogram"
)

// Scope says what a metric is about, and so which endpoints show it.
type Scope string

// The scopes.
const (
	// PerReport is about one report; bounded by max_reports and max_age.
	PerReport Scope = "report"
	// PerAccount is about one account or one of its sources.
	PerAccount Scope = "account"
	// PerProcess is about the exporter.
	PerProcess Scope = "process"
)

// Metric describes one metric. The table of all is what the code, the tests
// and docs/metrics.md are driven by.
type Metric struct {
	Name   string
	Kind   Kind
	Unit   string
	Scope  Scope
	Labels []string
	Help   string
}

// identity are the labels by which a report is found.
func identity(more ...string) []string {
	return append([]string{"provider", "account", "source", "report_id"}, more...)
}

// of are the labels of an account, and of what is named beside it.
func of(more ...string) []string { return append([]string{"provider", "account"}, more...) }

// id is a metric's place in the table.
type id int

// The places of the metrics that are made from views.
const (
	status id = iota
	info
	unrecognizedStatus
	progress
	age
	created
	started
	completed
	failed
	expires
	dataStart
	dataEnd
	lastEntry
	rows
	processedRows
	failedItems
	sizeBytes
	costCredits
	firstSeen
	pendingDeletion

	accountInfo
	reports
	reportsOmitted
	reportsVanished
	oldestUnfinished
	latestCreated
	latestCompleted
	latestDataEnd
	expectedReady
	expectedData
	expectedFetch
	creditsBalance
	apiKeyExpires
	rateLimitMax
	rateLimitRemaining
	sourceUp
	sourceFailing
	sourceBackoffUntil
	sourceLastSuccess
	sourceRefreshDuration
	sourceRefreshTimeout
	sourceRefreshInterval
	sourceTruncated
	sourceUnreadable
	apiRequests
	apiErrors
	apiCreditsUsed
	apiClockSkew

	apiRequestDuration
	configReloadSuccessful
	configReloadTime
	configHash
	scrapesCutShort
	logLinesDropped
	shard
	totalShards
	ids // how many there are
)

// Table returns the description of every metric that the exporter defines
// itself, in the order of the documentation. Build info and the Go and process
// metrics come from their libraries.
func Table() []Metric { return slices.Clone(theTable) }

// theTable is made once and never changed: every scrape reads it.
var theTable = slices.Concat(reportTable(), accountTable(), apiTable(), processTable())

// Lookup returns the metric of a name.
func Lookup(name string) (Metric, bool) {
	table := Table()
	at := slices.IndexFunc(table, func(m Metric) bool { return m.Name == name })
	if at < 0 {
		return Metric{}, false
	}
	return table[at], true
}

func reportTable() []Metric {
	gauge := func(name, unit, help string, more ...string) Metric {
		return Metric{Name: name, Kind: Gauge, Unit: unit, Scope: PerReport, Labels: identity(more...), Help: help}
	}
	return []Metric{
		status:             gauge("export_status", "", "Whether the report is in this status: 1 for the current one, 0 for the others.", "status"),
		info:               gauge("export_info", "", "What does not change of a report; always 1.", "type", "format"),
		unrecognizedStatus: gauge("export_unrecognized_status_info", "", "The provider's own word while the report's status is unknown; always 1.", "provider_status"),
		progress:           gauge("export_progress_ratio", "ratio", "How much of the report is done, from 0 to 1."),
		age:                gauge("export_age_seconds", "seconds", "Time since the report was requested."),
		created:            gauge("export_created_timestamp_seconds", "seconds", "When the report was requested."),
		started:            gauge("export_started_timestamp_seconds", "seconds", "When the provider began to make the report."),
		completed:          gauge("export_completed_timestamp_seconds", "seconds", "When the report was completed."),
		failed:             gauge("export_failed_timestamp_seconds", "seconds", "When the report failed."),
		expires:            gauge("export_expires_timestamp_seconds", "seconds", "Until when the report can be downloaded, by the provider's word."),
		dataStart:          gauge("export_data_start_timestamp_seconds", "seconds", "Where the data in the report begins."),
		dataEnd:            gauge("export_data_end_timestamp_seconds", "seconds", "Where the data in the report ends."),
		lastEntry:          gauge("export_last_entry_timestamp_seconds", "seconds", "When the newest entry of the stream was made."),
		rows:               gauge("export_rows", "", "How many rows the whole report has."),
		processedRows:      gauge("export_processed_rows", "", "How many rows of the report are done."),
		failedItems:        gauge("export_failed_items", "", "How many items the file lacks because they could not be exported."),
		sizeBytes:          gauge("export_size_bytes", "bytes", "Size of the finished file."),
		firstSeen:          gauge("export_first_seen_timestamp_seconds", "seconds", "When the exporter first saw the report; only where the provider does not tell when it was requested."),
		costCredits:        gauge("export_cost_credits", "credits", "What the report costs, in the provider's credits."),
		pendingDeletion:    gauge("export_pending_deletion", "", "Whether the provider is about to delete the report."),
	}
}

func accountTable() []Metric {
	gauge := func(name, unit, help string, more ...string) Metric {
		return Metric{Name: name, Kind: Gauge, Unit: unit, Scope: PerAccount, Labels: of(more...), Help: help}
	}
	table := map[id]Metric{
		accountInfo:    gauge("export_account_info", "", "An account of the configuration; always 1."),
		reports:        gauge("export_reports", "", "How many reports there are, listed or not.", "source", "type", "status"),
		reportsOmitted: gauge("export_reports_omitted", "", "How many reports are counted but not listed one by one, by the limit that leaves them out.", "source", "limit"),
		reportsVanished: {
			Name: "export_reports_vanished_total", Kind: Counter, Scope: PerAccount, Labels: of("source", "type", "status"),
			Help: "Reports that are gone from the provider's list, by their last status.",
		},
		oldestUnfinished:      gauge("export_oldest_unfinished_timestamp_seconds", "seconds", "When the oldest unfinished report was requested.", "source", "type", "status"),
		latestCreated:         gauge("export_latest_created_timestamp_seconds", "seconds", "When the newest report in this status was requested.", "source", "type", "status"),
		latestCompleted:       gauge("export_latest_completed_timestamp_seconds", "seconds", "When the last report was completed.", "source", "type"),
		latestDataEnd:         gauge("export_latest_data_end_timestamp_seconds", "seconds", "How far the data reaches that was ever ready since the exporter started.", "source", "type"),
		expectedReady:         gauge("export_expected_ready_within_seconds", "seconds", "How long after its request a report should be ready.", "source", "type"),
		expectedData:          gauge("export_expected_data_within_seconds", "seconds", "How old the newest ready data may be.", "source", "type"),
		expectedFetch:         gauge("export_expected_fetch_before_expiry_seconds", "seconds", "How long before its expiry a ready report should have been fetched.", "source", "type"),
		creditsBalance:        gauge("export_credits_balance", "credits", "Credits left on the account."),
		apiKeyExpires:         gauge("export_api_key_expires_timestamp_seconds", "seconds", "When the account's key ends; absent if it does not, or if nobody asked."),
		rateLimitMax:          gauge("export_rate_limit_max_requests", "requests", "Requests that the provider allows in the window.", "window"),
		rateLimitRemaining:    gauge("export_rate_limit_remaining_requests", "requests", "Requests left in the window.", "window"),
		sourceUp:              gauge("export_source_up", "", "Whether the last refresh of the source succeeded and nothing holds back the next.", "source"),
		sourceFailing:         gauge("export_source_failing", "", "Why the source is not up; present only while it is not, and then 1.", "source", "reason"),
		sourceBackoffUntil:    gauge("export_source_backoff_until_timestamp_seconds", "seconds", "Until when the source is not asked; present only while it is held back.", "source"),
		sourceLastSuccess:     gauge("export_source_last_success_timestamp_seconds", "seconds", "When the source was last refreshed, which is the age of what is shown.", "source"),
		sourceRefreshDuration: gauge("export_source_refresh_duration_seconds", "seconds", "How long the last refresh of the source took.", "source"),
		sourceRefreshTimeout:  gauge("export_source_refresh_timeout_seconds", "seconds", "How long a refresh of the source may take.", "source"),
		sourceRefreshInterval: gauge("export_source_refresh_interval_seconds", "seconds", "How often the source is refreshed at most.", "source"),
		sourceUnreadable:      gauge("export_source_unreadable_values", "", "How many values of the last answer are there and could not be read, by report field.", "source", "field"),
		sourceTruncated:       gauge("export_source_truncated", "", "Whether the provider's list is longer than the exporter reads.", "source"),
	}
	return ordered(table, accountInfo)
}

// ordered returns the entries from a place on, in the order of their places.
func ordered(table map[id]Metric, from id) []Metric {
	list := make([]Metric, len(table))
	for at, metric := range table {
		list[at-from] = metric
	}
	return list
}
