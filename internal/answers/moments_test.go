package answers

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"export_status_exporter/internal/rig"
	"export_status_exporter/internal/sandbox"
)

// TestEndOfAnUnfinishedReportIsNoCompletion: only a report that is or was ready
// has a completion, and only one that failed or was cancelled has a failure
// time.
func TestEndOfAnUnfinishedReportIsNoCompletion(t *testing.T) {
	t.Parallel()
	const moment = `"2026-03-01T10:00:00Z"`
	for _, p := range []sandbox.Provider{sandbox.CoinbaseExchange, sandbox.OnlyFansAPI} {
		d := dialectOf(p)
		words := map[string][2]bool{ // completed, failed
			"pending": {}, "creating": {}, "in_progress": {}, "calculating_credits": {}, "calculating_credits_completed": {}, "in review": {}, "": {},
			"failed": {false, true}, "calculating_credits_failed": {false, true}, "cancelled": {false, true}, "canceled": {false, true},
			"ready": {true, false}, "completed": {true, false}, "expired": {true, false},
		}
		r, a := d.rig(t)
		moved := 0
		for word, want := range words {
			r.Clock.Advance(time.Minute)
			d.serve(a, d.report("A", word, `,"created_at":"2026-03-01T09:00:00Z","completed_at":`+moment+`,"failed_at":`+moment))
			got := r.Scrape()
			status := d.status(t, got, "A")
			if status == "unknown" { // a word of the other provider
				want = [2]bool{}
			}
			if p == sandbox.CoinbaseExchange {
				want[1] = false // it has no such field
			}
			// Only reports that the provider itself called ready move the
			// newest completion.
			if found := got.With("export_latest_completed_timestamp_seconds{"); status == "ready" && len(found) != 1 || status == "expired" && moved == 0 && len(found) > 0 {
				t.Errorf("%s %q (%s): %v", p, word, status, found)
			}
			if status == "ready" {
				moved++
			}
			for i, name := range []string{"export_completed_timestamp_seconds", "export_failed_timestamp_seconds"} {
				if _, there := got[d.ofReport(name, "A")]; there != want[i] {
					t.Errorf("%s %q (%s): %s is there: %t, want %t", p, word, status, name, there, want[i])
				}
			}
		}
	}
}

// TestMomentsInEverySpelling: times are read in every common format.
func TestMomentsInEverySpelling(t *testing.T) {
	t.Parallel()
	const want = 1772361015.0
	fields := map[sandbox.Provider]map[string]string{
		sandbox.CoinbaseExchange: {"created": "created_at", "expires": "expires_at"},
		sandbox.OnlyFansAPI:      {"created": "created_at", "data_start": "start_date", "data_end": "end_date"},
	}
	for p, fields := range fields {
		d := dialectOf(p)
		r, a := d.rig(t)
		for i, moment := range momentSpellings() {
			r.Clock.Advance(time.Minute)
			id, more := fmt.Sprintf("A%d", i), ""
			for _, field := range fields {
				more += fmt.Sprintf(`,%q:%s`, field, moment)
			}
			if p == sandbox.CoinbaseExchange {
				more += fmt.Sprintf(`,"params":{"start_date":%s,"fills":{"end_date":%s}}`, moment, moment)
			}
			d.serve(a, d.report(id, d.unfinished, more), d.report("B", d.ready, fmt.Sprintf(`,"completed_at":%s`, moment)),
				d.report("C", "failed", fmt.Sprintf(`,"failed_at":%s`, moment)))
			got := r.Scrape()
			for name := range fields {
				if key := d.ofReport("export_"+name+"_timestamp_seconds", id); got[key] != want {
					t.Errorf("%s %s: %s is %v", p, moment, name, got[key])
				}
			}
			keys := []string{
				d.of("export_oldest_unfinished_timestamp_seconds", "", "") + `,status="processing",type=""}`,
				d.ofReport("export_completed_timestamp_seconds", "B"), d.of("export_latest_completed_timestamp_seconds", "", "") + `,type=""}`,
			}
			if p == sandbox.CoinbaseExchange {
				keys = append(keys, d.ofReport("export_data_start_timestamp_seconds", id))
			} else {
				keys = append(keys, d.ofReport("export_failed_timestamp_seconds", "C"))
			}
			for _, key := range keys {
				if got[key] != want {
					t.Errorf("%s %s: %s is %v", p, moment, key, got[key])
				}
			}
			if found := got.With("export_source_unreadable_values"); len(found) > 0 {
				t.Errorf("%s: %s is taken for unreadable: %v", p, moment, found)
			}
		}
	}
}

