package answers

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"export_status_exporter/internal/rig"
	"export_status_exporter/internal/sandbox"
)

// TestExportDurations: each export that becomes ready counts once. The
// histogram belongs to the process, and survives reloads and changes of the
// account.
func TestExportDurations(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	fund := r.Sandbox.AddAccount(sandbox.CoinbaseExchange, "fund")
	old, next := rig.Job(sandbox.CoinbaseExchange, r.Clock.Now()), rig.Job(sandbox.CoinbaseExchange, r.Clock.Now())
	old.ID, next.ID = "old", "next"
	next.Status, next.Completed = "creating", time.Time{}
	fund.SetReports([]sandbox.Report{old, next})
	r.Write("accounts:", r.Account(fund))
	r.Start()
	count := `export_duration_seconds{provider="coinbase_exchange",type="fills"}`
	if _, ok := r.Scrape()[count]; ok {
		t.Error("what is ready at the first look is counted")
	}
	finish := func(n float64) {
		t.Helper()
		r.Clock.Advance(5 * time.Minute)
		next.Status, next.Completed = "ready", r.Clock.Now()
		fund.SetReports([]sandbox.Report{old, next})
		got := r.Scrape()
		got.Want(t, count, n)
		r.Clock.Advance(5 * time.Minute)
		r.Scrape().Want(t, count, n)
	}
	finish(1)
	// It was requested an hour before the start, and took until five minutes after.
	_, body := r.Request(http.MethodGet, "/metrics", nil)
	for _, want := range []string{`sum{provider="coinbase_exchange",type="fills"} 3900`, `bucket{provider="coinbase_exchange",type="fills",le="3600"} 0`, `bucket{provider="coinbase_exchange",type="fills",le="7200"} 1`} {
		if !strings.Contains(body, "export_duration_seconds_"+want+"\n") {
			t.Errorf("%s is missing in\n%s", want, body)
		}
	}

	// The account has been recreated, so this is its first refresh.
	r.Write("accounts:", r.Account(fund), "    max_reports: 7")
	if status, body := r.Request(http.MethodPost, "/-/reload", nil); status != http.StatusOK {
		t.Fatalf("reload answered %d: %s", status, body)
	}
	r.Scrape().Want(t, count, 1)
	next.ID, next.Status, next.Completed = "another", "creating", time.Time{}
	fund.SetReports([]sandbox.Report{old, next})
	r.Clock.Advance(5 * time.Minute)
	r.Scrape().Want(t, count, 1)
	finish(2)

	if _, body := r.Request(http.MethodGet, "/probe?account=fund", nil); strings.Contains(body, "export_duration_seconds") {
		t.Error("an account shows what belongs to the process")
	}
	if _, body := r.Request(http.MethodGet, "/metrics/exporter", nil); !strings.Contains(body, `export_duration_seconds_count{provider="coinbase_exchange",type="fills"} 2`) {
		t.Errorf("the process does not show it:\n%s", body)
	}
}
