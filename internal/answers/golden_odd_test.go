package answers

import (
	"encoding/json"
	"testing"
	"time"

	"export_status_exporter/internal/rig"
	"export_status_exporter/internal/sandbox"
)

// oddly is the whole program with rare or undocumented answers: errors in
// reports, unreadable times, types in another case, ranges in other forms,
// incomplete files.
func oddly(t *testing.T) *rig.Rig {
	t.Helper()
	r := rig.New(t)
	created := r.Clock.Now().Add(-time.Hour)
	reports := func(bodies ...string) (all []sandbox.Report) {
		for i, body := range bodies {
			all = append(all, sandbox.Report{ID: string(rune('A' + i)), Type: "trades", Created: created, Raw: json.RawMessage(body)})
		}
		return all
	}
	treasury := r.Sandbox.AddAccount(sandbox.Kraken, "treasury")
	treasury.SetReports(reports(
		`{"id":"BADD","report":"trades","status":"Processed","error":"EExport:Exported size too big","createdtm":"1772362800","completedtm":"1772362900","dataendtm":"1772362800"}`,
		`{"id":"CANC","report":"trades","status":"Processed","error":["EExport:Canceled"],"createdtm":1772362800000}`,
		`{"id":"GONE","report":"trades","status":"Processed","error":" eexport : deleted ","createdtm":"2026-03-01T11:00:00Z","completedtm":"1772362900","dataendtm":"1772362800"}`,
		`{"id":"OPEN","report":"trades","status":"processing","createdtm":"soon","starttm":true,"completedtm":"1772362900"}`,
	))
	fund := r.Sandbox.AddAccount(sandbox.CoinbaseExchange, "fund")
	fund.SetReports(reports(
		`{"id":"A","type":"FILLS","status":"READY","created_at":1772362800,"completed_at":"2026-03-01 11:01:00+00","expires_at":"2026-03-08t11:00:00z","params":{"format":"csv","fills":{"start_date":"2026-02-01","end_date":"2026-03-01"}}}`,
		`{"id":"B","type":"balance","status":"ready","created_at":"Sun, 01 Mar 2026 11:00:00 GMT","expires_at":"next week","params":{"datetime":"2026-02-28T23:59:59Z"}}`,
		`{"id":"C","type":"1099k-transaction-history","status":"creating","created_at":"20260301T110000Z","completed_at":"2026-03-01T11:01:00Z","params":{"year":"2025"}}`,
		`{"id":"D","type":"fills","status":"archived","created_at":[1]}`,
	))
	derivatives := r.Sandbox.AddAccount(sandbox.KrakenFutures, "derivatives")
	derivatives.SetFault(
		sandbox.Fault{Kind: sandbox.FaultStatus, Source: "account_log", Body: []byte("\ufeff" + `{"logs":{"0":{"id":"2","date":1772362800},"3":{"id":1,"date":"1772362700000"}}}`)},
		sandbox.Fault{Kind: sandbox.FaultStatus, Source: "executions", Status: 403, Body: []byte("<html>blocked</html>")},
		sandbox.Fault{Kind: sandbox.FaultStatus, Source: "orders", Status: 401, Body: []byte(`{"status":"unauthorized","reason":"accountInactive"}`)},
	)
	agency := r.Sandbox.AddAccount(sandbox.OnlyFansAPI, "agency")
	agency.SetReports(reports(
		`{"id":"A","type":"media_vault","status":"completed","failed_downloads":"7","total_rows":"100","created_at":"2026-03-01T11:00:00+00","completed_at":1772362860}`,
		`{"id":"B","type":"fans","status":"in_progress","progress_percentage":"37.5","total_rows":"many","created_at":"2026-03-01 11:00:00 UTC","completed_at":"2026-03-01T11:01:00Z"}`,
		`{"id":"C","type":"payouts","status":"failed","created_at":"2026-03-01T11:00Z","failed_at":"2026-03-01T13:01:00+02:00","credit_cost":-1}`,
	))
	r.Write("accounts:",
		r.Account(treasury, "reports: [trades]"), r.Account(fund),
		r.Account(derivatives, "streams: [account_log, executions, orders]"),
		r.Account(agency, "types: [MEDIA_VAULT, fans, payouts]"))
	r.Start()
	return r
}

// TestGoldenOddities compares the metrics for these answers with a reviewed
// file.
func TestGoldenOddities(t *testing.T) {
	t.Parallel()
	r := oddly(t)
	_, body := r.Request("GET", "/metrics", nil)
	golden(t, "odd.prom", stable(body))
	r.CheckQuiet()
}
