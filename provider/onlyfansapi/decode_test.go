package onlyfansapi

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"export_status_exporter/provider"
	"export_status_exporter/provider/providertest"
)

func exampleReport() provider.Report {
	return provider.Report{
		ID: "data_export_abc123xyz789", Type: "transactions", Format: "csv",
		Status: provider.StatusProcessing, Progress: provider.Num(0.5),
		Rows: provider.Num(5000), ProcessedRows: provider.Num(2500), CostCredits: provider.Num(500),
		Created:   time.Date(2024, 12, 2, 12, 0, 0, 0, time.UTC),
		DataStart: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC),
		DataEnd:   time.Date(2024, 12, 31, 23, 59, 59, 0, time.UTC),
	}
}

func exampleQuota() provider.Quota {
	return provider.Quota{
		CreditsBalance: provider.Num(9500),
		RateLimits:     []provider.RateLimit{{Window: "minute", Max: provider.Num(60), Remaining: provider.Num(56)}},
	}
}

// TestExampleOfTheDocumentation decodes the verbatim values of the page "Get Data
// Export Status".
func TestExampleOfTheDocumentation(t *testing.T) {
	t.Parallel()
	r := newRig(t, only("data_export_abc123xyz789"), body(providertest.File(t, fixture)))
	got := r.must(t)
	want := provider.Snapshot{Reports: []provider.Report{exampleReport()}, Quota: exampleQuota()}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("snapshot (-want +got):\n%s", diff)
	}
	asked := r.api.Asked()
	if len(asked) != 1 || asked[0].URL != "https://api.test/api/data-exports/data_export_abc123xyz789?download_url_expires_in=1" {
		t.Errorf("asked %v", asked[0].URL)
	}
	if asked[0].Header.Get("Authorization") != "Bearer "+r.config.Token.Value.Reveal() {
		t.Error("another token")
	}
	if credits := r.seen.Seen().Credits; len(credits) != 0 {
		t.Errorf("a read that cost 0 credits is counted as %v", credits)
	}
	for _, personal := range []string{"acct_", "Main Account", "net_amount", "Always", "Cache disabled"} {
		if strings.Contains(fmt.Sprintf("%+v", got), personal) {
			t.Errorf("%s is decoded", personal)
		}
	}
}

// one fetches one export and returns it.
func one(tb testing.TB, fields string) provider.Report {
	tb.Helper()
	return newRig(tb, only("A"), body(`{"data":{"id":"A",`+fields+`}}`)).must(tb).Reports[0]
}

