//go:build e2e

package e2e

// expectation is an alert that has to arrive.
type expectation struct {
	alert, account string
	path           string // of the webhook: which receiver the routes chose
	says           string // part of the summary or the description
}

func (e expectation) String() string { return e.alert + " of " + e.account }

func (e expectation) matches(a arrival) bool {
	return a.alert() == e.alert && a.Labels["account"] == e.account && a.Status == "firing"
}

const (
	toExporter   = "/alerts/exporter"
	toExchanges  = "/alerts/exchanges"
	toOnlyFans   = "/alerts/onlyfansapi"
	toInfo       = "/alerts/info"
	toCritical   = "/alerts/exchanges/critical"
	exporterDown = "ExportStatusExporterDown"
	reloadFailed = "ExportStatusExporterReloadFailed"
	shardMissing = "ExportStatusExporterShardMissing"
	shardDoubled = "ExportStatusExporterShardDoubled"
)

// expected are the alerts of the ailing fleet.
func expected() []expectation {
	return []expectation{
		{"ExportStuckQueued", "treasury", toExchanges, "report QUEU is stuck in the queue"},
		{"ExportStuckProcessing", "treasury", toExchanges, "report PROC is stuck in processing"},
		{"ExportDataStale", "treasury", toExchanges, "exported trades data is 5d"},
		{"ExportNothingReady", "treasury", toExchanges, "no ledgers report is ready any more"},
		{"ExportAuthFailing", "desk", toCritical, "reason: auth."},
		{"ExportApiKeyExpiring", "custody", toExchanges, "The key ends in 8d 23h 59m"},
		{"ExportFailed", "custody", toExchanges, "the newest ledgers report failed"},
		{"ExportReportFailed", "custody", toInfo, "BADD failed"},
		{"ExportFailed", "fund", toExchanges, "the newest account report failed"},
		{"ExportReportFailed", "fund", toInfo, "000000000002 failed"},
		{"ExportExpired", "fund", toInfo, "the newest otc-fills report has expired"},
		{"ExportExpiringSoon", "fund", toExchanges, "can be downloaded for another 2h"},
		{"ExportStatusUnrecognized", "fund", toInfo, `the status of this report "archived"`},
		{"ExportVanished", "fund", toExchanges, "ready fills reports are gone from the list"},
		{"ExportSourceDown", "vault", toExchanges, "reason: rate_limited."},
		{"ExportRateLimitNearlyExhausted", "vault", toExchanges, "0% of the rate limit is left"},
		{"ExportClockSkew", "derivatives", toExchanges, "the clocks differ by 1"},
		{"ExportStuckProcessing", "agency", toOnlyFans, "data_export_stalled is stuck in processing"},
		{"ExportProgressStalled", "agency", toOnlyFans, "The report stands at 37%"},
		{"ExportAwaitingStart", "agency", toInfo, "data_export_waiting waits for somebody"},
		{"ExportFailed", "agency", toOnlyFans, "the newest media_vault report failed"},
		{"ExportReportFailed", "agency", toInfo, "data_export_failed failed"},
		{"ExportCreditsLow", "agency", toOnlyFans, "50 credits are left"},
		{"ExportCreditsExhaustedSoon", "archive", toOnlyFans, "credits run out within three days"},
		{"ExportSourceTruncated", "archive", toOnlyFans, "the list of data_exports is cut off"},
		{"ExportReportsOmitted", "archive", toInfo, "40 report(s) counted but not listed"},
		{"ExportNoReports", "newcomer", toInfo, "the provider has listed no report for a day"},
		{"ExportStatusExporterScrapesCutShort", "", toExporter, "answers before its refreshes end"},
		{reloadFailed, "", toExporter, "refused its new configuration"},
		{shardMissing, "", toExporter, "1 of 2 shard(s) of job " + shardsJob},
		{shardDoubled, "", toExporter, "Several instances of job " + shardsJob + " are shard 0."},
	}
}

// inhibited are the alerts that fire and must not arrive, because another one
// says it already.
func inhibited() []expectation {
	return []expectation{
		{alert: "ExportStuckOldest", account: "treasury"},  // by ExportStuckQueued
		{alert: "ExportSourceDown", account: "desk"},       // by ExportAuthFailing
		{alert: "ExportStuckProcessing", account: "vault"}, // by ExportSourceDown
		{alert: "ExportStuckOldest", account: "agency"},    // by ExportStuckProcessing
	}
}
