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
	r, accounts := futuresAccounts(t, settings)
	return r, accounts[0]
}

// futuresAccounts is the program watching the account log of several Kraken
// Futures accounts, named "derivatives", "derivatives-1" and so on.
func futuresAccounts(t *testing.T, settings ...[]string) (*rig.Rig, []*sandbox.Account) {
	t.Helper()
	r := rig.New(t)
	lines := []string{"accounts:"}
	var accounts []*sandbox.Account
	for i, each := range settings {
		a := r.Sandbox.AddAccount(sandbox.KrakenFutures, strings.TrimSuffix(fmt.Sprintf("derivatives-%d", i), "-0"))
		a.SetLimit(0)
		a.SetReports([]sandbox.Report{{Type: "account_log", Created: r.Clock.Now().Add(-time.Hour)}})
		lines = append(lines, r.Account(a, each...))
		accounts = append(accounts, a)
	}
	r.Write(lines...)
	r.Start()
	return r, accounts
}

// upOf is the key of whether a source of the account is up.
func upOf(source string) string { return upIn("derivatives", source) }

func upIn(account, source string) string {
	return rig.SourceKey("export_source_up", sandbox.KrakenFutures, account, source)
}

// TestFuturesAsksNothingThatEnds: by default, no deprecated path below
// /derivatives/ is called, and calls besides the streams need a setting.
func TestFuturesAsksNothingThatEnds(t *testing.T) {
	t.Parallel()
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

// TestFuturesRefusedStreamHoldsAll: a key that a stream refuses is not used
// again by any source.
func TestFuturesRefusedStreamHoldsAll(t *testing.T) {
	t.Parallel()
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
	t.Parallel()
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
	t.Parallel()
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
	t.Parallel()
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
