package collector_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"export_status_exporter/provider"
)

const ofReport = `account="treasury",provider="kraken",report_id="a",source="trades"`

// TestStateSet checks that exactly one status is 1, as of the time of the scrape.
func TestStateSet(t *testing.T) {
	for _, current := range provider.Statuses() {
		t.Run(current.String(), func(t *testing.T) {
			want := make(samples)
			for _, each := range provider.Statuses() {
				want[ofReport+fmt.Sprintf(`,status=%q`, each)] = 0
			}
			want[ofReport+fmt.Sprintf(`,status=%q`, current)] = 1
			got := gather(t, pedantic(t, one(provider.Report{ID: "a", Type: "trades", Status: current})))
			if diff := cmp.Diff(want, got.of("export_status")); diff != "" {
				t.Errorf("export_status (-want +got):\n%s", diff)
			}
		})
	}
}

// TestUnknownIsMissing checks that a report without known values has only a status and
// an info series, and no value 0.
func TestUnknownIsMissing(t *testing.T) {
	got := gather(t, pedantic(t, one(provider.Report{ID: "a", Type: "trades", Status: provider.StatusProcessing})))
	for series := range got.of("export_status") {
		delete(got, "export_status{"+series+"}")
	}
	want := samples{
		"export_info{" + `account="treasury",format="",provider="kraken",report_id="a",source="trades",type="trades"` + "}": 1,
	}
	for _, m := range []string{"expected_ready_within_seconds", "expected_fetch_before_expiry_seconds", "reports", "reports_omitted", "reports_vanished_total", "account_info", "source_up", "source_truncated", "source_last_success_timestamp_seconds", "source_refresh_duration_seconds", "source_refresh_timeout_seconds", "source_refresh_interval_seconds"} {
		for series := range got.of("export_" + m) {
			delete(got, "export_"+m+"{"+series+"}")
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("report of which nothing is known (-want +got):\n%s", diff)
	}
}

// TestFields checks that each field of a report sets its own series and no other.
func TestFields(t *testing.T) {
	at := time.Unix(1773500000, 250e6)
	const moment = 1773500000.25
	for metric, c := range map[string]struct {
		set  func(*provider.Report)
		want float64
	}{
		"export_progress_ratio":               {func(r *provider.Report) { r.Progress = provider.Num(0.75) }, 0.75},
		"export_rows":                         {func(r *provider.Report) { r.Rows = provider.Num(0) }, 0},
		"export_processed_rows":               {func(r *provider.Report) { r.ProcessedRows = provider.Num(7) }, 7},
		"export_failed_items":                 {func(r *provider.Report) { r.FailedItems = provider.Num(0) }, 0},
		"export_size_bytes":                   {func(r *provider.Report) { r.SizeBytes = provider.Num(1.5e9) }, 1.5e9},
		"export_first_seen_timestamp_seconds": {func(r *provider.Report) { r.FirstSeen = at }, moment},
		"export_cost_credits":                 {func(r *provider.Report) { r.CostCredits = provider.Num(0.5) }, 0.5},
		"export_pending_deletion":             {func(r *provider.Report) { r.PendingDeletion = provider.Num(0) }, 0},
		"export_created_timestamp_seconds":    {func(r *provider.Report) { r.Created = at }, moment},
		"export_started_timestamp_seconds":    {func(r *provider.Report) { r.Started = at }, moment},
		"export_completed_timestamp_seconds":  {func(r *provider.Report) { r.Completed = at }, moment},
		"export_failed_timestamp_seconds":     {func(r *provider.Report) { r.Failed = at }, moment},
		"export_expires_timestamp_seconds":    {func(r *provider.Report) { r.Expires = at }, moment},
		"export_data_start_timestamp_seconds": {func(r *provider.Report) { r.DataStart = at }, moment},
		"export_data_end_timestamp_seconds":   {func(r *provider.Report) { r.DataEnd = at }, moment},
		"export_last_entry_timestamp_seconds": {func(r *provider.Report) { r.LastEntry = at }, moment},
		"export_age_seconds":                  {func(r *provider.Report) { r.Created = at }, 75999.75},
	} {
		t.Run(metric, func(t *testing.T) {
			empty := provider.Report{ID: "a", Type: "trades", Status: provider.StatusProcessing}
			without := gather(t, pedantic(t, one(empty)))
			if got := without.of(metric); len(got) > 0 {
				t.Errorf("shown although unknown: %v", got)
			}
			c.set(&empty)
			if diff := cmp.Diff(samples{ofReport: c.want}, gather(t, pedantic(t, one(empty))).of(metric)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestFirstSeenStandsInForCreation checks that first-seen is shown only if the creation
// time is unknown.
func TestFirstSeenStandsInForCreation(t *testing.T) {
	r := provider.Report{ID: "a", Type: "trades", Created: noon.Add(-time.Minute), FirstSeen: noon}
	if got := gather(t, pedantic(t, one(r))).of("export_first_seen_timestamp_seconds"); len(got) > 0 {
		t.Errorf("shown beside the creation: %v", got)
	}
}

// TestAgeIsNeverNegative covers a provider's clock that is ahead.
func TestAgeIsNeverNegative(t *testing.T) {
	got := gather(t, pedantic(t, one(provider.Report{ID: "a", Type: "trades", Created: noon.Add(time.Minute)})))
	if diff := cmp.Diff(samples{ofReport: 0}, got.of("export_age_seconds")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestExpiryWithoutAnAnswer checks that a report expires without a refresh, and that
// its progress of 1, which came from being ready, disappears.
func TestExpiryWithoutAnAnswer(t *testing.T) {
	r := provider.Report{ID: "a", Type: "trades", Status: provider.StatusReady, Progress: provider.Num(1), Expires: noon, ExpiryEndsReady: true}
	for _, c := range []struct {
		now      time.Time
		status   string
		progress samples
	}{
		{noon.Add(-time.Nanosecond), "ready", samples{ofReport: 1}},
		{noon, "expired", samples{}},
	} {
		view := one(r)
		view.Now = c.now
		got := gather(t, pedantic(t, view))
		if got.of("export_status")[ofReport+fmt.Sprintf(",status=%q", c.status)] != 1 {
			t.Errorf("at %s: not %s", c.now, c.status)
		}
		if diff := cmp.Diff(c.progress, got.of("export_progress_ratio")); diff != "" {
			t.Errorf("at %s (-want +got):\n%s", c.now, diff)
		}
	}
}

// TestUnrecognizedStatus checks that the series exists only while the status is
// unknown.
func TestUnrecognizedStatus(t *testing.T) {
	for _, each := range provider.Statuses() {
		want := samples{}
		if each == provider.StatusUnknown {
			want[`account="treasury",provider="kraken",provider_status="resting \"on\" a\\b\n",report_id="a",source="trades"`] = 1
		}
		got := gather(t, pedantic(t, one(provider.Report{ID: "a", Type: "trades", Status: each, ProviderStatus: "resting \"on\" a\\b\n"})))
		if diff := cmp.Diff(want, got.of("export_unrecognized_status_info")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", each, diff)
		}
	}
}

// TestLimits checks that reports beyond max_reports and max_age are not listed, but
// counted, in the aggregates too.
func TestLimits(t *testing.T) {
	view := one(
		provider.Report{ID: "a", Type: "trades", Status: provider.StatusReady, Created: before(time.Hour)},
		provider.Report{ID: "b", Type: "trades", Status: provider.StatusReady, Created: before(2 * time.Hour)},
		provider.Report{ID: "c", Type: "trades", Status: provider.StatusReady, Created: before(31 * 24 * time.Hour)},
	)
	view.Policy.MaxReports = 1
	got := gather(t, pedantic(t, view))
	if diff := cmp.Diff(samples{`account="treasury",format="",provider="kraken",report_id="a",source="trades",type="trades"`: 1}, got.of("export_info")); diff != "" {
		t.Errorf("export_info (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(samples{
		`account="treasury",limit="max_age",provider="kraken",source="trades"`:     1,
		`account="treasury",limit="max_reports",provider="kraken",source="trades"`: 1,
	}, got.of("export_reports_omitted")); diff != "" {
		t.Errorf("export_reports_omitted (-want +got):\n%s", diff)
	}
	if n := got.of("export_reports")[`account="treasury",provider="kraken",source="trades",status="ready",type="trades"`]; n != 3 {
		t.Errorf("export_reports = %v, want 3", n)
	}
}
