package faults

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"export_status_exporter/internal/rig"
	"export_status_exporter/internal/sandbox"
)

// wrong is a key pair that nobody has.
func wrong(t *testing.T) sandbox.Credentials {
	t.Helper()
	return sandbox.New(sandbox.Options{}).AddAccount(sandbox.Kraken, "nobody").Credentials()
}

// TestWrongKeyIsTriedOnce: with a wrong Kraken key and two sources, one request
// is sent in 15 minutes, whatever the number of scrapes and scrapers.
func TestWrongKeyIsTriedOnce(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	treasury := r.Sandbox.AddAccount(sandbox.Kraken, "treasury")
	r.Write("accounts:", r.AccountWith(treasury, wrong(t)))
	r.Start()
	for minute := range 15 {
		var wait sync.WaitGroup
		for range 3 {
			wait.Go(func() { r.Scrape() })
		}
		wait.Wait()
		if got := r.Sandbox.Count(sandbox.Kraken); got != 1 {
			t.Fatalf("after %d min: %d requests, want 1", minute, got)
		}
		r.Clock.Advance(time.Minute - time.Second)
	}
	got := r.Scrape()
	for _, source := range []string{"trades", "ledgers"} {
		got.Want(t, rig.SourceKey("export_source_up", sandbox.Kraken, "treasury", source), 0)
		if reasons := got.Reasons("treasury", source); len(reasons) != 1 || reasons[0] != "auth" {
			t.Errorf("%s: reasons %v, want auth", source, reasons)
		}
		until := time.Date(2026, 3, 1, 12, 15, 0, 0, time.UTC)
		got.Want(t, rig.SourceKey("export_source_backoff_until_timestamp_seconds", sandbox.Kraken, "treasury", source), float64(until.Unix()))
	}

	// A reload allows exactly one more request, and so does the end of the
	// wait, after which the next wait is twice as long.
	if status, body := r.Request(http.MethodPost, "/-/reload", nil); status != http.StatusOK {
		t.Fatalf("reload answered %d: %s", status, body)
	}
	for range 5 {
		r.Scrape()
	}
	if got := r.Sandbox.Count(sandbox.Kraken); got != 2 {
		t.Errorf("after the reload: %d requests, want 2", got)
	}
	r.Clock.Advance(15*time.Minute + time.Second)
	r.Scrape()
	r.Clock.Advance(29 * time.Minute)
	r.Scrape()
	if got := r.Sandbox.Count(sandbox.Kraken); got != 3 {
		t.Errorf("after the first wait: %d requests, want 3", got)
	}
	r.CheckQuiet()
}

// TestLockoutSurvivesReload: a reload does not end a lockout or a provider's
// hint.
func TestLockoutSurvivesReload(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	treasury := r.Sandbox.AddAccount(sandbox.Kraken, "treasury")
	fund := r.Sandbox.AddAccount(sandbox.CoinbaseExchange, "fund")
	treasury.SetFault(sandbox.Fault{Kind: sandbox.FaultError, Errors: []string{"EGeneral:Temporary lockout"}})
	fund.SetFault(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 429, Header: http.Header{"Retry-After": {"1234"}}})
	r.Write("accounts:", r.Account(treasury), r.Account(fund))
	r.Start()
	r.Scrape()
	// A changed setting recreates the account, but the wait stays.
	r.Write("timeout: 9s", "accounts:", r.Account(treasury), r.Account(fund))
	if status, body := r.Request(http.MethodPost, "/-/reload", nil); status != http.StatusOK {
		t.Fatalf("reload answered %d: %s", status, body)
	}
	got := r.Scrape()
	if count := treasury.Count(); count != 1 {
		t.Errorf("the locked out key was used %d times, want 1", count)
	}
	if count := fund.Count(); count != 1 {
		t.Errorf("the account that was told to wait was asked %d times, want 1", count)
	}
	now := float64(r.Clock.Now().Unix())
	got.Want(t, rig.SourceKey("export_source_backoff_until_timestamp_seconds", sandbox.CoinbaseExchange, "fund", "reports"), now+1234)
	if reasons := got.Reasons("treasury", "ledgers"); len(reasons) != 1 || reasons[0] != "lockout" {
		t.Errorf("reasons = %v, want lockout", reasons)
	}
	r.Clock.Advance(1234 * time.Second)
	fund.ClearFault()
	got = r.Scrape()
	got.Want(t, rig.SourceKey("export_source_up", sandbox.CoinbaseExchange, "fund", "reports"), 1)
}

