package collector_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

const ofSource = `account="treasury",provider="kraken",source="trades"`

// bySource returns all samples about a source's refreshes.
func (s samples) bySource() samples {
	found := make(samples)
	for series, value := range s {
		if rest, ok := strings.CutPrefix(series, "export_source_"); ok {
			found[rest] = value
		}
	}
	return found
}

// TestSourceStates checks the samples about refreshes in every state of a source.
func TestSourceStates(t *testing.T) {
	good := up("trades", []string{"trades"}, provider.Snapshot{Reports: []provider.Report{{ID: "a", Type: "trades"}}})
	failing := good
	failing.Up, failing.Failure = false, &provider.Error{Reason: provider.ReasonTimeout}
	held := failing
	held.BackoffUntil = noon.Add(90 * time.Second)
	stale := held
	stale.Snapshot, stale.Stale = nil, true
	cut := good
	cut.Snapshot = &provider.Snapshot{Truncated: true}
	instant := good
	instant.Duration = 0

	always := func(more samples) samples {
		more["refresh_timeout_seconds{"+ofSource+"}"] = 10
		more["refresh_interval_seconds{"+ofSource+"}"] = 60
		return more
	}
	const (
		isUp      = "up{" + ofSource + "}"
		success   = "last_success_timestamp_seconds{" + ofSource + "}"
		duration  = "refresh_duration_seconds{" + ofSource + "}"
		truncated = "truncated{" + ofSource + "}"
		why       = `failing{account="treasury",provider="kraken",reason="timeout",source="trades"}`
		until     = "backoff_until_timestamp_seconds{" + ofSource + "}"
	)
	for name, c := range map[string]struct {
		source account.SourceView
		want   samples
		// reports reports whether the reports and their aggregates are shown.
		reports bool
	}{
		"before the first refresh": {account.SourceView{Name: "trades", Past: &account.Past{Types: []string{"trades"}}}, samples{isUp: 0}, false},
		"up":                       {good, samples{isUp: 1, success: 1773575998, duration: 0.25, truncated: 0}, true},
		"up at once":               {instant, samples{isUp: 1, success: 1773575998, duration: 0, truncated: 0}, true},
		"truncated":                {cut, samples{isUp: 1, success: 1773575998, duration: 0.25, truncated: 1}, true},
		"failing":                  {failing, samples{isUp: 0, why: 1, success: 1773575998, duration: 0.25, truncated: 0}, true},
		"held back":                {held, samples{isUp: 0, why: 1, until: 1773576090, success: 1773575998, duration: 0.25, truncated: 0}, true},
		"stale":                    {stale, samples{isUp: 0, why: 1, until: 1773576090, success: 1773575998, duration: 0.25}, false},
	} {
		t.Run(name, func(t *testing.T) {
			got := gather(t, pedantic(t, literal("kraken", "treasury", c.source)))
			if diff := cmp.Diff(always(c.want), got.bySource()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			for _, metric := range []string{"export_reports", "export_reports_omitted"} {
				if shown := len(got.of(metric)) > 0; shown != c.reports {
					t.Errorf("%s is shown: %v, want %v", metric, shown, c.reports)
				}
			}
			if got.of("export_account_info")[`account="treasury",provider="kraken"`] != 1 {
				t.Error("the account is not shown")
			}
		})
	}
}

// TestReasons checks that every reason can be shown.
func TestReasons(t *testing.T) {
	for _, reason := range provider.Reasons() {
		source := account.SourceView{Name: "trades", Refreshed: true, Failure: &provider.Error{Reason: reason}}
		got := gather(t, pedantic(t, literal("kraken", "treasury", source))).of("export_source_failing")
		want := samples{`account="treasury",provider="kraken",reason="` + string(reason) + `",source="trades"`: 1}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

// TestStaleKeepsWhatHappened checks that a source without a snapshot has no reports and
// no counts, but keeps its history.
func TestStaleKeepsWhatHappened(t *testing.T) {
	source := account.SourceView{
		Name: "trades", Stale: true, Refreshed: true, LastSuccess: before(2 * time.Hour),
		Failure: &provider.Error{Reason: provider.ReasonNetwork},
		Past: &account.Past{
			Types:    []string{"trades"},
			Vanished: map[account.TypeStatus]float64{{Type: "trades", Status: provider.StatusExpired}: 4},
			DataEnd:  map[string]time.Time{"trades": before(3 * time.Hour)},
		},
	}
	got := gather(t, pedantic(t, literal("kraken", "treasury", source)))
	for series, value := range got {
		metric, _, _ := strings.Cut(series, "{")
		switch {
		case strings.HasPrefix(metric, "export_source_"), strings.HasPrefix(metric, "export_expected_"), metric == "export_account_info":
		case metric == "export_reports_vanished_total" && strings.Contains(series, `status="expired"`):
			if value != 4 {
				t.Errorf("%s = %v, want 4", series, value)
			}
		case metric == "export_reports_vanished_total":
			if value != 0 {
				t.Errorf("%s = %v, want 0", series, value)
			}
		case metric == "export_latest_data_end_timestamp_seconds":
			if want := float64(before(3 * time.Hour).Unix()); value != want {
				t.Errorf("%s = %v, want %v", series, value, want)
			}
		default:
			t.Errorf("%s is shown of a source that is stale", series)
		}
	}
	if n := len(got.of("export_reports_vanished_total")); n != 8 {
		t.Errorf("%d counters, want one for each status", n)
	}
}

// TestSourcesAndAccountsStandAlone checks that a failing source hides neither another
// source nor another account, even with equal report ids.
func TestSourcesAndAccountsStandAlone(t *testing.T) {
	report := provider.Report{ID: "a", Type: "trades", Status: provider.StatusReady}
	good := func(name string) account.SourceView {
		return up(name, []string{"trades"}, provider.Snapshot{Reports: []provider.Report{report}})
	}
	failing := account.SourceView{Name: "orders", Refreshed: true, Failure: &provider.Error{Reason: provider.ReasonAuth}}
	got := gather(t, pedantic(t,
		literal("kraken", "treasury", good("trades"), failing, good("ledgers")),
		literal("kraken", "fund", good("trades")),
		literal("onlyfansapi", "agency", account.SourceView{Name: "data_exports"}),
	))
	if n := len(got.of("export_info")); n != 3 {
		t.Errorf("%d reports, want 3", n)
	}
	if diff := cmp.Diff(samples{
		`account="treasury",provider="kraken",source="trades"`:          1,
		`account="treasury",provider="kraken",source="orders"`:          0,
		`account="treasury",provider="kraken",source="ledgers"`:         1,
		`account="fund",provider="kraken",source="trades"`:              1,
		`account="agency",provider="onlyfansapi",source="data_exports"`: 0,
	}, got.of("export_source_up")); diff != "" {
		t.Errorf("export_source_up (-want +got):\n%s", diff)
	}
	if n := len(got.of("export_account_info")); n != 3 {
		t.Errorf("%d accounts, want 3", n)
	}
}

// TestQuota checks that credits and limits belong to the account, that unknown values
// are missing, and that a stale source shows none.
func TestQuota(t *testing.T) {
	source := up("data_exports", nil, provider.Snapshot{Quota: provider.Quota{
		CreditsBalance: provider.Num(-2.5),
		RateLimits: []provider.RateLimit{
			{Window: "minute", Max: provider.Num(60), Remaining: provider.Num(0)},
			{Window: "day", Remaining: provider.Num(900)},
		},
	}})
	got := gather(t, pedantic(t, literal("onlyfansapi", "agency", source)))
	for metric, want := range map[string]samples{
		"export_credits_balance":         {`account="agency",provider="onlyfansapi"`: -2.5},
		"export_rate_limit_max_requests": {`account="agency",provider="onlyfansapi",window="minute"`: 60},
		"export_rate_limit_remaining_requests": {
			`account="agency",provider="onlyfansapi",window="minute"`: 0,
			`account="agency",provider="onlyfansapi",window="day"`:    900,
		},
	} {
		if diff := cmp.Diff(want, got.of(metric)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", metric, diff)
		}
	}
	source.Snapshot, source.Stale = nil, true
	got = gather(t, pedantic(t, literal("onlyfansapi", "agency", source)))
	for _, metric := range []string{"export_credits_balance", "export_rate_limit_max_requests", "export_rate_limit_remaining_requests"} {
		if shown := got.of(metric); len(shown) > 0 {
			t.Errorf("stale: %s %v", metric, shown)
		}
	}
}
