package answers

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"export_status_exporter/internal/rig"
	"export_status_exporter/internal/sandbox"
)

// expected are the series of what is expected, less their prefix.
func expected(s rig.Samples) map[string]float64 {
	found := make(map[string]float64)
	for series, value := range s {
		if rest, ok := strings.CutPrefix(series, "export_expected_"); ok {
			found[rest] = value
		}
	}
	return found
}

// TestReloadOfExpectations: a reload that changes only expectations takes
// effect at once, and keeps an account's data, counters and pause.
func TestReloadOfExpectations(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	fund := r.Sandbox.AddAccount(sandbox.CoinbaseExchange, "fund")
	late := rig.Job(sandbox.CoinbaseExchange, r.Clock.Now().Add(-30*time.Minute))
	late.Status, late.Completed = "creating", time.Time{}
	fund.SetReports([]sandbox.Report{late})
	r.Write("accounts:", r.Account(fund))
	r.Start()
	before := r.Scrape()
	urgent := func() string {
		_, body := r.Request(http.MethodGet, "/exports?format=json", nil)
		_, rest, _ := strings.Cut(body, `"urgency": "`)
		word, _, _ := strings.Cut(rest, `"`)
		return word
	}
	if got := urgent(); got != "under_way" {
		t.Errorf("urgency %q before the reload", got)
	}
	for _, c := range []struct {
		expect, urgency string
		ready           float64
	}{
		{"expect: {ready_within: 1h}", "stuck", 3600},
		{"expect: {ready_within: 2h}", "under_way", 7200},
		{"expect: {ready_within: 2h, types: {" + strings.ToUpper(late.Type) + ": {ready_within: 80m}}}", "stuck", 4800},
	} {
		r.Write(c.expect, "accounts:", r.Account(fund))
		if status, body := r.Request(http.MethodPost, "/-/reload", nil); status != http.StatusOK {
			t.Fatalf("reload answered %d: %s", status, body)
		}
		if got := urgent(); got != c.urgency {
			t.Errorf("%s: urgency %q, want %q", c.expect, got, c.urgency)
		}
		after := r.Scrape()
		after.Want(t, `export_expected_ready_within_seconds{account="fund",provider="coinbase_exchange",source="reports",type="`+late.Type+`"}`, c.ready)
		for _, series := range before.With(`account="fund"`) {
			if !strings.HasPrefix(series, "export_expected_") && before[series] != after[series] {
				t.Errorf("%s: %s = %v, want %v as before", c.expect, series, after[series], before[series])
			}
		}
	}
	if got := fund.Count(); got != 1 {
		t.Errorf("the account was asked %d times, want 1", got)
	}
	// The account that was kept also stops in the end.
	r.Clock.Advance(2 * time.Minute)
	r.Scrape()
	if got := fund.Count(); got != 2 {
		t.Errorf("the account was asked %d times after its interval, want 2", got)
	}
}

// TestExpectationsOfEveryProvider: the series exist for the types of every
// source, before the first refresh, and for named types where they can occur,
// not for a source that only checks a key.
func TestExpectationsOfEveryProvider(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	lines := []string{"expect: {data_within: 0, ready_within: 1h, fetch_before_expiry: 0, types: {fills: {}, account_log: {data_within: 1d}, ledgers/Odd: {}}}", "accounts:"}
	for _, a := range []struct {
		kind          sandbox.Provider
		name, setting string
	}{
		{sandbox.Kraken, "treasury", ""},
		{sandbox.CoinbaseExchange, "fund", ""},
		{sandbox.CoinbaseExchange, "filtered", "types: [balance]"},
		{sandbox.KrakenFutures, "derivatives", "check_key: true"},
		{sandbox.OnlyFansAPI, "agency", "types: [fans]"},
	} {
		var settings []string
		if a.setting != "" {
			settings = append(settings, a.setting)
		}
		each := r.Sandbox.AddAccount(a.kind, a.name)
		each.SetFault(sandbox.Fault{Kind: sandbox.FaultStatus, Status: http.StatusServiceUnavailable})
		lines = append(lines, r.Account(each, settings...))
	}
	r.Write(lines...)
	r.Start()
	want := map[string]float64{}
	for _, each := range []struct {
		kind                  sandbox.Provider
		account, source, name string
	}{
		{sandbox.Kraken, "treasury", "trades", "trades"},
		{sandbox.Kraken, "treasury", "ledgers", "ledgers"},
		{sandbox.Kraken, "treasury", "ledgers", "Odd"},
		{sandbox.CoinbaseExchange, "fund", "reports", "fills"},
		{sandbox.CoinbaseExchange, "fund", "reports", "account_log"},
		{sandbox.CoinbaseExchange, "filtered", "reports", "balance"},
		{sandbox.KrakenFutures, "derivatives", "account_log", "account_log"},
		{sandbox.OnlyFansAPI, "agency", "data_exports", "fans"},
	} {
		labels := `{account="` + each.account + `",provider="` + string(each.kind) + `",source="` + each.source + `",type="` + each.name + `"}`
		want["ready_within_seconds"+labels] = 3600
		if each.name == "account_log" {
			want["data_within_seconds"+labels] = 86400
		}
	}
	got := r.Scrape()
	if up := got.With("export_source_up{"); slices.ContainsFunc(up, func(series string) bool { return got[series] != 0 }) {
		t.Errorf("a source is up: %v", up)
	}
	if diff := cmp.Diff(want, expected(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
