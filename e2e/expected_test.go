//go:build e2e

package e2e

import "strings"

// expectation is an alert that must arrive.
type expectation struct {
	alert, account string
	path           string // of the webhook; shows which receiver the routes chose
	says           string // part of the summary or the description
}

func (e expectation) String() string { return e.alert + " of " + e.account + ": " + e.says }

func (e expectation) matches(a arrival) bool {
	return a.alert() == e.alert && a.Labels["account"] == e.account && a.Status == "firing" &&
		strings.Contains(a.Annotations["summary"]+"\n"+a.Annotations["description"], e.says)
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

// expected returns the alerts of the failing fleet.
func expected() []expectation {
	return []expectation{
		{"ExportStuck", "treasury", toExchanges, "trades CSV export QUEU of kraken/treasury: not ready after 5h"},
		{"ExportStuck", "treasury", toExchanges, "Its status is processing. It should be ready within 4h"},
		{"ExportDataStale", "treasury", toExchanges, "the newest trades data of kraken/treasury is 5d"},
		{"ExportAuthFailing", "desk", toCritical, "refuses the key for trades (auth)"},
		{"ExportApiKeyExpiring", "custody", toExchanges, "the API key expires in 8d 23h 59m"},
		{"ExportFailed", "custody", toExchanges, "ledgers CSV export BADD of kraken/custody failed"},
		{"ExportFailed", "fund", toExchanges, "000000000002 of coinbase_exchange/fund failed"},
		{"ExportDataStale", "fund", toExchanges, "the newest otc-fills data of coinbase_exchange/fund is 8d"},
		{"ExportExpiringSoon", "fund", toExchanges, "000000000001 of coinbase_exchange/fund expires in 2h"},
		{"ExportAnswerNotUnderstood", "fund", toInfo, `the exporter does not know the status "archived"`},
		{"ExportVanished", "fund", toExchanges, "rfq-fills exports of coinbase_exchange/fund vanished before they were ready"},
		{"ExportSourceDown", "vault", toExchanges, "cannot read source reports (rate_limited)"},
		{"ExportRateLimitNearlyExhausted", "vault", toExchanges, "0% of the rate limit is left"},
		{"ExportClockSkew", "derivatives", toExchanges, "the clocks differ by 1"},
		{"ExportStuck", "agency", toOnlyFans, "export data_export_stalled of onlyfansapi/agency: not ready after 5h"},
		{"ExportProgressStalled", "agency", toOnlyFans, "makes no progress: still at 37%"},
		{"ExportAwaitingStart", "agency", toInfo, "export data_export_waiting of onlyfansapi/agency waits for somebody"},
		{"ExportFailed", "agency", toOnlyFans, "export data_export_failed of onlyfansapi/agency failed"},
		{"ExportFailed", "agency", toInfo, "export data_export_hidden of onlyfansapi/agency failed, but a newer one exists"},
		{"ExportIncomplete", "agency", toInfo, "is ready but lacks 3 item(s)"},
		{"ExportCreditsLow", "agency", toOnlyFans, "50 credits are left"},
		{"ExportCreditsLow", "archive", toOnlyFans, "At this rate, none will be left in three days"},
		{"ExportSourceTruncated", "archive", toOnlyFans, "the list of data_exports is cut off"},
		{"ExportReportsOmitted", "archive", toInfo, "40 export(s) of data_exports are counted but not listed"},
		{"ExportNoReports", "newcomer", toInfo, "the provider has never listed an export"},
		{"ExportStatusExporterScrapesCutShort", "", toExporter, "scrapes end before the refreshes do"},
		{reloadFailed, "", toExporter, "could not load its new configuration"},
		{shardMissing, "", toExporter, "1 of 2 shard(s) of job " + shardsJob},
		{shardDoubled, "", toExporter, "Several instances of job " + shardsJob + " have the shard number 0."},
	}
}

// inhibited returns the alerts that fire but must not arrive, because another alert
// inhibits them.
func inhibited() []expectation {
	return []expectation{
		{alert: "ExportSourceDown", account: "desk"}, // by ExportAuthFailing
		{alert: "ExportStuck", account: "vault"},     // by ExportSourceDown
	}
}
