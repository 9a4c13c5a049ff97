package answers

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"export_status_exporter/internal/rig"
	"export_status_exporter/internal/sandbox"
)

// krakenRig is the program watching the trades of one Kraken account.
func krakenRig(t *testing.T, settings ...string) (*rig.Rig, *sandbox.Account) {
	t.Helper()
	r := rig.New(t)
	treasury := r.Sandbox.AddAccount(sandbox.Kraken, "treasury")
	r.Write("accounts:", r.Account(treasury, append([]string{"reports: [trades]"}, settings...)...))
	r.Start()
	return r, treasury
}

// ofTrades is the key of a sample of the trades, with more labels around it.
func ofTrades(name, before, after string) string {
	return name + `{account="treasury",` + before + `provider="kraken",` + after + `source="trades"`
}

// TestKrakenReportErrorIsNoSuccess: a report with an error is never ready, and
// its data does not count as exported.
func TestKrakenReportErrorIsNoSuccess(t *testing.T) {
	t.Parallel()
	const good = `{"id":"GOOD","report":"trades","status":"Processed","createdtm":"1772000000","completedtm":"1772000100","dataendtm":"1771999000"}`
	for value, want := range map[string]string{
		`"EExport:Exported size too big"`:          "failed",
		`"EExport:Internal error"`:                 "failed",
		`"EExport:Unexpected error"`:               "failed",
		`["EExport:Exported size too big"]`:        "failed",
		`"eexport : EXPORTED SIZE TOO BIG"`:        "failed",
		`"EExport:Something new: 17"`:              "failed",
		`"broken"`:                                 "failed",
		`{"code":"EExport:Internal error"}`:        "failed",
		`["EExport:Canceled","EExport:Not ready"]`: "failed",
		`"EExport:Canceled"`:                       "cancelled",
		`["EExport: Cancelled"]`:                   "cancelled",
		`{"0":"EExport:Canceled"}`:                 "cancelled",
		`"EExport:Deleted"`:                        "expired",
		`" eexport :deleted: by request"`:          "expired",
		`""`:                                       "ready",
		`[]`:                                       "ready",
		`{}`:                                       "ready",
		`null`:                                     "ready",
		`["",null]`:                                "ready",
	} {
		t.Run(value, func(t *testing.T) {
			t.Parallel()
			r, treasury := krakenRig(t)
			treasury.SetFault(rig.Serves(http.StatusOK, `{"error":[],"result":[`+good+`,{"id":"BADD","report":"trades","status":"Processed","error":`+value+
				`,"createdtm":"1772300000","completedtm":"1772300100","dataendtm":"1772299000"}]}`))
			got := r.Scrape()
			for _, status := range []string{"queued", "processing", "ready", "failed", "cancelled", "expired", "unknown"} {
				is := 0.0
				if status == want {
					is = 1
				}
				got.Want(t, ofTrades("export_status", "", `report_id="BADD",`)+`,status="`+status+`"}`, is)
			}
			completed, reaches := 1772000100.0, 1771999000.0
			if want == "ready" || want == "expired" { // it was ready once
				completed, reaches = 1772300100, 1772299000
			}
			got.Want(t, ofTrades("export_latest_completed_timestamp_seconds", "", "")+`,type="trades"}`, completed)
			got.Want(t, ofTrades("export_latest_data_end_timestamp_seconds", "", "")+`,type="trades"}`, reaches)
			got.Want(t, ofTrades("export_latest_created_timestamp_seconds", "", "")+`,status="`+want+`",type="trades"}`, 1772300000)
		})
	}
}

