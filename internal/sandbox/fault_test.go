package sandbox

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"
)

// faulty returns a rig with one account per provider, each with one report and the same
// faults.
func faulty(t *testing.T, faults ...Fault) (*rig, []*Account) {
	t.Helper()
	r := newRig(t)
	var accounts []*Account
	for _, p := range Providers() {
		a := r.AddAccount(p, "a")
		a.SetReports([]Report{
			{ID: "1", Type: "trades", Status: "ready", Created: r.clock.now()},
			{ID: "2", Type: "account_log", Created: r.clock.now()},
		})
		a.SetFault(faults...)
		accounts = append(accounts, a)
	}
	return r, accounts
}

// lists sends the request that lists an account's reports.
func (r *rig) lists(a *Account) (response, error) {
	return r.try(r.read(a, listTarget(a.Provider())))
}

func wantFault(t *testing.T, a *Account, kind FaultKind) {
	t.Helper()
	requests := a.Requests()
	if len(requests) == 0 {
		t.Fatalf("%s: no request arrived", a.Provider())
	}
	if last := requests[len(requests)-1]; last.Fault != kind || last.Verdict != verdictOK {
		t.Errorf("%s: fault %q, verdict %q", a.Provider(), last.Fault, last.Verdict)
	}
}

func TestFaultReset(t *testing.T) {
	r, accounts := faulty(t, Fault{Kind: FaultReset})
	for _, a := range accounts {
		if _, err := r.lists(a); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("%s: %v", a.Provider(), err)
		}
		wantFault(t, a, FaultReset)
	}
}

func TestFaultsThatHoldEndWithTheClient(t *testing.T) {
	for _, f := range []Fault{{Kind: FaultSlowHeader}, {Kind: FaultSlowBody}, {Kind: FaultLatency, Delay: time.Hour}} {
		r, accounts := faulty(t, f)
		for _, a := range accounts {
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
			got, err := r.try(r.read(a, listTarget(a.Provider())).WithContext(ctx))
			cancel()
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s, %s: %v", f.Kind, a.Provider(), err)
			}
			if begun := got.status == http.StatusOK && got.body != ""; begun != (f.Kind == FaultSlowBody) {
				t.Errorf("%s, %s: answer begun %v: %q", f.Kind, a.Provider(), begun, got.body)
			}
			wantFault(t, a, f.Kind)
		}
	}
}

func TestFaultsThatHoldEndWithTheSandbox(t *testing.T) {
	for _, f := range []Fault{{Kind: FaultSlowHeader}, {Kind: FaultSlowBody}, {Kind: FaultLatency, Delay: time.Hour}, {Kind: FaultHugeBody, Size: 1 << 50}} {
		r, accounts := faulty(t, f)
		answered := make(chan error)
		for _, a := range accounts {
			req := r.read(a, listTarget(a.Provider()))
			go func() {
				res, err := r.client.Do(req)
				if err == nil {
					// Read only the first byte of the huge body, so that the handler
					// blocks in a write.
					_, err = res.Body.Read(make([]byte, 1))
					defer func() { _ = res.Body.Close() }()
				}
				answered <- err
			}()
		}
		if f.Kind == FaultSlowHeader || f.Kind == FaultLatency {
			for _, a := range accounts {
				waitFor(t, func() bool { return a.Count() > 0 })
			}
		} else {
			for range accounts {
				if err := <-answered; err != nil {
					t.Errorf("%s: %v", f.Kind, err)
				}
			}
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		if f.Kind == FaultSlowHeader || f.Kind == FaultLatency {
			for range accounts {
				if err := <-answered; err == nil {
					t.Errorf("%s: an answer came", f.Kind)
				}
			}
		}
	}
}

func TestHeldHandlerOfAnotherServerEndsWithTheSandbox(t *testing.T) {
	s := New(Options{})
	server := httptest.NewServer(s.Handler(CoinbaseExchange))
	defer server.Close()
	s.SetFault(CoinbaseExchange, Fault{Kind: FaultHugeBody, Size: 1 << 50})
	res, err := server.Client().Get(server.URL + "/time")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, res.Body); err == nil {
		t.Error("the body had an end")
	}
}

func TestFaultErrorSpeaksTheDialect(t *testing.T) {
	r, accounts := faulty(t)
	hint := http.Header{"Retry-After": {"120"}}
	for _, tc := range []struct {
		account int
		fault   Fault
		status  int
		body    string
	}{
		{0, Fault{Errors: []string{"WGeneral:Old", "EService:Throttled: 1700000000"}}, 200, `{"error":["WGeneral:Old","EService:Throttled: 1700000000"]}`},
		{0, Fault{Errors: []string{"EService:Unavailable"}, Status: 503}, 503, `{"error":["EService:Unavailable"]}`},
		{1, Fault{Errors: []string{"bad"}}, 400, `{"message":"bad"}`},
		{1, Fault{Errors: []string{"forbidden"}, Status: 403}, 403, `{"message":"forbidden"}`},
		{2, Fault{Errors: []string{"nonceDuplicate"}}, 200, `{"error":"nonceDuplicate","result":"error","serverTime":"2026-03-01T12:00:00.000Z"}`},
		{2, Fault{Errors: []string{"x"}, Status: 401}, 401, `{"reason":"x","status":"unauthorized"}`},
		{2, Fault{Errors: []string{"x"}, Status: 400}, 400, `{"errors":[{"code":0,"message":"x"}],"result":"error","serverTime":"2026-03-01T12:00:00.000Z","status":"BAD_REQUEST"}`},
		{2, Fault{Errors: []string{"x"}, Status: 429}, 429, "API rate limit exceeded: x\n"},
		{3, Fault{Errors: []string{"x"}, Status: 402}, 402, `{"message":"x"}`},
		{3, Fault{Kind: FaultStatus, Status: 403}, 403, `{"message":"Forbidden"}`},
		{1, Fault{Kind: FaultStatus, Status: 429, Body: []byte("slow down")}, 429, "slow down"},
		{0, Fault{Kind: FaultStatus, Body: []byte{}}, 200, ""},
	} {
		a := accounts[tc.account]
		tc.fault.Header = hint
		if tc.fault.Kind == "" {
			tc.fault.Kind = FaultError
		}
		a.SetFault(tc.fault)
		got, err := r.lists(a)
		if err != nil {
			t.Fatal(err)
		}
		wantBody(t, got, tc.status, tc.body)
		if got.header.Get("Retry-After") != "120" {
			t.Errorf("%s: no hint", tc.body)
		}
	}
}

