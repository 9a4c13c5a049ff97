package sandbox

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestCredentialsAreRandomAndOfTheRightForm(t *testing.T) {
	s := New(Options{})
	seen := map[string]bool{}
	for _, p := range Providers() {
		for i := range 3 {
			c := s.AddAccount(p, fmt.Sprint(i)).Credentials()
			for _, value := range c.values() {
				if seen[value] || len(value) < 20 {
					t.Errorf("%s: %q is not fresh and long", p, value)
				}
				seen[value] = true
			}
			raw, err := base64.StdEncoding.DecodeString(c.Secret)
			if err != nil || (c.Secret != "" && len(raw) != 64) {
				t.Errorf("%s: secret of %d bytes, %v", p, len(raw), err)
			}
			if (c.Token != "") != (c.Secret == "") || (c.Passphrase != "") != (p == CoinbaseExchange) {
				t.Errorf("%s: fields of another provider", p)
			}
		}
	}
}

func TestRandomnessIsInjected(t *testing.T) {
	credentials := func(seed byte) Credentials {
		s := New(Options{Rand: rand.NewChaCha8([32]byte{seed})})
		return s.AddAccount(Kraken, "a").Credentials()
	}
	first, again, other := credentials(1), credentials(1), credentials(2)
	if first != again || first == other {
		t.Error("credentials do not follow the source of randomness")
	}
}

func TestAddAccountKeepsOneOfAName(t *testing.T) {
	s := New(Options{})
	a := s.AddAccount(Kraken, "a")
	if s.AddAccount(Kraken, "a") != a || s.AddAccount(Kraken, "b") == a || s.AddAccount(KrakenFutures, "a") == a {
		t.Error("a name does not stand for one account of a provider")
	}
}

func TestRotateRefusesTheOldAndRestartsTheNonce(t *testing.T) {
	r := newRig(t)
	for _, p := range Providers() {
		a := r.AddAccount(p, "a")
		before := a.Credentials()
		old := r.read(a, listTarget(p))
		fresh := a.Rotate()
		if fresh == before || fresh != a.Credentials() {
			t.Errorf("%s: credentials in force are not the returned ones", p)
		}
		r.send(old)
		r.send(r.read(a, listTarget(p)))
		requests := a.Requests()
		if len(requests) != 2 || requests[0].Verdict == verdictOK || requests[1].Verdict != verdictOK {
			t.Errorf("%s: verdicts %v", p, a.Verdicts())
		}
		for _, value := range slices.Concat(before.values(), fresh.values()) {
			if !slices.Contains(a.Canaries(), value) || !slices.Contains(r.Canaries(), value) {
				t.Errorf("%s: a credential is no canary", p)
			}
		}
	}
	a := r.AddAccount(Kraken, "a")
	send := func(want string) {
		t.Helper()
		r.send(r.krakenBody(a, "ExportStatus", formType, "77", "nonce=77&report=trades"))
		requests := a.Requests()
		if got := requests[len(requests)-1].Verdict; got != want {
			t.Errorf("verdict %q, want %q", got, want)
		}
	}
	send("ok")
	send("EAPI:Invalid nonce")
	a.Rotate()
	send("ok")
}

func TestRequestsAreRememberedWithinBounds(t *testing.T) {
	l := requestLog{limit: 1000}
	for i := range 2500 {
		l.add(Request{Nonce: fmt.Sprint(i), Verdict: "ok"})
	}
	list := l.list()
	if len(list) != 1000 || list[0].Nonce != "1500" || list[999].Nonce != "2499" || l.total() != 2500 ||
		l.verdicts()["ok"] != 2500 || len(l.entries) > 2000 {
		t.Errorf("%d requests from %s, total %d", len(list), list[0].Nonce, l.total())
	}
}

