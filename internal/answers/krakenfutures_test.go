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

// futuresRig is the program watching the account log of one Kraken Futures
// account.
func futuresRig(t *testing.T, settings ...string) (*rig.Rig, *sandbox.Account) {
	t.Helper()
	r := rig.New(t)
	derivatives := r.Sandbox.AddAccount(sandbox.KrakenFutures, "derivatives")
	derivatives.SetLimit(0)
	derivatives.SetReports([]sandbox.Report{{Type: "account_log", Created: r.Clock.Now().Add(-time.Hour)}})
	r.Write("accounts:", r.Account(derivatives, settings...))
	r.Start()
	return r, derivatives
}

// upOf reports whether a source of the account is up.
func upOf(source string) string {
	return rig.SourceKey("export_source_up", sandbox.KrakenFutures, "derivatives", source)
}

// TestFuturesAsksNothingThatEnds: by default, no deprecated path below
// /derivatives/ is called, and calls besides the streams need a setting.
func TestFuturesAsksNothingThatEnds(t *testing.T) {
	for settings, want := range map[string]string{
		"":                                      "account_log",
		"check_key: true":                       "account_log api_key",
		"accounts: true":                        "account_log accounts",
		"check_key: true\n      accounts: true": "account_log api_key accounts",
		"streams: []":                           "api_key",
		"streams: []\n      accounts: true":     "accounts",
		"streams: [orders]\n      accounts: false": "orders",
	} {
		r, derivatives := futuresRig(t, settings)
		got := r.Scrape()
		up := got.With("export_source_up{", "derivatives")
		names := strings.Fields(want)
		if len(up) != len(names) || derivatives.Count() != int64(len(names)) {
			t.Errorf("%q: sources %v, %d calls, want %v", settings, up, derivatives.Count(), names)
		}
		for _, name := range names {
			got.Want(t, upOf(name), 1)
		}
		for _, request := range derivatives.Requests() {
			if strings.HasPrefix(request.Path, "/derivatives/") && !strings.Contains(want, "accounts") {
				t.Errorf("%q: asked %s", settings, request.Path)
			}
		}
		r.CheckQuiet()
	}
}

// TestFuturesRefusalBesideTheStreams: a 401 of the key check, while a stream is
// accepted, is a fault of the check: never reason auth, and no stream waits for
// it. The same holds for accounts.
func TestFuturesRefusalBesideTheStreams(t *testing.T) {
	for _, c := range []struct{ source, setting, body string }{
		{"api_key", "check_key: true", `{"error":"Unauthorized","message":"bad signature","suberror":null}`},
		{"api_key", "check_key: true", `{"error":"authenticationError","message":"m","suberror":"s"}`},
		{"api_key", "check_key: true", `{"status":"unauthorized","reason":"authenticationError"}`},
		{"api_key", "check_key: true", ``},
		{"accounts", "accounts: true", `{"result":"error","error":"authenticationError"}`},
	} {
		r, derivatives := futuresRig(t, c.setting)
		fault := rig.Serves(http.StatusUnauthorized, c.body)
		fault.Source = c.source
		if c.body == "" {
			fault.Header = http.Header{"Content-Length": {"0"}}
		}
		derivatives.SetFault(fault)
		for minute := range 40 {
			got := r.Scrape()
			got.Want(t, upOf("account_log"), 1)
			got.Want(t, upOf(c.source), 0)
			if reasons := got.Reasons("derivatives", c.source); len(reasons) != 1 || reasons[0] != "invalid_request" {
				t.Fatalf("%s %s, minute %d: reasons %v, want invalid_request", c.source, c.body, minute, reasons)
			}
			got.Want(t, `export_api_errors_total{account="derivatives",provider="kraken_futures",reason="auth"}`, 0)
			r.Clock.Advance(time.Minute)
		}
		streams, beside := 0, 0
		for _, request := range derivatives.Requests() {
			if request.Source == c.source {
				beside++
			} else {
				streams++
			}
		}
		if streams != 40 || beside < 2 || beside > 6 {
			t.Errorf("%s: %d calls of the stream and %d beside it in 40 minutes, want 40 and a few", c.source, streams, beside)
		}
		if log := r.Log.String(); !strings.Contains(log, "the fault is this call's, not the key's") || strings.Contains(log, "reason=auth") {
			t.Errorf("%s: log:\n%s", c.source, log)
		}
		r.CheckQuiet()
	}
}

