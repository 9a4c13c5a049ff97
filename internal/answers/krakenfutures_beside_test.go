package answers

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"export_status_exporter/internal/rig"
	"export_status_exporter/internal/sandbox"
)

// TestFuturesRefusalBesideTheStreams: a 401 of the key check, while a stream is
// accepted, is a fault of the check: never reason auth, and no stream waits for
// it. The same holds for accounts.
func TestFuturesRefusalBesideTheStreams(t *testing.T) {
	t.Parallel()
	cases := []struct{ source, setting, body string }{
		{"api_key", "check_key: true", `{"error":"Unauthorized","message":"bad signature","suberror":null}`},
		{"api_key", "check_key: true", `{"error":"authenticationError","message":"m","suberror":"s"}`},
		{"api_key", "check_key: true", `{"status":"unauthorized","reason":"authenticationError"}`},
		{"api_key", "check_key: true", ``},
		{"accounts", "accounts: true", `{"result":"error","error":"authenticationError"}`},
	}
	var settings [][]string
	for _, c := range cases {
		settings = append(settings, []string{c.setting})
	}
	r, accounts := futuresAccounts(t, settings...)
	for i, c := range cases {
		fault := rig.Serves(http.StatusUnauthorized, c.body)
		fault.Source = c.source
		if c.body == "" {
			fault.Header = http.Header{"Content-Length": {"0"}}
		}
		accounts[i].SetFault(fault)
	}
	for minute := range 40 {
		got := r.Scrape()
		for i, c := range cases {
			name := accounts[i].Name()
			got.Want(t, upIn(name, "account_log"), 1)
			got.Want(t, upIn(name, c.source), 0)
			if reasons := got.Reasons(name, c.source); len(reasons) != 1 || reasons[0] != "invalid_request" {
				t.Fatalf("%s %s, minute %d: reasons %v, want invalid_request", c.source, c.body, minute, reasons)
			}
			got.Want(t, fmt.Sprintf(`export_api_errors_total{account=%q,provider="kraken_futures",reason="auth"}`, name), 0)
		}
		r.Clock.Advance(time.Minute)
	}
	for i, c := range cases {
		streams, beside := 0, 0
		for _, request := range accounts[i].Requests() {
			if request.Source == c.source {
				beside++
			} else {
				streams++
			}
		}
		if streams != 40 || beside < 2 || beside > 6 {
			t.Errorf("%s: %d calls of the stream and %d beside it in 40 minutes, want 40 and a few", c.source, streams, beside)
		}
		if log := rig.LinesOf(r.Log.String(), accounts[i].Name()); !strings.Contains(log, "the fault is this call's, not the key's") || strings.Contains(log, "reason=auth") {
			t.Errorf("%s: log:\n%s", c.source, log)
		}
	}
	r.CheckQuiet()
}

// TestFuturesFailureBesideTheStreamsHoldsItself: a failure of a call besides
// the streams, hints included, does not pause the streams.
func TestFuturesFailureBesideTheStreamsHoldsItself(t *testing.T) {
	t.Parallel()
	faults := []sandbox.Fault{
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
	}
	settings := slices.Repeat([][]string{{"check_key: true", "accounts: true"}}, len(faults))
	r, accounts := futuresAccounts(t, settings...)
	for i, fault := range faults {
		other := fault
		fault.Source, other.Source = "api_key", "accounts"
		accounts[i].SetFault(fault, other)
	}
	for range 10 {
		got := r.Scrape()
		for _, a := range accounts {
			for source, up := range map[string]float64{"account_log": 1, "api_key": 0, "accounts": 0} {
				got.Want(t, upIn(a.Name(), source), up)
			}
		}
		r.Clock.Advance(time.Minute)
	}
	for i, fault := range faults {
		asked := 0
		for _, request := range accounts[i].Requests() {
			if request.Source == "account_log" {
				asked++
			}
		}
		if asked != 10 {
			t.Errorf("%s %d: the stream was asked %d times in 10 minutes, want 10; log:\n%s", fault.Kind, fault.Status, asked, rig.LinesOf(r.Log.String(), accounts[i].Name()))
		}
	}
}
