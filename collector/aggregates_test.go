package collector_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// inStatus returns the labels of an aggregate by type and status.
func inStatus(kind string, status provider.Status) string {
	return fmt.Sprintf(`account="treasury",provider="kraken",source="reports",status=%q,type=%q`, status, kind)
}

func ofType(kind string) string {
	return fmt.Sprintf(`account="treasury",provider="kraken",source="reports",type=%q`, kind)
}

// mixed returns an account with reports of two types, and a third type without reports.
func mixed() account.View {
	hour := func(n int) time.Time { return before(time.Duration(n) * time.Hour) }
	return literal("kraken", "treasury", up("reports", []string{"account", "balance", "fills"}, provider.Snapshot{Reports: []provider.Report{
		{ID: "1", Type: "fills", Status: provider.StatusQueued, Created: hour(2)},
		{ID: "2", Type: "fills", Status: provider.StatusQueued, Created: hour(5)},
		{ID: "3", Type: "fills", Status: provider.StatusQueued},
		{ID: "4", Type: "fills", Status: provider.StatusProcessing, Created: hour(3)},
		{ID: "5", Type: "fills", Status: provider.StatusReady, Created: hour(9), Completed: hour(8)},
		{ID: "6", Type: "fills", Status: provider.StatusReady, Created: hour(7), Completed: hour(6), Expires: hour(1), ExpiryEndsReady: true},
		{ID: "7", Type: "fills", Status: provider.StatusFailed, Created: hour(4), Completed: hour(3), Failed: hour(3)},
		{ID: "8", Type: "account", Status: provider.StatusAwaitingStart, Created: hour(4)},
		{ID: "9", Type: "account", Created: hour(1)},
		{ID: "10", Type: "account", Status: provider.StatusCancelled, Completed: hour(1)},
	}}))
}

// TestAggregates checks that every type has every status, and that unknown times are
// missing.
func TestAggregates(t *testing.T) {
	got := gather(t, pedantic(t, mixed()))
	at := func(hoursAgo int) float64 { return float64(before(time.Duration(hoursAgo) * time.Hour).Unix()) }
	counts := make(samples)
	for _, kind := range []string{"account", "balance", "fills"} {
		for _, status := range provider.Statuses() {
			counts[inStatus(kind, status)] = 0
		}
	}
	counts[inStatus("fills", provider.StatusQueued)] = 3
	counts[inStatus("fills", provider.StatusProcessing)] = 1
	counts[inStatus("fills", provider.StatusReady)] = 1
	counts[inStatus("fills", provider.StatusExpired)] = 1
	counts[inStatus("fills", provider.StatusFailed)] = 1
	counts[inStatus("account", provider.StatusAwaitingStart)] = 1
	counts[inStatus("account", provider.StatusUnknown)] = 1
	counts[inStatus("account", provider.StatusCancelled)] = 1
	for metric, want := range map[string]samples{
		"export_reports": counts,
		"export_oldest_unfinished_timestamp_seconds": {
			inStatus("fills", provider.StatusQueued):          at(5),
			inStatus("fills", provider.StatusProcessing):      at(3),
			inStatus("account", provider.StatusAwaitingStart): at(4),
		},
		"export_latest_created_timestamp_seconds": {
			inStatus("fills", provider.StatusQueued):          at(2),
			inStatus("fills", provider.StatusProcessing):      at(3),
			inStatus("fills", provider.StatusReady):           at(9),
			inStatus("fills", provider.StatusExpired):         at(7),
			inStatus("fills", provider.StatusFailed):          at(4),
			inStatus("account", provider.StatusAwaitingStart): at(4),
			inStatus("account", provider.StatusUnknown):       at(1),
		},
		// Only of reports that were ready: neither the failed nor the cancelled one.
		"export_latest_completed_timestamp_seconds": {ofType("fills"): at(6)},
		"export_latest_data_end_timestamp_seconds":  {},
	} {
		if diff := cmp.Diff(want, got.of(metric)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", metric, diff)
		}
	}
}

// TestLimitsDoNotTouchAggregates checks that all reports are counted, however few are
// listed.
func TestLimitsDoNotTouchAggregates(t *testing.T) {
	whole, capped := mixed(), mixed()
	capped.Policy.MaxReports, capped.Policy.MaxAge = 1, time.Hour
	all, few := gather(t, pedantic(t, whole)), gather(t, pedantic(t, capped))
	if n := len(few.of("export_info")); n != 1 {
		t.Errorf("%d listed, want 1", n)
	}
	for _, metric := range []string{
		"export_reports", "export_oldest_unfinished_timestamp_seconds",
		"export_latest_created_timestamp_seconds", "export_latest_completed_timestamp_seconds",
	} {
		if diff := cmp.Diff(all.of(metric), few.of(metric)); diff != "" {
			t.Errorf("%s (-without +with limits):\n%s", metric, diff)
		}
	}
}

// TestVanishedAndDataEnd checks that a source's history is shown for every type, from
// the start.
func TestVanishedAndDataEnd(t *testing.T) {
	source := account.SourceView{
		Name: "reports",
		Past: &account.Past{
			Types: []string{"account", "fills"},
			Vanished: map[account.TypeStatus]float64{
				{Type: "fills", Status: provider.StatusReady}:    2,
				{Type: "account", Status: provider.StatusQueued}: 1,
			},
			DataEnd: map[string]time.Time{"fills": before(time.Hour)},
		},
	}
	got := gather(t, pedantic(t, literal("kraken", "treasury", source)))
	counts := make(samples)
	for _, kind := range source.Types {
		for _, status := range provider.Statuses() {
			counts[inStatus(kind, status)] = 0
		}
	}
	counts[inStatus("fills", provider.StatusReady)] = 2
	counts[inStatus("account", provider.StatusQueued)] = 1
	if diff := cmp.Diff(counts, got.of("export_reports_vanished_total")); diff != "" {
		t.Errorf("export_reports_vanished_total (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(samples{ofType("fills"): float64(before(time.Hour).Unix())}, got.of("export_latest_data_end_timestamp_seconds")); diff != "" {
		t.Errorf("export_latest_data_end_timestamp_seconds (-want +got):\n%s", diff)
	}
}