// TestFuturesFailureBesideTheStreamsHoldsItself: a failure of a call besides
// the streams, hints included, does not pause the streams.
func TestFuturesFailureBesideTheStreamsHoldsItself(t *testing.T) {
	for _, fault := range []sandbox.Fault{
		{Kind: sandbox.FaultStatus, Status: 401},
		{Kind: sandbox.FaultStatus, Status: 402},
		{Kind: sandbox.FaultStatus, Status: 403},
		{Kind: sandbox.FaultStatus, Status: 404},
		{Kind: sandbox.FaultStatus, Status: 410},
		{Kind: sandbox.FaultStatus, Status: 429, Header: http.Header{"Retry-After": {"7200"}, "Rate-Limit-Reset": {"7200"}}},
		{Kind: sandbox.FaultStatus, Status: 503, Header: http.Header{"Retry-After": {"7200"}}},
		{Kind: sandbox.FaultHTML, Status: 200},
		{Kind: sandbox.FaultHTML, Status: 403},
		{Kind: sandbox.FaultRedirect},
		{Kind: sandbox.FaultReset},
		{Kind: sandbox.FaultEmptyBody},
		{Kind: sandbox.FaultWrongTypes},
		{Kind: sandbox.FaultError, Errors: []string{"nonceBelowThreshold"}},
		{Kind: sandbox.FaultError, Errors: []string{"accountInactive"}},
	} {
		r, derivatives := futuresRig(t, "check_key: true", "accounts: true")
		other := fault
		fault.Source, other.Source = "api_key", "accounts"
		derivatives.SetFault(fault, other)
		for range 10 {
			got := r.Scrape()
			for source, up := range map[string]float64{"account_log": 1, "api_key": 0, "accounts": 0} {
				got.Want(t, upOf(source), up)
			}
			r.Clock.Advance(time.Minute)
		}
		asked := 0
		for _, request := range derivatives.Requests() {
			if request.Source == "account_log" {
				asked++
			}
		}
		if asked != 10 {
			t.Errorf("%s %d: the stream was asked %d times in 10 minutes, want 10; log:\n%s", fault.Kind, fault.Status, asked, r.Log)
		}
	}
}

// TestFuturesRefusedStreamHoldsAll: a key that a stream refuses is not used
// again by any source.
func TestFuturesRefusedStreamHoldsAll(t *testing.T) {
	r, derivatives := futuresRig(t, "check_key: true", "accounts: true")
	r.Scrape()
	derivatives.SetFault(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 401})
	r.Clock.Advance(time.Minute)
	got := r.Scrape()
	if reasons := got.Reasons("derivatives", "account_log"); len(reasons) != 1 || reasons[0] != "auth" {
		t.Errorf("reasons %v, want auth", reasons)
	}
	calls := derivatives.Count()
	for range 14 {
		r.Clock.Advance(time.Minute)
		r.Scrape()
	}
	if got := derivatives.Count(); got != calls {
		t.Errorf("a refused key was used %d more times", got-calls)
	}
	if log := r.Log.String(); !strings.Contains(log, "a Kraken Spot key works only under kraken") {
		t.Errorf("the refusal does not name the other product:\n%s", log)
	}
}

// TestFuturesKeyThatMayDoMore: full access is logged as a warning once, and so
// are fields missing in the answer.
func TestFuturesKeyThatMayDoMore(t *testing.T) {
	r, derivatives := futuresRig(t, "check_key: true")
	derivatives.SetPermissions("FULL_ACCESS", "FULL_ACCESS")
	for range 3 {
		r.Scrape().Want(t, upOf("api_key"), 1)
		r.Clock.Advance(time.Minute)
	}
	if n := strings.Count(r.Log.String(), "the key may do more than the exporter needs: general FULL_ACCESS, transfer FULL_ACCESS"); n != 1 {
		t.Errorf("warned %d times, want once:\n%s", n, r.Log)
	}
	_, page := r.Request(http.MethodGet, "/exports?format=json", nil)
	if !strings.Contains(page, "general FULL_ACCESS") {
		t.Errorf("the page does not warn: %s", page)
	}
	r.CheckQuiet()
	for body, warning := range map[string]string{
		`{"permissions":{"general":"READ_ONLY"}}`:         "neither createdAt nor created_at",
		`{"createdAt":"2026-01-01T00:00:00Z"}`:            "has no permissions",
		`{"created_at":1767225600,"permissions":["all"]}`: "permissions could not be read",
	} {
		r, derivatives := futuresRig(t, "check_key: true")
		fault := rig.Serves(http.StatusOK, body)
		fault.Source = "api_key"
		derivatives.SetFault(fault)
		r.Scrape().Want(t, upOf("api_key"), 1)
		if !strings.Contains(r.Log.String(), warning) {
			t.Errorf("%s: want the warning %q:\n%s", body, warning, r.Log)
		}
	}
}

