package collector_test

import (
	"os"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"export_status_exporter/account"
	"export_status_exporter/collector"
	"export_status_exporter/provider"
)

// TestGolden compares all samples of one account of each provider with a handwritten
// text.
func TestGolden(t *testing.T) {
	for name, view := range map[string]account.View{
		"kraken":            krakenView(),
		"coinbase_exchange": coinbaseView(),
		"kraken_futures":    futuresView(),
		"onlyfansapi":       onlyfansView(),
	} {
		t.Run(name, func(t *testing.T) {
			api := collector.NewCallCounters(prometheus.NewHistogram(prometheus.HistogramOpts{Name: "seconds"}))
			api.Requested(200, time.Second)
			api.Requested(200, time.Second)
			registry := pedanticWith(t, collector.Account{View: view, Calls: api})
			want, err := os.Open("testdata/" + name + ".prom")
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = want.Close() }()
			if err := testutil.GatherAndCompare(registry, want); err != nil {
				t.Error(err)
			}
		})
	}
}

// krakenView returns an account with the vendor's example, a report that is being made,
// and a source without permission.
func krakenView() account.View {
	processed := provider.Report{
		ID: "VSKC", Type: "trades", Format: "csv", Status: provider.StatusReady, Progress: provider.Num(1),
		PendingDeletion: provider.Num(0),
		Created:         time.Unix(1773500000, 0), Started: time.Unix(1773500008, 0), Completed: time.Unix(1773500009, 0),
		Expires: time.Unix(1773709600, 0), DataStart: time.Unix(1768000000, 0), DataEnd: time.Unix(1773499999, 0),
	}
	processing := provider.Report{
		ID: "TCJA", Type: "trades", Format: "tsv", Status: provider.StatusProcessing, PendingDeletion: provider.Num(1),
		Created: time.Unix(1773575900, 0), Started: time.Unix(1773575910, 0), DataStart: time.Unix(1768000000, 0),
	}
	trades := up("trades", []string{"trades"}, provider.Snapshot{Reports: []provider.Report{processed, processing}, Complete: true})
	trades.DataEnd = map[string]time.Time{"trades": time.Unix(1773499999, 0)}
	trades.Vanished = map[account.TypeStatus]float64{{Type: "trades", Status: provider.StatusReady}: 3}
	return literal("kraken", "treasury", trades, account.SourceView{
		Name: "ledgers", Past: &account.Past{Types: []string{"ledgers"}}, Refreshed: true, Duration: 100 * time.Millisecond,
		Failure: &provider.Error{Reason: provider.ReasonPermission}, BackoffUntil: noon.Add(15 * time.Minute),
	})
}

// coinbaseView returns an account with a report that has expired since the provider
// called it ready, a report that has not started, and one more than the limit.
func coinbaseView() account.View {
	view := literal("coinbase_exchange", "fund", up("reports", []string{"account", "fills"}, provider.Snapshot{
		Reports: []provider.Report{
			{
				ID: "0428b97b", Type: "fills", Format: "csv", Status: provider.StatusReady, Progress: provider.Num(1), ExpiryEndsReady: true,
				Created: before(8 * 24 * time.Hour), Completed: before(7*24*time.Hour - 500*time.Millisecond), Expires: noon,
				DataStart: before(40 * 24 * time.Hour), DataEnd: before(9 * 24 * time.Hour),
			},
			{ID: "0428b97c", Type: "account", Format: "pdf", Status: provider.StatusQueued, Progress: provider.Num(0), Created: before(time.Minute)},
			{ID: "old", Type: "fills", Status: provider.StatusFailed, Created: before(31 * 24 * time.Hour)},
		},
		Truncated: true,
	}))
	view.Sources[0].DataEnd = map[string]time.Time{"fills": before(9 * 24 * time.Hour)}
	return view
}

// futuresView returns an account with the key check and one stream.
func futuresView() account.View {
	return literal("kraken_futures", "derivatives",
		up("accounts", nil, provider.Snapshot{Complete: true}),
		up("account_log", []string{"account_log"}, provider.Snapshot{Complete: true, Reports: []provider.Report{{
			ID: "account_log", Type: "account_log", Status: provider.StatusReady, Progress: provider.Num(1),
			DataEnd: before(2 * time.Second), LastEntry: before(time.Hour), Rows: provider.Num(1789),
		}}}),
	)
}

// onlyfansView returns an account with an export in progress, one that waits for a
// person, an undocumented status, credits and limits.
func onlyfansView() account.View {
	return literal("onlyfansapi", "agency", up("data_exports", []string{"fans", "transactions"}, provider.Snapshot{
		Complete: true,
		Reports: []provider.Report{
			{
				ID: "17", Type: "transactions", Format: "xlsx", Status: provider.StatusProcessing, Progress: provider.Num(0.25),
				Rows: provider.Num(4000), ProcessedRows: provider.Num(1000), CostCredits: provider.Num(12.5), Created: before(90 * time.Second),
			},
			{ID: "18", Type: "transactions", Format: "csv", Status: provider.StatusAwaitingStart, Created: before(time.Hour), CostCredits: provider.Num(3)},
			{ID: "19", Type: "fans", Format: "csv", ProviderStatus: "resting", Created: before(2 * time.Hour)},
		},
		Quota: provider.Quota{
			CreditsBalance: provider.Num(973),
			RateLimits: []provider.RateLimit{
				{Window: "minute", Max: provider.Num(100), Remaining: provider.Num(99)},
				{Window: "day", Max: provider.Num(5000)},
			},
		},
	}))
}