func TestKeepRequests(t *testing.T) {
	s := New(Options{KeepRequests: 3})
	a := s.AddAccount(CoinbaseExchange, "a")
	for range 5 {
		req := httptest.NewRequest(http.MethodGet, "/time", nil)
		req.Header.Set("CB-ACCESS-KEY", a.Credentials().Key)
		s.Handler(CoinbaseExchange).ServeHTTP(httptest.NewRecorder(), req)
	}
	if len(a.Requests()) != 3 || len(s.Requests(CoinbaseExchange)) != 3 || a.Count() != 5 {
		t.Errorf("%d of %d requests kept", len(a.Requests()), a.Count())
	}
}

func TestRequestsAreAttributed(t *testing.T) {
	r := newRig(t)
	a, b := r.AddAccount(OnlyFansAPI, "a"), r.AddAccount(OnlyFansAPI, "b")
	req := r.bearer(a, exports+"?page=1&per_page=100")
	req.Header.Set("User-Agent", "exporter/1")
	r.send(req)
	req = r.bearer(b, exports)
	req.Header.Set("Authorization", "Bearer nobody")
	r.send(req)
	want := Request{
		Time: r.clock.now(), Provider: OnlyFansAPI, Account: "a", Method: "GET", Path: exports,
		Query: "page=1&per_page=100", Source: "data_exports", UserAgent: "exporter/1", Verdict: "ok",
	}
	if got := a.Requests(); len(got) != 1 || got[0] != want {
		t.Errorf("requests %+v\nwant %+v", got, want)
	}
	if a.Count() != 1 || b.Count() != 0 || r.Count(OnlyFansAPI) != 2 || r.Count(Kraken) != 0 {
		t.Errorf("counts %d, %d, %d", a.Count(), b.Count(), r.Count(OnlyFansAPI))
	}
	if got := r.Requests(OnlyFansAPI)[1]; got.Account != "" || got.Verdict != "Unauthenticated." {
		t.Errorf("request with an unknown token: %+v", got)
	}
	if got := r.Verdicts(OnlyFansAPI); got["ok"] != 1 || got["Unauthenticated."] != 1 {
		t.Errorf("verdicts %v", got)
	}
}

func TestReportsFollowTheClock(t *testing.T) {
	r := newRig(t)
	a := r.AddAccount(Kraken, "a")
	a.SetReportsFunc(func(now time.Time) []Report {
		return []Report{{ID: now.Format("1504"), Type: "trades"}}
	})
	for _, want := range []string{`"id":"1200"`, `"id":"1201"`} {
		if got := r.send(r.kraken(a, "ExportStatus", "trades")).body; !strings.Contains(got, want) {
			t.Errorf("%s is not in %s", want, got)
		}
		r.clock.advance(time.Minute)
	}
}

func TestMaxInFlight(t *testing.T) {
	r := newRig(t)
	a := r.AddAccount(OnlyFansAPI, "a")
	for range 20 {
		r.send(r.bearer(a, exports))
	}
	if got := a.MaxInFlight(); got != 1 {
		t.Errorf("one after the other: %d in flight", got)
	}
	// All three requests wait inside the fault, so they are in flight at the same time.
	a.SetFault(Fault{Kind: FaultLatency, Delay: time.Hour})
	var senders sync.WaitGroup
	for range 3 {
		req := r.bearer(a, exports)
		senders.Go(func() {
			if _, err := r.try(req); err == nil {
				t.Error("a request that was held got an answer")
			}
		})
	}
	waitFor(t, func() bool { return a.MaxInFlight() >= 3 })
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	senders.Wait()
}

func TestManyAccountsAtOnce(t *testing.T) {
	r := newRig(t)
	var workers sync.WaitGroup
	for w := range 8 {
		workers.Go(func() {
			for i := range 125 {
				name := fmt.Sprintf("%d-%d", w, i)
				a := r.AddAccount(Providers()[i%4], name)
				if i%25 < 4 {
					if got, err := r.try(r.read(a, listTarget(a.Provider()))); err != nil || got.status != http.StatusOK {
						t.Errorf("%s: %v, %v", name, got, err)
					}
				}
				if i%10 == 0 {
					a.Rotate()
				}
			}
		})
	}
	workers.Wait()
	if got := len(r.Canaries()); got < 1000*6 {
		t.Errorf("%d canaries of 1,000 accounts", got)
	}
}
