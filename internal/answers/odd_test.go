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

// odd is an undocumented answer and its expected result.
type odd struct {
	status int
	header http.Header
	body   string

	// is and reason are the status of report A and the reason of the source's
	// failure; says is a part of the log. series are the samples of A without the
	// prefix export_; those with labels lack the account.
	is, reason, says string
	series           map[string]float64
	// none is the prefix of series that must not be there.
	none string
}

// item is an answer with the one report A.
func item(d *dialect, word, fields string) odd {
	return odd{body: d.list("[" + d.report("A", word, fields) + "]")}
}

// TestOddAnswers serves undocumented answers. Each is understood or logged as
// unusual, and none makes an export ready that is not. One program has an
// account for each answer of a provider.
func TestOddAnswers(t *testing.T) {
	t.Parallel()
	for p, answers := range map[sandbox.Provider][]odd{
		sandbox.Kraken: oddKraken(), sandbox.CoinbaseExchange: oddCoinbase(), sandbox.OnlyFansAPI: oddOnlyFans(), sandbox.KrakenFutures: oddFutures(),
	} {
		t.Run(string(p), func(t *testing.T) {
			t.Parallel()
			d := dialectOf(p)
			testOdd(t, d, append(answers, oddTransport(d)...))
		})
	}
}

func testOdd(t *testing.T, d *dialect, answers []odd) {
	t.Helper()
	r := rig.New(t)
	accounts, lines := make([]*sandbox.Account, len(answers)), []string{"accounts:"}
	for i := range answers {
		a := r.Sandbox.AddAccount(d.provider, fmt.Sprintf("answer%03d", i))
		a.SetLimit(0)
		if d.report != nil {
			d.serve(a, d.report("OLD", d.ready, ""))
		} else {
			a.SetReports([]sandbox.Report{{Type: d.source, Created: r.Clock.Now()}})
		}
		accounts[i], lines = a, append(lines, r.Account(a, d.settings...))
	}
	r.Write(lines...)
	r.Start()
	r.Scrape()
	r.Clock.Advance(time.Minute)
	for i, a := range accounts {
		fault := rig.Serves(max(answers[i].status, http.StatusOK), answers[i].body)
		fault.Header = answers[i].header
		a.SetFault(fault)
	}
	mark := len(r.Log.String())
	got := r.Scrape()
	log := r.Log.String()[mark:]
	for i, a := range accounts {
		t.Run(fmt.Sprintf("%.70s", answers[i].body), func(t *testing.T) {
			own := *d
			own.account = a.Name()
			answers[i].check(t, &own, got, rig.LinesOf(log, a.Name()))
		})
	}
}

// check checks the result of an answer that the dialect's account got.
func (o *odd) check(t *testing.T, d *dialect, got rig.Samples, log string) {
	t.Helper()
	if reasons := strings.Join(got.Reasons(d.account, d.source), ","); reasons != o.reason {
		t.Errorf("reasons %q, want %q; log\n%s", reasons, o.reason, log)
	}
	if status := d.status(t, got, "A"); status != o.is {
		t.Errorf("the report is %q, want %q", status, o.is)
	}
	id, ours := "A", fmt.Sprintf("account=%q", d.account)
	if d.provider == sandbox.KrakenFutures {
		id = d.source
	}
	for name, value := range o.series {
		key := d.ofReport("export_"+name, id)
		if strings.Contains(name, "{") {
			key = "export_" + strings.Replace(name, "{", "{"+ours+",", 1)
		}
		got.Want(t, key, value)
	}
	if o.none != "" {
		if found := got.With("export_"+o.none, ours, `report_id="`+id+`"`); len(found) > 0 {
			t.Errorf("there is %v", found)
		}
	}
	if o.says == "" && o.reason == "" && strings.Contains(log, "level=warn") || !strings.Contains(log, o.says) {
		t.Errorf("the log does not say %q:\n%s", o.says, log)
	}
	if o.reason != "" && d.report != nil {
		if status := d.status(t, got, "OLD"); status != "ready" {
			t.Errorf("a failure made the last report %q", status)
		}
		for _, key := range got.With("export_reports_vanished_total", ours) {
			got.Want(t, key, 0)
		}
	}
}

