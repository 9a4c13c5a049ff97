package app_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"export_status_exporter/internal/sandbox"
)

// TestExportDurations: each export that becomes ready counts once. The
// histogram belongs to the process, and survives reloads and changes of the
// account.
func TestExportDurations(t *testing.T) {
	r := newRig(t)
	fund := r.sandbox.AddAccount(sandbox.CoinbaseExchange, "fund")
	old, next := job(sandbox.CoinbaseExchange, r.clock.Now()), job(sandbox.CoinbaseExchange, r.clock.Now())
	old.ID, next.ID = "old", "next"
	next.Status, next.Completed = "creating", time.Time{}
	fund.SetReports([]sandbox.Report{old, next})
	r.write("accounts:", r.account(fund))
	r.start()
	count := `export_duration_seconds{provider="coinbase_exchange",type="fills"}`
	if _, ok := r.scrape()[count]; ok {
		t.Error("what is ready at the first look is counted")
	}
	finish := func(n float64) {
		t.Helper()
		r.clock.Advance(5 * time.Minute)
		next.Status, next.Completed = "ready", r.clock.Now()
		fund.SetReports([]sandbox.Report{old, next})
		got := r.scrape()
		got.want(t, count, n)
		r.clock.Advance(5 * time.Minute)
		r.scrape().want(t, count, n)
	}
	finish(1)
	// It was requested an hour before the start, and took until five minutes after.
	_, body := r.request(http.MethodGet, "/metrics", nil)
	for _, want := range []string{`sum{provider="coinbase_exchange",type="fills"} 3900`, `bucket{provider="coinbase_exchange",type="fills",le="3600"} 0`, `bucket{provider="coinbase_exchange",type="fills",le="7200"} 1`} {
		if !strings.Contains(body, "export_duration_seconds_"+want+"\n") {
			t.Errorf("%s is missing in\n%s", want, body)
		}
	}

	// The account has been recreated, so this is its first refresh.
	r.write("accounts:", r.account(fund), "    max_reports: 7")
	if status, body := r.request(http.MethodPost, "/-/reload", nil); status != http.StatusOK {
		t.Fatalf("reload answered %d: %s", status, body)
	}
	r.scrape().want(t, count, 1)
	next.ID, next.Status, next.Completed = "another", "creating", time.Time{}
	fund.SetReports([]sandbox.Report{old, next})
	r.clock.Advance(5 * time.Minute)
	r.scrape().want(t, count, 1)
	finish(2)

	if _, body := r.request(http.MethodGet, "/probe?account=fund", nil); strings.Contains(body, "export_duration_seconds") {
		t.Error("an account shows what belongs to the process")
	}
	if _, body := r.request(http.MethodGet, "/metrics/exporter", nil); !strings.Contains(body, `export_duration_seconds_count{provider="coinbase_exchange",type="fills"} 2`) {
		t.Errorf("the process does not show it:\n%s", body)
	}
}