func TestFaultRedirect(t *testing.T) {
	r, accounts := faulty(t)
	a := accounts[1]
	for _, tc := range []struct {
		fault    Fault
		status   int
		location string
	}{
		{Fault{Kind: FaultRedirect}, 302, "http://elsewhere.invalid/reports"},
		{Fault{Kind: FaultRedirect, Status: 307, Location: r.URL(Kraken)}, 307, r.URL(Kraken) + "/reports"},
	} {
		a.SetFault(tc.fault)
		got, err := r.lists(a)
		if err != nil || got.status != tc.status || got.header.Get("Location") != tc.location {
			t.Errorf("%v: %d to %q", err, got.status, got.header.Get("Location"))
		}
	}
}

func TestFaultClock(t *testing.T) {
	r, accounts := faulty(t, Fault{Kind: FaultClock, Skew: time.Minute})
	for _, a := range accounts {
		got, err := r.lists(a)
		if err != nil || got.header.Get("Date") != "Sun, 01 Mar 2026 12:01:00 GMT" {
			t.Errorf("%s: %v, Date %q", a.Provider(), err, got.header.Get("Date"))
		}
		if a.Provider() == CoinbaseExchange {
			wantBody(t, got, http.StatusBadRequest, `{"message":"request timestamp expired"}`)
		}
	}
	got := r.send(r.futures(accounts[2], "/derivatives/api/v3/accounts", ""))
	if !strings.Contains(got.body, `"serverTime":"2026-03-01T12:01:00.000Z"`) {
		t.Errorf("accounts: %s", got.body)
	}
}

func TestFaultLatency(t *testing.T) {
	r, accounts := faulty(t, Fault{Kind: FaultLatency, Delay: 20 * time.Millisecond})
	for _, a := range accounts {
		begin := time.Now()
		got, err := r.lists(a)
		if err != nil || got.status != http.StatusOK || time.Since(begin) < 20*time.Millisecond {
			t.Errorf("%s: %v, %d after %v", a.Provider(), err, got.status, time.Since(begin))
		}
	}
}

func TestFaultsAreCountedAndChosen(t *testing.T) {
	r, accounts := faulty(t)
	a := accounts[0]
	status := func(report string) int { return r.send(r.kraken(a, "ExportStatus", report)).status }
	expect := func(what string, got, want int) {
		t.Helper()
		if got != want {
			t.Errorf("%s: status %d, want %d", what, got, want)
		}
	}
	a.SetFault(
		Fault{Kind: FaultStatus, Status: 502, Times: 2, Source: "ledgers"},
		Fault{Kind: FaultStatus, Status: 503, Times: 1},
	)
	r.SetFault(Kraken, Fault{Kind: FaultStatus, Status: 504, Times: 1})
	expect("first of the ledgers", status("ledgers"), 502)
	expect("trades", status("trades"), 503)
	expect("trades again: the provider's", status("trades"), 504)
	expect("trades without a fault", status("trades"), 200)
	expect("second of the ledgers", status("ledgers"), 502)
	expect("third of the ledgers", status("ledgers"), 200)
	r.SetFault(Kraken, Fault{Kind: FaultStatus, Status: 500})
	expect("all", status("trades"), 500)
	if got := r.send(request(t, http.MethodGet, r.URL(Kraken)+"/0/public/Time", "")).status; got != 500 {
		t.Errorf("without an account: status %d", got)
	}
	if got, err := r.lists(accounts[1]); err != nil || got.status != 200 {
		t.Errorf("another provider: %v, %d", err, got.status)
	}
	r.ClearFault(Kraken)
	expect("cleared", status("trades"), 200)
}

func TestFaultsUseUpNonces(t *testing.T) {
	r, accounts := faulty(t, Fault{Kind: FaultReset, Times: 1})
	a := accounts[0]
	send := func() (response, error) {
		return r.try(r.krakenBody(a, "ExportStatus", formType, "5", "nonce=5&report=trades"))
	}
	if _, err := send(); err == nil {
		t.Error("no reset")
	}
	if got, err := send(); err != nil || got.body != `{"error":["EAPI:Invalid nonce"]}` {
		t.Errorf("%v, %s", err, got.body)
	}
}