// TestKrakenDeletedBeforeItWasReadyIsCancelled: a report that was deleted in
// the queue has not expired.
func TestKrakenDeletedBeforeItWasReadyIsCancelled(t *testing.T) {
	t.Parallel()
	r, treasury := krakenRig(t)
	treasury.SetReports([]sandbox.Report{
		{ID: "QUEU", Type: "trades", Status: "Queued", Error: "EExport:Deleted", Created: r.Clock.Now().Add(-time.Hour), DataEnd: r.Clock.Now()},
		{ID: "PROC", Type: "trades", Status: "Processing", Error: "EExport:Deleted", Created: r.Clock.Now().Add(-time.Hour), DataEnd: r.Clock.Now()},
	})
	got := r.Scrape()
	for _, id := range []string{"QUEU", "PROC"} {
		got.Want(t, ofTrades("export_status", "", `report_id="`+id+`",`)+`,status="cancelled"}`, 1)
	}
	if found := got.With("export_latest_data_end", "treasury"); len(found) > 0 {
		t.Errorf("data that was never ready is shown: %v", found)
	}
}

// TestKrakenEndOfAnUnfinishedReportIsNoCompletion: the end time of an
// unfinished report is ignored.
func TestKrakenEndOfAnUnfinishedReportIsNoCompletion(t *testing.T) {
	t.Parallel()
	for word, completed := range map[string]bool{
		`"Queued"`: false, `"Processing"`: false, `"Paused"`: false, `"Processed","error":"EExport:Internal error"`: false,
		`"Processed"`: true, `"Processed","delete":true`: true,
	} {
		t.Run(word, func(t *testing.T) {
			t.Parallel()
			r, treasury := krakenRig(t)
			treasury.SetFault(rig.Serves(http.StatusOK, `{"error":[],"result":[{"id":"A","status":`+word+`,"createdtm":"1772300000","completedtm":"1772300100"}]}`))
			got := r.Scrape()
			for _, name := range []string{"export_completed_timestamp_seconds", "export_latest_completed_timestamp_seconds"} {
				if found := got.With(name+"{", "treasury"); (len(found) > 0) != completed {
					t.Errorf("%v, want one: %t", found, completed)
				}
			}
		})
	}
}

// momentSpellings are ways to write 2026-03-01T10:30:15Z.
func momentSpellings() []string {
	return []string{
		`1772361015`, `"1772361015"`, `1772361015.0`, `1.772361015e9`, `1772361015000`, `"1772361015000"`,
		`1772361015000000`, `"1772361015000000000"`, `" 1772361015 "`,
		`"2026-03-01T10:30:15Z"`, `"2026-03-01t10:30:15z"`, `"2026-03-01T10:30:15.000000Z"`, `"2026-03-01T12:30:15+02:00"`,
		`"2026-03-01T12:30:15+02"`, `"2026-03-01T12:30:15+0200"`, `"2026-03-01 10:30:15"`, `"2026-03-01 10:30:15 UTC"`,
		`"2026-03-01 10:30:15 +0000"`, `"2026-03-01 10:30:15 GMT"`, `"20260301T103015Z"`, `"2026/03/01 10:30:15"`,
		`"Sun, 01 Mar 2026 10:30:15 GMT"`, `"Sun, 01 Mar 2026 05:30:15 -0500"`, `"Sunday, 01-Mar-26 10:30:15 UTC"`,
	}
}

// TestKrakenMomentsInEverySpelling: times are read in every common format.
func TestKrakenMomentsInEverySpelling(t *testing.T) {
	t.Parallel()
	const want = 1772361015.0
	r, treasury := krakenRig(t)
	for i, moment := range momentSpellings() {
		r.Clock.Advance(time.Minute)
		treasury.SetFault(rig.Serves(http.StatusOK, fmt.Sprintf(`{"error":[],"result":[{"id":"A%d","status":"Processing","createdtm":%s,"starttm":%s,`+
			`"datastarttm":%s,"dataendtm":%s,"expiretm":%s}]}`, i, moment, moment, moment, moment, moment)))
		got := r.Scrape()
		for _, name := range []string{"created", "started", "data_start", "data_end", "expires"} {
			key := ofTrades("export_"+name+"_timestamp_seconds", "", fmt.Sprintf(`report_id="A%d",`, i)) + "}"
			if value, ok := got[key]; !ok || value != want {
				t.Errorf("%s: %s is %v (there: %t)", moment, name, value, ok)
			}
		}
		if key := ofTrades("export_oldest_unfinished_timestamp_seconds", "", "") + `,status="processing",type="trades"}`; got[key] != want {
			t.Errorf("%s: the oldest unfinished is %v", moment, got[key])
		}
		if found := got.With("export_source_unreadable_values"); len(found) > 0 {
			t.Errorf("%s is taken for unreadable: %v", moment, found)
		}
	}
}

