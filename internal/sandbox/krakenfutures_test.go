package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

const history = "/api/history/v3/"

type logRow struct {
	ID   int64     `json:"id"`
	Date time.Time `json:"date"`
	Info string    `json:"info"`
}

// futuresRows returns rows of a stream, one minute apart, the newest at the time to.
func futuresRows(source string, count int, to time.Time) []Report {
	var rows []Report
	for i := range count {
		rows = append(rows, Report{Type: source, Created: to.Add(time.Duration(i-count+1) * time.Minute)})
	}
	return rows
}

func logIDs(t *testing.T, got response) []int64 {
	t.Helper()
	wantStatus(t, got, http.StatusOK)
	var numbers []int64
	for _, row := range decode[struct{ Logs []logRow }](t, got.body).Logs {
		numbers = append(numbers, row.ID)
	}
	return numbers
}

func TestFuturesAccountLog(t *testing.T) {
	r := newRig(t)
	a := r.AddAccount(KrakenFutures, "derivatives")
	a.SetLimit(0)
	now := r.clock.now()
	rows := futuresRows("account_log", 600, now)
	rows[599].Info = "funding rate change"
	a.SetReports(rows)

	got := r.send(r.futures(a, history+"account-log?count=1&sort=desc", ""))
	newest := decode[struct {
		AccountUID string           `json:"accountUid"`
		Logs       []map[string]any `json:"logs"`
	}](t, got.body)
	if len(newest.Logs) != 1 || newest.Logs[0]["id"] != 600.0 || newest.Logs[0]["date"] != "2026-03-01T12:00:00.000Z" ||
		newest.AccountUID != a.personal["account_uid"] || newest.Logs[0]["status"] != "error" ||
		!strings.Contains(got.body, `"old_balance":`+a.personal["amount"]) {
		t.Errorf("newest row: %s", got.body)
	}
	if got := logIDs(t, r.send(r.futures(a, history+"account-log", ""))); len(got) != 500 || got[0] != 600 {
		t.Errorf("without count: %d rows, first %v", len(got), got[:1])
	}
	for query, want := range map[string][]int64{
		"from=5&to=7":                {7, 6, 5},
		"from=5&to=7&sort=asc":       {5, 6, 7},
		"count=2&sort=asc":           {1, 2},
		"info=funding%20rate+change": {600},
		fmt.Sprintf("since=%d", now.Add(-2*time.Minute).UnixMilli()):                  {600, 599, 598},
		fmt.Sprintf("before=%d", now.Add(-598*time.Minute).UnixMilli()):               {2, 1},
		fmt.Sprintf("since=%d&count=1&sort=asc", now.Add(-2*time.Minute).UnixMilli()): {598},
	} {
		if got := logIDs(t, r.send(r.futures(a, history+"account-log?"+query, ""))); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", query, got, want)
		}
	}
	a.SetReports([]Report{{ID: "184220", Type: "account_log", Created: now}, {Type: "account_log", Raw: json.RawMessage(`{"id":"9"}`)}})
	if got := r.send(r.futures(a, history+"account-log?count=5&sort=asc", "")).body; !strings.Contains(got, `"logs":[{"id":"9"},{`) ||
		!strings.Contains(got, `"id":184220`) {
		t.Errorf("own ids: %s", got)
	}
}

func TestFuturesRefusesSillyArguments(t *testing.T) {
	r := newRig(t)
	a := r.AddAccount(KrakenFutures, "derivatives")
	for _, target := range []string{
		"account-log?count=0", "account-log?count=", "account-log?count=-1", "account-log?count=x",
		"account-log?count=100001", "executions?count=0", "orders?sort=up", "triggers?since=yesterday",
		"executions?continuation_token=x",
	} {
		got := r.send(r.futures(a, history+target, ""))
		wantStatus(t, got, http.StatusBadRequest)
		refusal := decode[struct {
			Status, Result, ServerTime string
			Errors                     []struct{ Message string }
		}](t, got.body)
		if refusal.Status != "BAD_REQUEST" || refusal.Result != "error" || refusal.ServerTime != "2026-03-01T12:00:00.000Z" ||
			len(refusal.Errors) != 1 || !strings.HasPrefix(refusal.Errors[0].Message, "invalidArgument: ") {
			t.Errorf("%s: %s", target, got.body)
		}
	}
}