// TestExpiryInEverySpelling: a ready report at Coinbase expires at its expiry,
// in any format. An unreadable expiry is ignored and logged.
func TestExpiryInEverySpelling(t *testing.T) {
	t.Parallel()
	d := dialectOf(sandbox.CoinbaseExchange)
	r, a := d.rig(t)
	for _, moment := range momentSpellings() {
		r.Clock.Advance(time.Minute)
		d.serve(a, d.report("A", "ready", `,"expires_at":`+moment))
		got := r.Scrape()
		if status := d.status(t, got, "A"); status != "expired" {
			t.Errorf("past %s the report is %s", moment, status)
		}
	}
	d.serve(a, d.report("A", "ready", `,"expires_at":"in a week"`))
	for range 3 {
		r.Clock.Advance(time.Minute)
		got := r.Scrape()
		if status := d.status(t, got, "A"); status != "ready" {
			t.Errorf("the report is %s", status)
		}
		got.Want(t, `export_source_unreadable_values{account="main",field="expires",provider="coinbase_exchange",source="reports"}`, 1)
	}
	if n := strings.Count(r.Log.String(), "values of expires cannot be read"); n != 1 {
		t.Errorf("said %d times, want once:\n%s", n, r.Log)
	}
}

// TestUnreadableValuesAreCounted: an unreadable value has no series, is counted
// while it lasts, and is logged once per field.
func TestUnreadableValuesAreCounted(t *testing.T) {
	t.Parallel()
	moments := []string{`"soon"`, `true`, `{"a":1}`, `"2026-02-30T10:00:00Z"`, `"12:30"`, `1e40`, `7`, `"01.03.2026"`, `"2026-03-01T25:00:00Z"`, `"Sun, 01 Mar 2026 10:30:15 XYZ"`, `[1]`, `"NaN"`}
	for _, p := range []sandbox.Provider{sandbox.CoinbaseExchange, sandbox.OnlyFansAPI} {
		d := dialectOf(p)
		r, a := d.rig(t)
		var reports []string
		for i, value := range moments {
			reports = append(reports, d.report(fmt.Sprintf("A%d", i), "pending", `,"created_at":`+value+`,"completed_at":`+value))
		}
		d.serve(a, reports...)
		seen := r.Clock.Now()
		for range 3 {
			got := r.Scrape()
			for _, field := range []string{"created", "completed"} {
				got.Want(t, fmt.Sprintf(`export_source_unreadable_values{account="main",field=%q,provider=%q,source=%q}`, field, p, d.source), float64(len(moments)))
			}
			if found := got.With("export_created_timestamp_seconds{", "main"); len(found) > 0 {
				t.Errorf("%s: moments were made up: %v", p, found)
			}
			got.Want(t, d.of("export_oldest_unfinished_timestamp_seconds", "", "")+`,status="queued",type=""}`, float64(seen.Unix()))
			r.Clock.Advance(time.Minute)
		}
		for _, field := range []string{"created", "completed"} {
			if n := strings.Count(r.Log.String(), "values of "+field+" cannot be read"); n != 1 {
				t.Errorf("%s: said %d times, want once:\n%s", p, n, r.Log)
			}
		}
		for _, nothing := range []string{`null`, `""`, `0`, `"0"`, `{}`, `[]`, `"0001-01-01T00:00:00Z"`, `"0000-00-00 00:00:00"`, `-1`, `" "`} {
			r.Clock.Advance(time.Minute)
			d.serve(a, d.report("A", "pending", `,"created_at":`+nothing))
			if found := r.Scrape().With("export_source_unreadable_values"); len(found) > 0 {
				t.Errorf("%s: %s is no moment that is not set: %v", p, nothing, found)
			}
		}
	}
}