// TestKrakenUnreadableMomentIsCounted: an unreadable time has no series, is
// counted, and is logged once. The alerts on age still work, from when the
// report was first seen.
func TestKrakenUnreadableMomentIsCounted(t *testing.T) {
	t.Parallel()
	r, treasury := krakenRig(t)
	odd := []string{`"soon"`, `true`, `{"a":1}`, `"2026-02-30T10:00:00Z"`, `"12:30"`, `1e40`, `7`, `"01.03.2026"`, `"2026-03-01T25:00:00Z"`, `"Sun, 01 Mar 2026 10:30:15 XYZ"`, `[1]`, `"NaN"`}
	var reports []string
	for i, value := range odd {
		reports = append(reports, fmt.Sprintf(`{"id":"A%d","status":"Queued","createdtm":%s}`, i, value))
	}
	treasury.SetFault(rig.Serves(http.StatusOK, `{"error":[],"result":[`+strings.Join(reports, ",")+`]}`))
	seen := r.Clock.Now()
	for range 3 {
		got := r.Scrape()
		got.Want(t, `export_source_unreadable_values{account="treasury",field="created",provider="kraken",source="trades"}`, float64(len(odd)))
		if found := got.With("export_created_timestamp_seconds{", "treasury"); len(found) > 0 {
			t.Errorf("moments were made up: %v", found)
		}
		got.Want(t, ofTrades("export_oldest_unfinished_timestamp_seconds", "", "")+`,status="queued",type="trades"}`, float64(seen.Unix()))
		r.Clock.Advance(time.Minute)
	}
	if n := strings.Count(r.Log.String(), "values of created cannot be read"); n != 1 {
		t.Errorf("said %d times, want once:\n%s", n, r.Log)
	}
	treasury.SetFault(rig.Serves(http.StatusOK, `{"error":[],"result":[{"id":"A","status":"Queued","createdtm":"0"}]}`))
	if found := r.Scrape().With("export_source_unreadable_values"); len(found) > 0 {
		t.Errorf("a moment that is not set is unreadable: %v", found)
	}
}

// TestKrakenListsThatComeAsObjects: a list is accepted in every form.
func TestKrakenListsThatComeAsObjects(t *testing.T) {
	t.Parallel()
	for result, ready := range map[string]float64{
		`{}`: 0, `[]`: 0,
		`{"0":{"id":"A","status":"Processed"},"2":{"id":"B","status":"Processed"}}`: 2,
		`{"17":{"id":"A","status":"Processed"}}`:                                    1,
	} {
		r, treasury := krakenRig(t)
		treasury.SetFault(rig.Serves(http.StatusOK, `{"error":{},"result":`+result+`}`))
		got := r.Scrape()
		got.Want(t, rig.SourceKey("export_source_up", sandbox.Kraken, "treasury", "trades"), 1)
		got.Want(t, ofTrades("export_reports", "", "")+`,status="ready",type="trades"}`, ready)
	}
	r, treasury := krakenRig(t)
	treasury.SetFault(rig.Serves(http.StatusOK, `{"error":[],"result":{"reports":[]}}`))
	if reasons := r.Scrape().Reasons("treasury", "trades"); len(reasons) != 1 || reasons[0] != "malformed" {
		t.Errorf("an object that is no list: %v", reasons)
	}
}