func TestOddFields(t *testing.T) {
	t.Parallel()
	at := time.Date(2024, 12, 2, 12, 0, 0, 0, time.UTC)
	running := provider.Report{ID: "A", Status: provider.StatusProcessing}
	with := func(change func(*provider.Report)) provider.Report {
		r := running
		change(&r)
		return r
	}
	half := func(r *provider.Report) { r.Progress = provider.Num(0.5) }
	for _, c := range []struct {
		name, fields string
		want         provider.Report
	}{
		{"only what is required", ``, running},
		{"numbers before the calculation", `,"total_rows":null,"rows_processed":null,"progress_percentage":null,"credit_cost":null`, running},
		{"numbers as empty text", `,"total_rows":"","rows_processed":"","progress_percentage":"","credit_cost":""`, running},
		{"numbers of other types", `,"total_rows":{},"rows_processed":[],"progress_percentage":true,"credit_cost":"many"`, running},
		{"numbers as text", `,"total_rows":"4","rows_processed":"2","progress_percentage":"50","credit_cost":"1.5"`, with(func(r *provider.Report) {
			r.Rows, r.ProcessedRows, r.CostCredits, r.Progress = provider.Num(4), provider.Num(2), provider.Num(1.5), provider.Num(0.5)
		})},
		{"numbers of zero", `,"total_rows":0,"rows_processed":"0","credit_cost":0`, with(func(r *provider.Report) {
			r.Rows, r.ProcessedRows, r.CostCredits = provider.Num(0), provider.Num(0), provider.Num(0)
		})},
		{"numbers below zero", `,"total_rows":-1,"rows_processed":-1,"credit_cost":-1`, running},
		{"a percentage", `,"progress_percentage":50`, with(half)},
		{"a percentage of zero", `,"progress_percentage":0,"rows_processed":2,"total_rows":4`, with(func(r *provider.Report) {
			r.Rows, r.ProcessedRows, r.Progress = provider.Num(4), provider.Num(2), provider.Num(0)
		})},
		{"a percentage beyond 100", `,"progress_percentage":100.5`, running},
		{"a percentage that is not rounded", `,"progress_percentage":100.0000001`, with(func(r *provider.Report) { r.Progress = provider.Num(1) })},
		{"rows instead of a percentage", `,"rows_processed":2,"total_rows":4`, with(func(r *provider.Report) {
			half(r)
			r.Rows, r.ProcessedRows = provider.Num(4), provider.Num(2)
		})},
		{"rows of none", `,"rows_processed":0,"total_rows":0`, with(func(r *provider.Report) { r.Rows, r.ProcessedRows = provider.Num(0), provider.Num(0) })},
		{"times", `,"created_at":"2024-12-02T12:00:00+00:00","completed_at":"2024-12-02T13:00:00+01:00","failed_at":"2024-12-02T12:00:00.000000Z"`, with(func(r *provider.Report) {
			r.Created = at // an unfinished export has no end time
		})},
		{"times of Laravel", `,"created_at":"2024-12-02 12:00:00","start_date":"2024-12-02","end_date":null`, with(func(r *provider.Report) {
			r.Created, r.DataStart = at, time.Date(2024, 12, 2, 0, 0, 0, 0, time.UTC)
		})},
		{"times that are not set", `,"created_at":null,"completed_at":"","failed_at":"0000-00-00 00:00:00","start_date":0`, running},
		{"a file type in upper case", `,"file_type":"XLSX"`, with(func(r *provider.Report) { r.Format = "XLSX" })},
		{"a new type", `,"type":"stories"`, with(func(r *provider.Report) { r.Type = "stories" })},
		{"what is dropped, of other types", `,"accounts":"x","export_columns":{},"failed_reason":[1],"download_url":{"a":1},"download_url_expires_at":5,"notes":"2"`, running},
		{"failed downloads", `,"failed_downloads":"2"`, with(func(r *provider.Report) { r.FailedItems = provider.Num(2) })},
		{"failed downloads of another type", `,"failed_downloads":["x"]`, running},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, one(t, `"status":"in_progress"`+c.fields)); diff != "" {
				t.Errorf("report (-want +got):\n%s", diff)
			}
		})
	}
}

func TestStatus(t *testing.T) {
	t.Parallel()
	half, none := provider.Num(0.5), provider.Number{}
	for _, c := range []struct {
		word     string
		status   provider.Status
		kept     string
		progress provider.Number
	}{
		{`"calculating_credits"`, provider.StatusQueued, "", provider.Num(0)},
		{`"pending"`, provider.StatusQueued, "", provider.Num(0)},
		{`"Pending"`, provider.StatusQueued, "", provider.Num(0)},
		{`"calculating_credits_completed"`, provider.StatusAwaitingStart, "", half},
		{`"in_progress"`, provider.StatusProcessing, "", half},
		{`" IN_PROGRESS "`, provider.StatusProcessing, "", half},
		{`"completed"`, provider.StatusReady, "", provider.Num(1)},
		{`"failed"`, provider.StatusFailed, "", half},
		{`"calculating_credits_failed"`, provider.StatusFailed, "", half},
		{`"cancelled"`, provider.StatusCancelled, "", half},
		{`"canceled"`, provider.StatusCancelled, "", half},
		{`"expired"`, provider.StatusExpired, "", half},
		{`"paused"`, provider.StatusUnknown, "paused", half},
		{`"in progress"`, provider.StatusUnknown, "in progress", half},
		{`"` + strings.Repeat("é", 60) + `"`, provider.StatusUnknown, strings.Repeat("é", 32), half},
		{`7`, provider.StatusUnknown, "7", half},
		{`null`, provider.StatusUnknown, "", half},
		{`["completed"]`, provider.StatusUnknown, "", half},
	} {
		got := one(t, `"progress_percentage":50,"status":`+c.word)
		if got.Status != c.status || got.ProviderStatus != c.kept || got.Progress != c.progress || got.ExpiryEndsReady {
			t.Errorf("%s: %s, %q, %+v", c.word, got.Status, got.ProviderStatus, got.Progress)
		}
	}
	if got := one(t, `"status":"in_progress"`); got.Progress != none {
		t.Errorf("progress %+v", got.Progress)
	}
}