// TestNumbersInEverySpelling: numbers are read as JSON numbers or strings.
// Unreadable ones are counted, missing ones are not.
func TestNumbersInEverySpelling(t *testing.T) {
	t.Parallel()
	d := dialectOf(sandbox.OnlyFansAPI)
	fields := map[string]string{
		"rows": "total_rows", "processed_rows": "rows_processed", "cost": "credit_cost", "failed_items": "failed_downloads", "progress_percent": "progress_percentage",
	}
	r, a := d.rig(t)
	serve := func(value string) rig.Samples {
		r.Clock.Advance(time.Minute)
		more := ""
		for _, field := range fields {
			more += fmt.Sprintf(`,%q:%s`, field, value)
		}
		d.serve(a, d.report("A", "in_progress", more))
		return r.Scrape()
	}
	for _, value := range []string{`12`, `"12"`, `12.0`, `"12.000"`, `1.2e1`, `" 12 "`, `"+12"`, `"1.2E1"`, `120e-1`, `"012"`, `12.00`, `"12."`} {
		got := serve(value)
		for name, want := range map[string]float64{"export_rows": 12, "export_processed_rows": 12, "export_cost_credits": 12, "export_failed_items": 12, "export_progress_ratio": 0.12} {
			got.Want(t, d.ofReport(name, "A"), want)
		}
		if found := got.With("export_source_unreadable_values"); len(found) > 0 {
			t.Errorf("%s is taken for unreadable: %v", value, found)
		}
	}
	for _, value := range []string{`"many"`, `true`, `[1]`, `{"n":1}`, `"1 2"`, `"NaN"`, `"Infinity"`, `"0x10"`, `"1_000"`, `1e400`, `"twelve"`, `"--1"`} {
		got := serve(value)
		for field := range fields {
			got.Want(t, fmt.Sprintf(`export_source_unreadable_values{account="main",field=%q,provider="onlyfansapi",source="data_exports"}`, field), 1)
		}
		for _, name := range []string{"export_rows", "export_processed_rows", "export_cost_credits", "export_failed_items", "export_progress_ratio"} {
			if found := got.With(name+"{", `report_id="A"`); len(found) > 0 {
				t.Errorf("%s: a number was made up: %v", value, found)
			}
		}
	}
	for _, value := range []string{`null`, `""`, `{}`, `[]`, `" "`, `-1`} {
		if found := serve(value).With("export_source_unreadable_values"); len(found) > 0 {
			t.Errorf("%s is a number that is not known: %v", value, found)
		}
	}
}

// TestCoinbaseRangesInEveryForm: the range of a report's data is shown,
// whichever form its request had.
func TestCoinbaseRangesInEveryForm(t *testing.T) {
	t.Parallel()
	const from, to, endOf2025 = 1767225600.0, 1769904000.0, 1767225599.0
	d := dialectOf(sandbox.CoinbaseExchange)
	r, a := d.rig(t)
	for params, want := range map[string][2]float64{
		`{"start_date":"2026-01-01T00:00:00.000Z","end_date":"2026-02-01T00:00:00.000Z"}`:         {from, to},
		`{"fills":{"start_date":"2026-01-01T00:00:00Z","end_date":"2026-02-01T00:00:00Z"}}`:       {from, to},
		`{"account":{"start_date":"2026-01-01","end_date":"2026-02-01"},"email":"a@example.com"}`: {from, to},
		`{"datetime":"2026-02-01T00:00:00Z"}`:                                                     {0, to},
		`{"balance":{"datetime":"2026-02-01T00:00:00Z"}}`:                                         {0, to},
		`{"year":"2025"}`: {1735689600, endOf2025},
		`{"1099k-transaction-history":{"year":2025}}`: {1735689600, endOf2025},
		`{"user":{"start_date":"2026-01-01"}}`:        {0, 0},
	} {
		r.Clock.Advance(time.Minute)
		d.serve(a, d.report("A", "ready", `,"type":"fills","params":`+params))
		got := r.Scrape()
		for i, name := range []string{"export_data_start_timestamp_seconds", "export_data_end_timestamp_seconds"} {
			if value := got[d.ofReport(name, "A")]; value != want[i] {
				t.Errorf("%s: %s is %v, want %v", params, name, value, want[i])
			}
		}
	}
	r.Scrape().Want(t, d.of("export_latest_data_end_timestamp_seconds", "", "")+`,type="fills"}`, to)
}