// TestFuturesInactiveAccountIsNoBadKey: an account without history has its own
// message, and its other streams continue.
func TestFuturesInactiveAccountIsNoBadKey(t *testing.T) {
	for _, c := range []struct {
		status int
		body   string
	}{
		{401, `{"status":"unauthorized","reason":"accountInactive"}`},
		{200, `{"result":"error","error":"accountInactive"}`},
		{400, `{"status":"BAD_REQUEST","result":"error","errors":[{"code":0,"message":"accountInactive"}]}`},
		{403, `{"result":"error","error":["AccountInactive: no trades"]}`},
	} {
		r, derivatives := futuresRig(t, "streams: [executions, account_log]")
		fault := rig.Serves(c.status, c.body)
		fault.Source = "executions"
		derivatives.SetFault(fault)
		for range 5 {
			got := r.Scrape()
			got.Want(t, upOf("account_log"), 1)
			if reasons := got.Reasons("derivatives", "executions"); len(reasons) != 1 || reasons[0] != "not_found" {
				t.Fatalf("%s: reasons %v, want not_found", c.body, reasons)
			}
			r.Clock.Advance(time.Minute)
		}
		if log := r.Log.String(); !strings.Contains(log, "accountInactive, the account has no history yet") || !strings.Contains(log, "the key needs no change") {
			t.Errorf("%s: log:\n%s", c.body, log)
		}
	}
}

// TestFuturesMomentsInEverySpelling: the time of a row is read in every common
// format, in both kinds of stream.
func TestFuturesMomentsInEverySpelling(t *testing.T) {
	r, derivatives := futuresRig(t, "streams: [account_log, executions]")
	for _, moment := range momentSpellings() {
		r.Clock.Advance(time.Minute)
		log, elements := rig.Serves(http.StatusOK, fmt.Sprintf(`{"logs":[{"id":"17","date":%s}]}`, moment)), rig.Serves(http.StatusOK, fmt.Sprintf(`{"elements":{"0":{"timestamp":%s}}}`, moment))
		log.Source, elements.Source = "account_log", "executions"
		derivatives.SetFault(log, elements)
		got := r.Scrape()
		for _, stream := range []string{"account_log", "executions"} {
			key := fmt.Sprintf(`export_last_entry_timestamp_seconds{account="derivatives",provider="kraken_futures",report_id=%q,source=%q}`, stream, stream)
			if got[key] != 1772361015 {
				t.Errorf("%s: the newest entry of %s is at %v", moment, stream, got[key])
			}
		}
	}
	for _, moment := range []string{`"today"`, `true`, `17`, `{"a":1}`, `"2026-13-01T00:00:00Z"`} {
		r.Clock.Advance(time.Minute)
		elements := rig.Serves(http.StatusOK, fmt.Sprintf(`{"elements":[{"timestamp":%s}]}`, moment))
		elements.Source = "executions"
		derivatives.SetFault(elements)
		got := r.Scrape()
		got.Want(t, `export_source_unreadable_values{account="derivatives",field="last_entry",provider="kraken_futures",source="executions"}`, 1)
		if found := got.With("export_last_entry_timestamp_seconds{", `source="executions"`); len(found) > 0 {
			t.Errorf("%s: a moment was made up", moment)
		}
	}
	if n := strings.Count(r.Log.String(), "values of last_entry cannot be read"); n != 1 {
		t.Errorf("said %d times, want once", n)
	}
}