// TestLinksAreNotDecoded checks that presigned links, which are secrets, are dropped.
func TestLinksAreNotDecoded(t *testing.T) {
	t.Parallel()
	canary := "canary" + strings.Trim(providertest.Key(), "=")
	got := newRig(t, only("A"), body(`{"data":{"id":"A","status":"completed","download_url":"https://x.test/?sig=`+canary+`",
		"download_url_expires_at":"2024-12-02T12:05:00+00:00","failed_reason":"`+canary+`","accounts":[{"id":"`+canary+`","display_name":"`+canary+`"}],
		"options":{"chat_id":"`+canary+`"}},"_meta":{"_credits":{"note":"`+canary+`"},"_cache":{"is_cached":true,"note":"`+canary+`"},
		"_rate_limits":{"notice":"`+canary+`"}}}`)).must(t)
	if shown := fmt.Sprintf("%+v", got); strings.Contains(shown, canary) {
		t.Errorf("decoded: %s", shown)
	}
	if !got.Reports[0].Expires.IsZero() {
		t.Error("the link's expiry is taken for the file's")
	}
}

func FuzzDecode(f *testing.F) {
	example := providertest.File(f, fixture)
	for _, seed := range append(providertest.OddBodies(),
		example, `[]`, `{"data":[]}`, `{"data":{"data":[{"id":"A","status":"x"}],"meta":{"last_page":"2"}},"_meta":{}}`,
		`{"data":[{"id":1,"total_rows":"1e400"}],"_pagination":{"last_page":1}}`, `{"data":{"data":{}}}`, `null`, `<html>`,
		`{"data":[{"id":"`+strings.Repeat("a", 300)+`","progress_percentage":1e300,"status":"\u0000\ud800"}]}`,
		`{"_meta":{"_credits":{"used":-1,"balance":"-5"},"_rate_limits":{"limit_day":"-1","remaining_day":1e300}},"data":[{"id":"A"}]}`,
	) {
		f.Add([]byte(seed), 0, false)
		f.Add([]byte(seed), 0, true)
		f.Add([]byte(seed), 202, false) // 402
		f.Add([]byte(seed), 204, true)  // 404
	}
	f.Fuzz(func(t *testing.T, answer []byte, status int, single bool) {
		status = 200 + max(status, -(status+1))%400
		change := only()
		if single {
			change = only("A")
		}
		r := newRig(t, change, providertest.Answer{Status: status, Body: string(answer)})
		snapshot, failed := r.fetch(t)
		if failed == nil && status > 299 && len(snapshot.Missing) == 0 {
			t.Errorf("%d is no failure", status)
		}
		if failed == nil && single && len(snapshot.Reports)+len(snapshot.Missing) != 1 {
			t.Errorf("snapshot %+v", snapshot)
		}
		for _, credits := range r.seen.Seen().Credits {
			if !(credits > 0) {
				t.Errorf("%g credits used", credits)
			}
		}
	})
}
