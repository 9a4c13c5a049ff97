package app_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"export_status_exporter/internal/rig"
	"export_status_exporter/internal/sandbox"
)

// TestAnAccountPutBackWaits: a lockout and a provider's hint outlive the
// account. If it is removed and added again, even under another name, no call
// is sent.
func TestAnAccountPutBackWaits(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	treasury := r.Sandbox.AddAccount(sandbox.Kraken, "treasury")
	fund := r.Sandbox.AddAccount(sandbox.CoinbaseExchange, "fund")
	other := r.Sandbox.AddAccount(sandbox.OnlyFansAPI, "other")
	treasury.SetFault(sandbox.Fault{Kind: sandbox.FaultError, Errors: []string{"EGeneral:Temporary lockout"}})
	fund.SetFault(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 429, Header: http.Header{"Retry-After": {"1234"}}})
	r.Write("accounts:", r.Account(treasury), r.Account(fund), r.Account(other))
	r.Start()
	r.Scrape()
	treasury.ClearFault()
	fund.ClearFault()

	r.Write("accounts:", r.Account(other))
	r.Reload()
	r.Scrape()
	renamed := strings.Replace(r.Account(treasury), "name: treasury", "name: vault", 1)
	r.Write("accounts:", renamed, r.Account(fund), r.Account(other))
	r.Reload()
	got := r.Scrape()
	if count := treasury.Count(); count != 1 {
		t.Errorf("the locked out key was used %d times, want 1", count)
	}
	if count := fund.Count(); count != 1 {
		t.Errorf("the account that was told to wait was asked %d times, want 1", count)
	}
	if reasons := got.Reasons("vault", "trades"); len(reasons) != 1 || reasons[0] != "lockout" {
		t.Errorf("reasons = %v, want lockout", reasons)
	}
	r.Clock.Advance(1235 * time.Second)
	got = r.Scrape()
	got.Want(t, rig.SourceKey("export_source_up", sandbox.Kraken, "vault", "trades"), 1)
	got.Want(t, rig.SourceKey("export_source_up", sandbox.CoinbaseExchange, "fund", "reports"), 1)
}

// TestAnAccountChangedInFlightWaits: the result of a request in flight applies
// to whichever account has the key when it arrives.
func TestAnAccountChangedInFlightWaits(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	fund := r.Sandbox.AddAccount(sandbox.CoinbaseExchange, "fund")
	arrived, let := make(chan struct{}, 100), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		arrived <- struct{}{}
		<-let
		w.Header().Set("Retry-After", "1234")
		w.WriteHeader(http.StatusTooManyRequests)
	}))
	defer server.Close()
	account := strings.Replace(r.Account(fund), r.Sandbox.URL(sandbox.CoinbaseExchange), server.URL, 1)
	r.Write("accounts:", account)
	r.Start()
	var scrapes sync.WaitGroup
	scrapes.Go(func() { r.Scrape() })
	<-arrived
	r.Write("max_reports: 5", "accounts:", account)
	r.Reload()
	scrapes.Go(func() { r.Scrape() }) // of the account as it is now
	close(let)
	scrapes.Wait()
	got := r.Scrape()
	if count := 1 + len(arrived); count != 1 {
		t.Errorf("the key was used %d times, want 1", count)
	}
	if reasons := got.Reasons("fund", "reports"); len(reasons) != 1 || reasons[0] != "rate_limited" {
		t.Errorf("reasons = %v, want rate_limited", reasons)
	}
}