// unreadable returns the log message for a field with unreadable values.
func unreadable(field string) string {
	return "values of " + field + " cannot be read"
}

// oddKraken are answers of Kraken Spot's export status.
func oddKraken() []odd {
	d := dialectOf(sandbox.Kraken)
	of := func(word, fields, is string) odd { o := item(d, word, fields); o.is = is; return o }
	moment := func(value string, want float64) odd {
		o := of("Processing", `,"createdtm":`+value, "processing")
		if o.series = map[string]float64{"created_timestamp_seconds": want}; want == 0 {
			o.series, o.none, o.says = nil, "created_timestamp_seconds", unreadable("created")
		}
		return o
	}
	warned := odd{body: `{"error":["WGeneral:Deprecated"],"result":[` + d.report("A", "Processed", "") + `]}`, is: "ready", says: `the API warns \"WGeneral:Deprecated\"`}
	deleted := of("Processed", `,"delete":"maybe"`, "ready")
	deleted.says, deleted.none = unreadable("pending_deletion"), "pending_deletion"
	return []odd{
		// Errors of a report, with the name in any case and the value in any
		// form.
		of("Processed", `,"Error":"EExport:Internal error"`, "failed"),
		of("Processed", `,"ERROR":["EExport:Exported size too big"]`, "failed"),
		of("Processed", `,"error":true`, "failed"), of("Processed", `,"error":"None"`, "failed"), of("Processed", `,"error":17`, "failed"),
		of("Processed", `,"error":false`, "ready"), of("Processed", `,"error":"0"`, "ready"), of("Processed", `,"error":{"message":""}`, "ready"),
		of("Processed", `,"error":["EExport:Deleted","EExport:Canceled"]`, "cancelled"),
		of("Queued", `,"error":"EExport:Deleted by user"`, "cancelled"),
		// A mark of deletion.
		of("Processed", `,"delete":"yes"`, "expired"), of("Processed", `,"delete":1`, "expired"), of("Queued", `,"delete":"TRUE"`, "cancelled"),
		of("Processed", `,"delete":"off"`, "ready"), deleted,
		// Words.
		of("  processed ", "", "ready"), of("PROCESSED", "", "ready"), of("Processed!", "", "unknown"), of("Archived", "", "unknown"), of("", "", "unknown"),
		// Moments beside the documented seconds.
		moment(`20260301103015`, 1772361015), moment(`"20260301103015"`, 1772361015), moment(`"20261341103015"`, 0),
		moment(`"2026-02-28T24:00:00Z"`, 1772323200), moment(`"2026-02-28T24:00:01Z"`, 0),
		moment(`"2026-03-01T10:30:15 +00:00"`, 1772361015), moment(`"2026-03-01T10:30:15UTC"`, 1772361015), moment(`"2026-03-01T10:30:15,0Z"`, 1772361015),
		moment(`"Sun Mar 01 2026 10:30:15 GMT+0000 (Coordinated Universal Time)"`, 1772361015),
		moment(`"Sun Mar 01 05:30:15 -0500 2026"`, 1772361015), moment(`"Sun Mar  1 10:30:15 UTC 2026"`, 1772361015),
		moment(`"01/03/2026 10:30"`, 0), moment(`"2026-03-01T10:30:15 PST"`, 0), moment(`"2026-060"`, 0), moment(`"/Date(1772361015000)/"`, 0), moment(`{"$date":1}`, 0),
		// Lists.
		{body: `{"error":[],"result":[{"id":"","status":"Processed"}]}`, reason: "malformed", says: "no report in the list has an id"},
		{body: `{"error":[],"result":[{"ID":"A","Status":"Processed"}]}`, reason: "malformed", says: "no report in the list has an id"},
		{body: `{"error":[],"result":null}`, reason: "malformed", says: "neither an error nor a result"},
		{body: `{"Error":["EAPI:Rate limit exceeded"],"result":[]}`, reason: "rate_limited", says: "EAPI:Rate limit exceeded"},
		{body: `{"maintenance":true}`, reason: "malformed", says: `advice="wait`},
		{body: `{"error":["EService:Unavailable"]`, reason: "unavailable", says: "EService:Unavailable"},
		{body: `{"error":["EGeneral:Internal error"],"result":[` + d.report("A", "Processed", "") + `]}`, reason: "unavailable", says: "EGeneral:Internal error"},
		{status: 418, body: `{"error":["ETeapot:Short and stout"]}`, reason: "invalid_request", says: `\"ETeapot:Short and stout\"`},
		warned,
	}
}