// TestScrapersShareOneRefresh: 16 scrapers at once make the calls of one, and
// a scrape inside the interval makes none.
func TestScrapersShareOneRefresh(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	var accounts []string
	for _, p := range rig.Providers() {
		a := r.Sandbox.AddAccount(p, string(p))
		a.SetFault(sandbox.Fault{Kind: sandbox.FaultLatency, Delay: 100 * time.Millisecond})
		accounts = append(accounts, r.Account(a))
	}
	r.Write("accounts:", strings.Join(accounts, "\n"))
	r.Start()
	var wait sync.WaitGroup
	for range 16 {
		wait.Go(func() { r.Scrape() })
	}
	wait.Wait()
	want := map[sandbox.Provider]int64{sandbox.Kraken: 2, sandbox.CoinbaseExchange: 1, sandbox.KrakenFutures: 1, sandbox.OnlyFansAPI: 1, sandbox.Stripe: 1}
	check := func(when string) {
		t.Helper()
		for p, calls := range want {
			if got := r.Sandbox.Count(p); got != calls {
				t.Errorf("%s: %s was asked %d times, want %d", when, p, got, calls)
			}
		}
	}
	check("16 scrapers at once")
	r.Clock.Advance(53 * time.Second) // less than the interval less its slack
	r.Scrape()
	check("inside the interval")
	r.Clock.Advance(2 * time.Second)
	r.Scrape()
	for p := range want {
		want[p] *= 2
	}
	check("after the interval")
}

// TestOneRetry: a network or provider error is retried once, and so is an
// overtaken nonce, with a new one. Nothing else is retried.
func TestOneRetry(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	treasury := r.Sandbox.AddAccount(sandbox.Kraken, "treasury")
	fund := r.Sandbox.AddAccount(sandbox.CoinbaseExchange, "fund")
	r.Write("accounts:", r.Account(treasury, "reports: [trades]"), r.Account(fund))
	r.Start()
	for _, c := range []struct {
		name  string
		fault sandbox.Fault
		calls int64
		up    float64
	}{
		{"reset once", sandbox.Fault{Kind: sandbox.FaultReset, Times: 1}, 2, 1},
		{"unavailable once", sandbox.Fault{Kind: sandbox.FaultStatus, Status: 503, Times: 1}, 2, 1},
		{"malformed once", sandbox.Fault{Kind: sandbox.FaultTruncatedJSON, Times: 1}, 1, 0},
		{"rate limited once", sandbox.Fault{Kind: sandbox.FaultStatus, Status: 429, Times: 1}, 1, 0},
		{"unavailable with a hint", sandbox.Fault{Kind: sandbox.FaultStatus, Status: 503, Header: http.Header{"Retry-After": {"5"}}, Times: 1}, 1, 0},
	} {
		r.Clock.Advance(8 * time.Hour)
		before := fund.Count()
		fund.SetFault(c.fault)
		got := r.Scrape()
		if calls := fund.Count() - before; calls != c.calls {
			t.Errorf("%s: %d calls, want %d", c.name, calls, c.calls)
		}
		got.Want(t, rig.SourceKey("export_source_up", sandbox.CoinbaseExchange, "fund", "reports"), c.up)
		fund.ClearFault()
	}

	r.Clock.Advance(8 * time.Hour)
	before := len(treasury.Requests())
	treasury.SetFault(sandbox.Fault{Kind: sandbox.FaultError, Errors: []string{"EAPI:Invalid nonce"}, Times: 1})
	got := r.Scrape()
	got.Want(t, rig.SourceKey("export_source_up", sandbox.Kraken, "treasury", "trades"), 1)
	tried := treasury.Requests()[before:]
	if len(tried) != 2 || tried[0].Nonce == tried[1].Nonce {
		t.Errorf("nonces of the retry: %v, want two that differ", tried)
	}
	for p, verdicts := range map[sandbox.Provider]map[string]int64{sandbox.Kraken: r.Sandbox.Verdicts(sandbox.Kraken)} {
		if refused := verdicts["EAPI:Invalid nonce"]; refused > 0 {
			t.Errorf("%s refused %d nonces", p, refused)
		}
	}
}
