package sandbox

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

func TestLifecycle(t *testing.T) {
	s := New(Options{})
	if s.URL(Kraken) != "" {
		t.Errorf("URL before Start: %q", s.URL(Kraken))
	}
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, p := range Providers() {
		if url := s.URL(p); !strings.HasPrefix(url, "http://127.0.0.1:") || seen[url] {
			t.Errorf("%s at %q", p, url)
		}
		seen[s.URL(p)] = true
	}
	if s.Start() == nil {
		t.Error("a second Start has no error")
	}
	for range 2 {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	}
	if s.Start() == nil {
		t.Error("Start after Close has no error")
	}
}

func TestHandlerServesUntilClose(t *testing.T) {
	s := New(Options{})
	server := httptest.NewTLSServer(s.Handler(CoinbaseExchange))
	defer server.Close()
	get := func() int {
		res, err := server.Client().Get(server.URL + "/time")
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		return res.StatusCode
	}
	if got := get(); got != http.StatusOK {
		t.Errorf("status %d over TLS", got)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if got := get(); got != http.StatusServiceUnavailable {
		t.Errorf("status %d after Close", got)
	}
	server.Client().CloseIdleConnections()
}

func TestEverythingButTheDocumentedReadsIsAViolation(t *testing.T) {
	r := newRig(t)
	for _, tc := range []struct {
		provider     Provider
		method, path string
		status       int
		body         string
	}{
		{Kraken, "POST", "/0/private/AddExport", 200, `{"error":["EGeneral:Unknown method"]}`},
		{Kraken, "POST", "/0/private/RetrieveExport", 200, `{"error":["EGeneral:Unknown method"]}`},
		{Kraken, "POST", "/0/private/RemoveExport", 200, `{"error":["EGeneral:Unknown method"]}`},
		{Kraken, "GET", "/0/private/ExportStatus", 200, `{"error":["EGeneral:Unknown method"]}`},
		{Kraken, "POST", "/0/public/Time", 200, `{"error":["EGeneral:Unknown method"]}`},
		{CoinbaseExchange, "POST", "/reports", 404, `{"message":"NotFound"}`},
		{CoinbaseExchange, "GET", "/files/x", 404, `{"message":"NotFound"}`},
		{CoinbaseExchange, "GET", "/reports/", 404, `{"message":"NotFound"}`},
		{CoinbaseExchange, "GET", "/reports/a/b", 404, `{"message":"NotFound"}`},
		{CoinbaseExchange, "GET", "/accounts", 404, `{"message":"NotFound"}`},
		{KrakenFutures, "GET", "/api/history/v3/accountlogcsv", 404, ""},
		{KrakenFutures, "GET", "/api/history/v3/positions", 404, ""},
		{KrakenFutures, "POST", "/api/history/v3/orders", 404, ""},
		{KrakenFutures, "POST", "/derivatives/api/v3/sendorder", 404, ""},
		{OnlyFansAPI, "POST", exports, 405, `{"message":"The method is not supported for this route."}`},
		{OnlyFansAPI, "DELETE", exports + "/data_export_a", 405, ""},
		{OnlyFansAPI, "POST", exports + "/data_export_a/start", 404, `{"message":"The route could not be found."}`},
		{OnlyFansAPI, "GET", "/files/x", 404, ""},
	} {
		got := r.send(request(t, tc.method, r.URL(tc.provider)+tc.path+"?secret=1", ""))
		if got.status != tc.status || (tc.body != "" && got.body != tc.body) {
			t.Errorf("%s %s: %d %s", tc.method, tc.path, got.status, got.body)
		}
		want := string(tc.provider) + ": " + tc.method + " " + tc.path
		if v := r.Violations(); len(v) == 0 || v[len(v)-1] != want {
			t.Errorf("%q is not the last of the violations", want)
		}
		requests := r.Requests(tc.provider)
		if !requests[len(requests)-1].Violation {
			t.Errorf("%s: the request is not marked", want)
		}
	}
}

func TestReadsAreNoViolations(t *testing.T) {
	r := newRig(t)
	for _, p := range Providers() {
		r.send(r.read(r.AddAccount(p, "a"), listTarget(p)))
	}
	a := r.AddAccount(CoinbaseExchange, "a")
	r.send(r.coinbase(a, "/reports/unknown"))
	r.send(request(t, http.MethodGet, r.URL(CoinbaseExchange)+"/reports", ""))
	if v := r.Violations(); len(v) != 0 {
		t.Errorf("violations %v", v)
	}
}

func TestSecretLinksLeadToAViolation(t *testing.T) {
	r := newRig(t)
	a := r.AddAccount(CoinbaseExchange, "a")
	a.SetReports([]Report{{ID: "1", Status: "ready"}})
	link := decode[struct {
		URL string `json:"file_url"`
	}](t, r.send(r.coinbase(a, "/reports/1")).body).URL
	wantStatus(t, r.send(request(t, http.MethodGet, link, "")), http.StatusNotFound)
	if v := r.Violations(); !slices.Equal(v, []string{"coinbase_exchange: GET /files/" + a.personal["link"] + "/1"}) {
		t.Errorf("violations %v", v)
	}
}

func TestCanariesAreWhatTheRepliesCarry(t *testing.T) {
	r := newRig(t)
	now := r.clock.now()
	for _, p := range Providers() {
		a := r.AddAccount(p, "a")
		a.SetReports([]Report{
			{ID: "1", Type: "trades", Status: "completed"},
			{ID: "2", Type: "account_log", Status: "failed", Failed: now, Created: now},
		})
		body := r.send(r.read(a, listTarget(p))).body
		found := 0
		for _, canary := range a.Canaries() {
			if strings.Contains(body, canary) {
				found++
			}
		}
		want, some := map[Provider]int{Kraken: 1, CoinbaseExchange: 5, KrakenFutures: 2}[p]
		if !some {
			want = len(a.personal) // a reply of another provider contains all values
		}
		if found != want {
			t.Errorf("%s: %d canaries in the reply, want %d: %s", p, found, want, body)
		}
	}
}