func TestFuturesEventsPageAndSpeakOfOtherFailures(t *testing.T) {
	r := newRig(t)
	a := r.AddAccount(KrakenFutures, "derivatives")
	now := r.clock.now()
	a.SetReports(slices.Concat(futuresRows("executions", 3, now), futuresRows("orders", 1, now.Add(-time.Hour))))
	type page struct {
		Len      int
		Elements []struct {
			UID       string
			Timestamp int64
			Event     map[string]map[string]any
		}
		ContinuationToken string
	}
	got := r.send(r.futures(a, history+"executions?count=2&sort=desc", ""))
	first := decode[page](t, got.body)
	if first.Len != 2 || len(first.Elements) != 2 || first.Elements[0].Timestamp != now.UnixMilli() ||
		first.ContinuationToken == "" || got.header.Get("Next-Continuation-Token") != first.ContinuationToken ||
		got.header.Get("is-truncated") != "true" {
		t.Fatalf("first page: %s", got.body)
	}
	if event := first.Elements[0].Event["execution"]; event["error"] != "authenticationError" || event["result"] != "error" {
		t.Errorf("event %v does not look like a failure", event)
	}
	got = r.send(r.futures(a, history+"executions?count=2&continuation_token="+first.ContinuationToken, ""))
	last := decode[page](t, got.body)
	if len(last.Elements) != 1 || last.Elements[0].Timestamp != now.Add(-2*time.Minute).UnixMilli() ||
		last.ContinuationToken != "" || got.header.Get("is-truncated") != "" ||
		last.Elements[0].UID == first.Elements[0].UID {
		t.Errorf("last page: %s", got.body)
	}
	got = r.send(r.futures(a, history+"triggers?count=1", ""))
	if !strings.Contains(got.body, `"len":0,`) || !strings.Contains(got.body, `"elements":[]`) {
		t.Errorf("empty stream: %s", got.body)
	}
	if orders := decode[page](t, r.send(r.futures(a, history+"orders?count=9", "")).body); orders.Len != 1 {
		t.Errorf("orders has %d rows, want 1", orders.Len)
	}
}

