package answers

import (
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"export_status_exporter/internal/rig"
	"export_status_exporter/internal/sandbox"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

// The providers' own examples, verbatim.
const (
	krakenVSKC = `{"id":"VSKC","descr":"my_trades_1","format":"CSV","report":"trades","subtype":"all","status":"Processed","flags":"0","fields":"all","createdtm":"1688669085","expiretm":"1688878685","starttm":"1688669093","completedtm":"1688669093","datastarttm":"1683556800","dataendtm":"1688669085","aclass":"forex","asset":"all"}`
	krakenTCJA = `{"id":"TCJA","descr":"my_trades_1","format":"CSV","report":"trades","subtype":"all","status":"Processed","flags":"0","fields":"all","createdtm":"1688363637","expiretm":"1688573237","starttm":"1688363664","completedtm":"1688363664","datastarttm":"1683235200","dataendtm":"1688363637","aclass":"forex","asset":"all"}`
	coinbase66 = `{"created_at":"2019-07-25T22:14:00.410Z","completed_at":"2019-07-25T22:14:01.332Z","expires_at":"2019-08-01T22:14:00.410Z","id":"66e2dc58-a11b-4ae7-af08-1b42cf8031ad","type":"account","status":"ready","user_id":"5cf6e115aaf44503db300f1e","file_url":"www.example.com","params":{"start_date":"2019-06-25T22:13:48.592Z","end_date":"2019-07-25T22:13:48.592Z","format":"pdf","product_id":"ALL","account_id":"ALL","profile_id":"8058d771-2d88-4f0f-ab6e-299c153d4308","email":"user1@example.com","user":{"created_at":"2019-06-04T21:22:32.226Z","active_at":"2019-06-04T21:27:49.250Z","id":"5cf6e115aaf44503db300f1e","name":"User One","email":"user1@example.com","is_banned":false,"user_type":"individual","fulfills_new_requirements":true,"oauth_client":"pro","preferences":{"preferred_market":"BTC-USD","margin_terms_completed_in_utc":"2019-06-13T23:40:17.752Z","margin_tutorial_completed_in_utc":"2019-06-19T23:56:59.411Z"},"has_default":false},"new_york_state":false}}`
	onlyfans   = `{"id":"data_export_abc123xyz789","type":"transactions","status":"in_progress","start_date":"2024-01-01T00:00:00+00:00","end_date":"2024-12-31T23:59:59+00:00","file_type":"csv","total_rows":5000,"rows_processed":2500,"progress_percentage":50,"credit_cost":500,"export_columns":["transaction_id","type","amount","net_amount","currency","created_at"],"accounts":[{"id":"acct_xyz789abc123","display_name":"Main Account"}],"created_at":"2024-12-02T12:00:00+00:00","completed_at":null,"failed_at":null,"failed_reason":null}`
)

// personal are the values in the examples that must never be shown.
func personal() []string {
	return []string{
		"my_trades_1", "forex", "5cf6e115aaf44503db300f1e", "www.example.com", "8058d771-2d88-4f0f-ab6e-299c153d4308",
		"user1@example.com", "User One", "individual", "BTC-USD", "acct_xyz789abc123", "Main Account", "net_amount",
	}
}

// seeded is the whole program with the providers' examples, at a time when all
// four are recent enough to be listed.
func seeded(t *testing.T) *rig.Rig {
	t.Helper()
	r := rig.New(t)
	treasury := r.Sandbox.AddAccount(sandbox.Kraken, "treasury")
	treasury.SetReports([]sandbox.Report{
		{ID: "VSKC", Type: "trades", Created: time.Unix(1688669085, 0), Raw: json.RawMessage(krakenVSKC)},
		{ID: "TCJA", Type: "trades", Created: time.Unix(1688363637, 0), Raw: json.RawMessage(krakenTCJA)},
	})
	fund := r.Sandbox.AddAccount(sandbox.CoinbaseExchange, "fund")
	fund.SetReports([]sandbox.Report{{
		ID: "66e2dc58-a11b-4ae7-af08-1b42cf8031ad", Type: "account", Created: time.Unix(1564092840, 0), Raw: json.RawMessage(coinbase66),
	}})
	derivatives := r.Sandbox.AddAccount(sandbox.KrakenFutures, "derivatives")
	derivatives.SetReports([]sandbox.Report{
		{Type: "account_log", Created: time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)},
		{Type: "account_log", Created: time.Date(2026, 3, 1, 11, 0, 0, 0, time.UTC)},
	})
	agency := r.Sandbox.AddAccount(sandbox.OnlyFansAPI, "agency")
	agency.SetCredits(sandbox.Credits{Balance: 9500})
	agency.SetReports([]sandbox.Report{{
		ID: "data_export_abc123xyz789", Type: "transactions", Created: time.Date(2024, 12, 2, 12, 0, 0, 0, time.UTC), Raw: json.RawMessage(onlyfans),
	}})

	// Secrets from a value, a file and a variable.
	secrets := derivatives.Credentials()
	dir := filepath.Dir(r.File)
	for name, value := range map[string]string{"kf.key": secrets.Key, "kf.secret": secrets.Secret} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(value+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("AGENCY_TOKEN", agency.Credentials().Token)
	r.Write("max_age: 10000d", "accounts:",
		r.Account(treasury, "reports: [trades, ledgers]"), r.Account(fund),
		"  - name: derivatives", "    kraken_futures:", "      base_url: "+r.Sandbox.URL(sandbox.KrakenFutures),
		"      api_key_file: kf.key", "      api_secret_file: kf.secret", "      streams: [account_log, executions]", "      accounts: true",
		"  - name: agency", "    onlyfansapi:", "      base_url: "+r.Sandbox.URL(sandbox.OnlyFansAPI), "      token_env: AGENCY_TOKEN",
	)
	r.Start()
	return r
}

// TestExamplesOfTheProviders asserts the values of the providers' own examples
// by hand, through the whole program.
func TestExamplesOfTheProviders(t *testing.T) {
	r := seeded(t)
	got := r.Scrape()
	vskc := `{account="treasury",provider="kraken",report_id="VSKC",source="trades"}`
	coinbase := `{account="fund",provider="coinbase_exchange",report_id="66e2dc58-a11b-4ae7-af08-1b42cf8031ad",source="reports"}`
	export := `{account="agency",provider="onlyfansapi",report_id="data_export_abc123xyz789",source="data_exports"}`
	stream := `{account="derivatives",provider="kraken_futures",report_id="account_log",source="account_log"}`
	now := float64(r.Clock.Now().Unix())
	for key, value := range map[string]float64{
		`export_status{account="treasury",provider="kraken",report_id="VSKC",source="trades",status="ready"}`:           1,
		`export_status{account="treasury",provider="kraken",report_id="VSKC",source="trades",status="expired"}`:         0,
		`export_info{account="treasury",format="CSV",provider="kraken",report_id="VSKC",source="trades",type="trades"}`: 1,
		"export_progress_ratio" + vskc:               1,
		"export_age_seconds" + vskc:                  now - 1688669085,
		"export_created_timestamp_seconds" + vskc:    1688669085,
		"export_started_timestamp_seconds" + vskc:    1688669093,
		"export_completed_timestamp_seconds" + vskc:  1688669093,
		"export_expires_timestamp_seconds" + vskc:    1688878685,
		"export_data_start_timestamp_seconds" + vskc: 1683556800,
		"export_data_end_timestamp_seconds" + vskc:   1688669085,
		`export_created_timestamp_seconds{account="treasury",provider="kraken",report_id="TCJA",source="trades"}`:                    1688363637,
		`export_reports{account="treasury",provider="kraken",source="trades",status="ready",type="trades"}`:                          2,
		`export_reports{account="treasury",provider="kraken",source="ledgers",status="ready",type="ledgers"}`:                        0,
		`export_latest_created_timestamp_seconds{account="treasury",provider="kraken",source="trades",status="ready",type="trades"}`: 1688669085,
		`export_latest_data_end_timestamp_seconds{account="treasury",provider="kraken",source="trades",type="trades"}`:               1688669085,

		`export_status{account="fund",provider="coinbase_exchange",report_id="66e2dc58-a11b-4ae7-af08-1b42cf8031ad",source="reports",status="expired"}`:          1,
		`export_status{account="fund",provider="coinbase_exchange",report_id="66e2dc58-a11b-4ae7-af08-1b42cf8031ad",source="reports",status="ready"}`:            0,
		`export_info{account="fund",format="pdf",provider="coinbase_exchange",report_id="66e2dc58-a11b-4ae7-af08-1b42cf8031ad",source="reports",type="account"}`: 1,
		"export_created_timestamp_seconds" + coinbase:    1564092840.41,
		"export_completed_timestamp_seconds" + coinbase:  1564092841.332,
		"export_expires_timestamp_seconds" + coinbase:    1564697640.41,
		"export_data_start_timestamp_seconds" + coinbase: 1561500828.592,
		"export_data_end_timestamp_seconds" + coinbase:   1564092828.592,

		`export_status{account="agency",provider="onlyfansapi",report_id="data_export_abc123xyz789",source="data_exports",status="processing"}`: 1,
		"export_progress_ratio" + export:                                                          0.5,
		"export_rows" + export:                                                                    5000,
		"export_processed_rows" + export:                                                          2500,
		"export_cost_credits" + export:                                                            500,
		"export_created_timestamp_seconds" + export:                                               1733140800,
		"export_data_start_timestamp_seconds" + export:                                            1704067200,
		"export_data_end_timestamp_seconds" + export:                                              1735689599,
		`export_credits_balance{account="agency",provider="onlyfansapi"}`:                         9500,
		`export_rate_limit_max_requests{account="agency",provider="onlyfansapi",window="minute"}`: 60,
		`export_api_credits_used_total{account="agency",provider="onlyfansapi"}`:                  0,

		`export_status{account="derivatives",provider="kraken_futures",report_id="account_log",source="account_log",status="ready"}`: 1,

		"export_rows" + stream:                         2,
		"export_last_entry_timestamp_seconds" + stream: 1772362800,
		"export_data_end_timestamp_seconds" + stream:   now,

		`export_source_up{account="derivatives",provider="kraken_futures",source="accounts"}`:   1,
		`export_source_up{account="derivatives",provider="kraken_futures",source="executions"}`: 1,
		`export_status_exporter_config_last_reload_successful`:                                  1,
	} {
		got.Want(t, key, value)
	}
	for _, absent := range []string{
		"export_progress_ratio" + coinbase, "export_completed_timestamp_seconds" + export, "export_failed_timestamp_seconds" + export,
		"export_age_seconds" + stream, "export_created_timestamp_seconds" + stream, "export_pending_deletion" + vskc,
		`export_rate_limit_max_requests{account="agency",provider="onlyfansapi",window="day"}`,
		`export_last_entry_timestamp_seconds{account="derivatives",provider="kraken_futures",report_id="executions",source="executions"}`,
	} {
		if value, ok := got[absent]; ok {
			t.Errorf("%s = %v, want it missing", absent, value)
		}
	}
	for _, path := range []string{"/metrics", "/exports", "/exports?format=json", "/export?account=fund&id=66e2dc58-a11b-4ae7-af08-1b42cf8031ad", "/config"} {
		_, body := r.Request(http.MethodGet, path, nil)
		for _, value := range personal() {
			if strings.Contains(body, value) || strings.Contains(r.Log.String(), value) {
				t.Errorf("%s or the log tells %q", path, value)
			}
		}
	}
	r.CheckQuiet()
}

// TestGoldenExposition compares all metrics with a reviewed file, and lints
// them.
func TestGoldenExposition(t *testing.T) {
	r := seeded(t)
	_, body := r.Request("GET", "/metrics", nil)
	problems, err := promlint.New(strings.NewReader(body)).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range problems {
		t.Errorf("%s: %s", problem.Metric, problem.Text)
	}
	golden(t, "exposition.prom", stable(body))
}

// golden compares what is shown with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("exposition differs from %s; if it should, run with -update (-want +got):\n%s", file, diff)
	}
}

// stable removes what depends on the machine and the time: Go runtime, process
// and build metrics, the hash of the configuration and Date headers.
func stable(body string) string {
	var kept []string
	varies := regexp.MustCompile(`^(# (HELP|TYPE) )?(go_|process_|promhttp_|export_status_exporter_build_info|export_status_exporter_config_hash|export_api_clock_skew_seconds)`)
	for line := range strings.Lines(body) {
		if !varies.MatchString(line) {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "")
}
