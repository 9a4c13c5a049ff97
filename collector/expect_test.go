package collector_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"export_status_exporter/account"
	"export_status_exporter/collector"
	"export_status_exporter/provider"
)

// TestExpectations checks that expectations are shown for every type in export_reports
// and for every named type that may occur, in every state of the source.
func TestExpectations(t *testing.T) {
	hour, day, none := time.Hour, 24*time.Hour, time.Duration(0)
	wanted := expect().With(provider.Override{}, map[provider.TypeKey]provider.NamedOverride{
		provider.ParseTypeKey("FILLS"):         {Key: "FILLS", Override: provider.Override{DataWithin: &day}},
		provider.ParseTypeKey("Reports/fills"): {Key: "Reports/fills", Override: provider.Override{ReadyWithin: &hour}},
		provider.ParseTypeKey("trades/Spot"):   {Key: "trades/Spot", Override: provider.Override{FetchBeforeExpiry: &none}},
		provider.ParseTypeKey("elsewhere/x"):   {Key: "elsewhere/x", Override: provider.Override{ReadyWithin: &hour}},
	})
	const (
		ready = "export_expected_ready_within_seconds"
		data  = "export_expected_data_within_seconds"
		fetch = "export_expected_fetch_before_expiry_seconds"
	)
	of := func(metric, source, kind string) string {
		return metric + `{account="fund",provider="coinbase_exchange",source="` + source + `",type="` + kind + `"}`
	}
	want := samples{
		of(ready, "reports", ""): 14400, of(fetch, "reports", ""): 86400,
		of(ready, "reports", "other"): 14400, of(fetch, "reports", "other"): 86400,
		of(ready, "reports", "fills"): 3600, of(data, "reports", "fills"): 86400, of(fetch, "reports", "fills"): 86400,
		// A type named for one source is shown only there, whatever the source's types
		// are.
		of(ready, "trades", "trades"): 14400, of(fetch, "trades", "trades"): 86400,
		of(ready, "trades", "Spot"): 14400,
		// A source that may have any type shows those named for every source.
		of(ready, "more", "FILLS"): 14400, of(data, "more", "FILLS"): 86400, of(fetch, "more", "FILLS"): 86400,
	}
	fresh := func(name string, anyType bool, types ...string) account.SourceView {
		return account.SourceView{Name: name, AnyType: anyType, Past: &account.Past{Types: types}}
	}
	reports := fresh("reports", true, "", "fills", "other")
	shown := reports
	shown.Snapshot, shown.Refreshed, shown.Up = &provider.Snapshot{Reports: []provider.Report{{ID: "a"}}}, true, true
	stale := reports
	stale.Stale, stale.Failure = true, &provider.Error{Reason: provider.ReasonTimeout}
	for name, source := range map[string]account.SourceView{"before the first refresh": reports, "up": shown, "stale": stale} {
		view := literal("coinbase_exchange", "fund", source, fresh("trades", false, "trades"), fresh("more", true), fresh("api_key", false))
		view.Expect = wanted
		got := gather(t, pedantic(t, view))
		expected := make(samples)
		for series, value := range got {
			if strings.HasPrefix(series, "export_expected_") {
				expected[series] = value
			}
		}
		if diff := cmp.Diff(want, expected); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestNothingIsExpected checks that a setting of 0 has no series.
func TestNothingIsExpected(t *testing.T) {
	view := one(provider.Report{ID: "a", Type: "trades"})
	for _, nothing := range []*provider.Expect{nil, {}} {
		view.Expect = nothing
		got := gather(t, pedanticWith(t, collector.Account{View: view}))
		for series := range got {
			if strings.HasPrefix(series, "export_expected_") {
				t.Errorf("%s is shown", series)
			}
		}
	}
}