// oddCoinbase are answers of Coinbase's reports.
func oddCoinbase() []odd {
	d := dialectOf(sandbox.CoinbaseExchange)
	of := func(word, fields, is string) odd { o := item(d, word, fields); o.is = is; return o }
	expires := func(value, is string, at float64) odd {
		o := of("ready", `,"expires_at":`+value, is)
		if at > 0 {
			o.series = map[string]float64{"expires_timestamp_seconds": at}
		}
		return o
	}
	never := expires(`"never"`, "ready", 0)
	never.says = unreadable("expires")
	typed := of("ready", `,"type":" FILLS "`, "ready")
	typed.series = map[string]float64{`reports{provider="coinbase_exchange",source="reports",status="ready",type="fills"}`: 1}
	failed := of("failed", `,"completed_at":"2026-03-01T10:00:00Z","expires_at":"2026-02-01T10:00:00Z"`, "failed")
	failed.none = "completed_timestamp_seconds"
	left := odd{body: `[{"id":{"a":1},"status":"ready"},` + d.report("A", "ready", "") + `]`, is: "ready", says: "ignored reports without an id"}
	return []odd{
		of("Ready", "", "ready"), of("completed", "", "unknown"), of("deleted", "", "unknown"), of("error", "", "unknown"), failed, typed, left,
		expires(`"2026-03-01T12:01:00Z"`, "expired", 1772366460), expires(`"2026-03-01T12:01:00.001Z"`, "ready", 1772366460.001),
		expires(`"9999-12-31T23:59:59Z"`, "ready", 0), expires(`1772366460000`, "expired", 1772366460), never,
		of("ready", `,"params":[{"end_date":"x"}]`, "ready"), of("ready", `,"file_count":{"a":1},"user_id":[1]`, "ready"),
		{body: `[{"id":"A","status":{"name":"ready"}}]`, is: "unknown"},
		{body: `[{"id":"A","status":["ready"]}]`, is: "unknown"},
		{body: `{"reports":[` + d.report("A", "ready", "") + `]}`, reason: "malformed", says: "unexpected JSON type"},
		{body: `[[` + d.report("A", "ready", "") + `]]`, reason: "malformed", says: "unexpected JSON type"},
		{body: `{"message":"Invalid API Key"}`, reason: "auth", says: "the key is refused"},
		{status: 401, body: `{"error":"Unauthorized"}`, reason: "unavailable", says: "a gateway in front of the API"},
		{status: 403, body: `{"message":"Passphrase mismatch"}`, reason: "auth", says: "the passphrase is refused"},
		{status: 451, body: `<html>not in your country</html>`, reason: "unavailable", says: "a gateway in front of the API"},
		{status: 500, body: `{"message":"invalid signature"}`, reason: "unavailable", says: "HTTP 500"},
	}
}