func TestFuturesAuthSpeaksTwoDialects(t *testing.T) {
	r := newRig(t)
	a := r.AddAccount(KrakenFutures, "derivatives")
	log, accounts := history+"account-log?count=1", "/derivatives/api/v3/accounts"
	got := r.send(r.futures(a, accounts, ""))
	envelope := decode[struct{ Result, ServerTime string }](t, got.body)
	if envelope.Result != "success" || envelope.ServerTime != "2026-03-01T12:00:00.000Z" ||
		!strings.Contains(got.body, `"status":"insufficientAvailableFunds"`) || !strings.Contains(got.body, a.personal["amount"]) {
		t.Errorf("accounts: %s", got.body)
	}
	refused := `{"error":"authenticationError","result":"error","serverTime":"2026-03-01T12:00:00.000Z"}`
	unauthorized := `{"reason":"authenticationError","status":"unauthorized"}`
	for name, spoil := range map[string]func(*http.Request){
		"key":            func(req *http.Request) { req.Header.Set("APIKey", "x") },
		"no key":         func(req *http.Request) { req.Header.Del("APIKey") },
		"signature":      func(req *http.Request) { req.Header.Set("Authent", "eA==") },
		"added query":    func(req *http.Request) { req.URL.RawQuery += "&x=1" },
		"unsigned nonce": func(req *http.Request) { req.Header.Set("Nonce", "7") },
	} {
		req := r.futures(a, accounts, "")
		spoil(req)
		wantBody(t, r.send(req), http.StatusOK, refused)
		req = r.futures(a, log, "")
		spoil(req)
		got := r.send(req)
		if got.status != http.StatusUnauthorized || got.body != unauthorized {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
}

func TestFuturesKeyCheck(t *testing.T) {
	r := newRig(t)
	a := r.AddAccount(KrakenFutures, "derivatives")
	const check = "/api/auth/v1/api-keys/v3/check"
	type answer struct {
		APIKey, AccountUID, IIBAN string
		CreatedAt                 time.Time
		Permissions               map[string]string
		AllowedCIDRBlocks         []string
	}
	got := decode[answer](t, r.send(r.futures(a, check, "")).body)
	if got.APIKey != a.Credentials().Key || got.AccountUID != a.personal["account_uid"] || got.IIBAN != a.personal["iban"] ||
		got.CreatedAt.IsZero() || got.Permissions["general"] != "READ_ONLY" || got.Permissions["transfer"] != "NO_ACCESS" {
		t.Errorf("key check: %+v", got)
	}
	a.SetPermissions("FULL_ACCESS", "READ_ONLY")
	if got := decode[answer](t, r.send(r.futures(a, check, "")).body); got.Permissions["general"] != "FULL_ACCESS" || got.Permissions["transfer"] != "READ_ONLY" {
		t.Errorf("permissions: %+v", got.Permissions)
	}
	req := r.futures(a, check, "")
	req.Header.Set("Authent", "eA==")
	wantBody(t, r.send(req), http.StatusUnauthorized, `{"error":"authenticationError","message":"the key is refused","suberror":null}`)
	requests := a.Requests()
	if last := requests[len(requests)-1]; last.Source != "api_key" || last.Verdict != "authenticationError" || last.Violation {
		t.Errorf("request %+v", last)
	}
	if !slices.Contains(a.Canaries(), got.IIBAN) {
		t.Error("the account number is no canary")
	}
}

func TestFuturesNonceIsOptionalAndIncreases(t *testing.T) {
	r := newRig(t)
	a := r.AddAccount(KrakenFutures, "derivatives")
	for _, tc := range []struct{ nonce, want string }{
		{"1700000000000", "ok"},
		{"", "ok"},
		{"1700000000000", "nonceDuplicate"},
		{"1699999999999", "nonceBelowThreshold"},
		{"x", "nonceBelowThreshold"},
		{"1700000000001", "ok"},
	} {
		r.send(r.futures(a, "/derivatives/api/v3/accounts", tc.nonce))
		requests := a.Requests()
		if last := requests[len(requests)-1]; last.Verdict != tc.want || last.Nonce != tc.nonce {
			t.Errorf("nonce %q: verdict %q of nonce %q, want %q", tc.nonce, last.Verdict, last.Nonce, tc.want)
		}
	}
}

func TestFuturesPoolOfTokens(t *testing.T) {
	r := newRig(t)
	a := r.AddAccount(KrakenFutures, "derivatives")
	spend := func(target string) response { return r.send(r.futures(a, history+target, "")) }
	// 10 + 10 + 10 + 10 + 10 + 10 + 10 + 10 + 6 + 6 + 3 + 3 + 1 = 99 tokens.
	for range 8 {
		wantStatus(t, spend("account-log?count=5001"), http.StatusOK)
	}
	for _, target := range []string{
		"account-log?count=5000", "account-log?count=1001", "account-log", "account-log?count=51", "account-log?count=25",
	} {
		wantStatus(t, spend(target), http.StatusOK)
	}
	got := spend("account-log?count=26")
	wantStatus(t, got, http.StatusTooManyRequests)
	if reset := got.header.Get("rate-limit-reset"); reset != "6" {
		t.Errorf("rate-limit-reset %q, want 6", reset)
	}
	if kind := got.header.Get("Content-Type"); !strings.HasPrefix(kind, "text/plain") {
		t.Errorf("content type %q", kind)
	}
	wantStatus(t, spend("executions?count=1000"), http.StatusOK)
	wantStatus(t, spend("executions"), http.StatusTooManyRequests)
	// The derivatives API has a separate budget.
	wantStatus(t, r.send(r.futures(a, "/derivatives/api/v3/accounts", "")), http.StatusOK)
	r.clock.advance(5 * time.Second)
	wantStatus(t, spend("executions"), http.StatusTooManyRequests)
	r.clock.advance(time.Second)
	wantStatus(t, spend("executions"), http.StatusOK)
	a.SetLimit(0)
	for range 20 {
		wantStatus(t, spend("account-log?count=100000"), http.StatusOK)
	}
}