// oddOnlyFans are answers of OnlyFansAPI's data exports.
func oddOnlyFans() []odd {
	d := dialectOf(sandbox.OnlyFansAPI)
	of := func(word, fields, is string, series map[string]float64) odd {
		o := item(d, word, fields)
		o.is, o.series = is, series
		return o
	}
	told := func(o odd, field, none string) odd { o.says, o.none = unreadable(field), none; return o }
	unknown := func(o odd, none string) odd { o.none = none; return o }
	typed := of("completed", `,"type":"FANS"`, "ready", map[string]float64{`reports{provider="onlyfansapi",source="data_exports",status="ready",type="fans"}`: 1})
	credits := odd{body: `{"data":[` + d.report("A", "completed", "") + `],"_meta":{"_credits":{"balance":"9,500"}}}`, is: "ready", says: unreadable("credits_balance")}
	return []odd{
		told(of("in_progress", `,"progress_percentage":150`, "processing", nil), "progress_percent", "progress_ratio"),
		unknown(of("in_progress", `,"progress_percentage":-1`, "processing", nil), "progress_ratio"),
		told(of("in_progress", `,"progress_percentage":"50%"`, "processing", nil), "progress_percent", "progress_ratio"),
		of("in_progress", `,"total_rows":100,"rows_processed":250`, "processing", map[string]float64{"progress_ratio": 1, "rows": 100, "processed_rows": 250}),
		of("completed", `,"progress_percentage":50`, "ready", map[string]float64{"progress_ratio": 1}),
		of("pending", `,"progress_percentage":50`, "queued", map[string]float64{"progress_ratio": 0}),
		of("COMPLETED", `,"failed_at":"2026-03-01T10:00:00Z"`, "ready", nil), of("in-progress", "", "unknown", nil), of("processing", "", "unknown", nil),
		told(of("completed", `,"failed_downloads":["a","b"]`, "ready", nil), "failed_items", "failed_items"),
		told(of("completed", `,"credit_cost":"12 credits"`, "ready", nil), "cost", "cost_credits"),
		of("completed", `,"credit_cost":1e3,"failed_downloads":"3"`, "ready", map[string]float64{"cost_credits": 1000, "failed_items": 3}), typed, credits,
		{body: `{"success":false,"data":[]}`, reason: "unknown", says: "the API says that the call failed, and not why"},
		{body: `{"success":"false","message":"Tired","data":[]}`, reason: "unknown", says: `\"Tired\"`},
		{body: `{"success":true,"data":[` + d.report("A", "completed", "") + `]}`, is: "ready"},
		{body: `{"data":[],"error":"Tired"}`, reason: "unknown", says: `\"Tired\"`},
		{body: `{"data":[],"message":"Server Error"}`, reason: "unavailable", says: "Server Error"},
		{body: `{"data":[` + d.report("A", "completed", "") + `],"message":"ok"}`, is: "ready"},
		{body: `{"data":null,"message":"Unauthenticated."}`, reason: "auth", says: "check token"},
		{body: `{"data":{"list":[` + d.report("A", "completed", "") + `]}}`, reason: "malformed", says: "unexpected JSON type"},
		{body: `{}`, reason: "malformed", says: `advice="wait`},
		{status: 401, body: `{"error":{"message":"Unauthenticated"}}`, reason: "auth", says: "check token"},
		{status: 403, body: `{"errors":["x"]}`, reason: "unavailable", says: "a gateway in front of the API"},
	}
}

// oddFutures are answers of Kraken Futures' account log.
func oddFutures() []odd {
	entry := map[string]float64{"last_entry_timestamp_seconds": 1772362800}
	return []odd{
		{body: `{"logs":[null]}`, none: "last_entry"},
		{body: `{"logs":[{"id":0,"date":"2026-03-01T11:00:00Z"}]}`, series: entry},
		{body: `{"logs":[{"id":"x","date":"2026-03-01T11:00:00Z"}]}`, series: entry, says: unreadable("rows"), none: "rows"},
		{body: `{"logs":[{"id":-3,"date":1772362800}]}`, series: entry, says: unreadable("rows"), none: "rows"},
		{body: `{"status":"unknown","logs":[{"id":1,"date":"20260301110000"}]}`, series: entry},
		{body: `{"result":"SUCCESS","error":null,"errors":[],"logs":[]}`, none: "last_entry"},
		{body: `{"result":"success"}`, reason: "malformed", says: "no list of rows"},
		{body: `{"elements":[{"timestamp":1}]}`, reason: "malformed", says: "no list of rows"},
		{body: `{"result":"error","logs":[{"id":1}]}`, reason: "unknown", says: "the API says that the call failed, and not why"},
		{body: `{"result":"error","error":"newWord","logs":[]}`, reason: "unknown", says: `\"newWord\"`},
		{status: 503, body: `{"result":"error","error":"apiLimitExceeded"}`, reason: "rate_limited", says: "apiLimitExceeded"},
		{status: 400, body: `{"errors":"bad jo@example.com"}`, reason: "invalid_request", says: "HTTP 400"},
		{status: 401, body: `{"error":"unauthorized"}`, reason: "auth", says: "a Kraken Spot key works only under kraken"},
	}
}
