package app_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"export_status_exporter/internal/app"
	"export_status_exporter/internal/rig"
	"export_status_exporter/internal/sandbox"
)

// TestScrapeAnswersAtItsDeadline: a provider that hangs costs its own series,
// not the scrape, and the refresh continues.
func TestScrapeAnswersAtItsDeadline(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	slow := r.Sandbox.AddAccount(sandbox.CoinbaseExchange, "slow")
	well := r.Sandbox.AddAccount(sandbox.Kraken, "well")
	slow.SetFault(sandbox.Fault{Kind: sandbox.FaultSlowHeader})
	r.Write("timeout: 1m", "accounts:", r.Account(slow), r.Account(well))
	r.Start()
	begin := time.Now()
	status, body := r.Request(http.MethodGet, "/metrics", http.Header{"X-Prometheus-Scrape-Timeout-Seconds": {"2"}})
	if took := time.Since(begin); took > 10*time.Second {
		t.Errorf("the scrape took %s", took)
	}
	if status != http.StatusOK {
		t.Fatalf("the scrape answered %d", status)
	}
	got := rig.Parse(t, body)
	got.Want(t, rig.SourceKey("export_source_up", sandbox.Kraken, "well", "trades"), 1)
	got.Want(t, rig.SourceKey("export_source_up", sandbox.CoinbaseExchange, "slow", "reports"), 0)
	got.Want(t, "export_status_exporter_scrapes_cut_short_total", 1)
	if reasons := got.Reasons("slow", "reports"); len(reasons) > 0 {
		t.Errorf("a refresh that goes on is shown as failing: %v", reasons)
	}
	if count := slow.Count(); count != 1 {
		t.Errorf("%d requests, want 1", count)
	}
}

// TestRoutes asks every address once.
func TestRoutes(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	fund := r.Sandbox.AddAccount(sandbox.CoinbaseExchange, "fund")
	r.Write("accounts:", r.Account(fund))
	r.Start()
	for _, c := range []struct {
		method, path string
		status       int
		holds        string
	}{
		{"GET", "/-/ready", 200, "not refreshed yet: fund/reports"},
		{"GET", "/", 200, "Export Status Exporter"},
		{"GET", "/-/healthy", 200, "healthy"},
		{"GET", "/metrics", 200, "export_source_up"},
		{"GET", "/-/ready", 200, "ready\n"},
		{"GET", "/nowhere", 404, ""},
		{"GET", "/debug/pprof/", 404, ""},
		{"POST", "/metrics", 405, ""},
	} {
		status, body := r.Request(c.method, c.path, nil)
		if status != c.status || !strings.Contains(body, c.holds) {
			t.Errorf("%s %s: %d %.200s, want %d with %q", c.method, c.path, status, body, c.status, c.holds)
		}
	}
	if got := fund.Count(); got != 1 {
		t.Errorf("the account was asked %d times, want 1: only scrapes ask", got)
	}
}

// TestFormats negotiates every format that Prometheus asks for.
func TestFormats(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	fund := r.Sandbox.AddAccount(sandbox.CoinbaseExchange, "fund")
	r.Write("accounts:", r.Account(fund))
	r.Start()
	for accept, want := range map[string]string{
		"": "text/plain; version=0.0.4",
		"application/openmetrics-text;version=1.0.0":                                                                 "application/openmetrics-text; version=1.0.0",
		"application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.7,*/*;q=0.1": "application/vnd.google.protobuf",
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+r.App.Addr()+"/metrics", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Accept", accept)
		request.Header.Set("Accept-Encoding", "gzip, zstd")
		answer, err := r.Client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if got := answer.Header.Get("Content-Type"); answer.StatusCode != http.StatusOK || !strings.HasPrefix(got, want) {
			t.Errorf("Accept %q: %d %s, want %s", accept, answer.StatusCode, got, want)
		}
		if got := answer.Header.Get("Content-Encoding"); got != "gzip" {
			t.Errorf("Accept %q: encoding %q, want gzip", accept, got)
		}
	}
}

// TestTooManyScrapes: scrapes beyond the limit are refused at once.
func TestTooManyScrapes(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	slow := r.Sandbox.AddAccount(sandbox.CoinbaseExchange, "slow")
	slow.SetFault(sandbox.Fault{Kind: sandbox.FaultSlowHeader})
	r.Options.MaxRequests = 1
	r.Write("timeout: 1m", "accounts:", r.Account(slow))
	r.Start()
	first := make(chan int)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+r.App.Addr()+"/metrics", nil)
		if err == nil {
			var answer *http.Response
			if answer, err = r.Client.Do(request); err == nil {
				_ = answer.Body.Close()
			}
		}
		first <- 1
	}()
	app.WaitFor(t, func() bool { return slow.Count() > 0 }) // the first scrape holds the place once it has asked
	if status, _ := r.Request(http.MethodGet, "/-/healthy", nil); status != http.StatusOK {
		t.Error("not healthy")
	}
	status, body := r.Request(http.MethodGet, "/metrics", nil)
	if status != http.StatusServiceUnavailable || !strings.Contains(body, "--web.max-requests") {
		t.Errorf("the second scrape was answered %d: %s", status, body)
	}
	cancel()
	<-first
}

// TestStopDrains: a scrape in flight is answered, new ones are refused, and
// nothing is left running (goleak looks at that).
func TestStopDrains(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	slow := r.Sandbox.AddAccount(sandbox.CoinbaseExchange, "slow")
	slow.SetFault(sandbox.Fault{Kind: sandbox.FaultSlowHeader})
	r.Write("timeout: 1m", "accounts:", r.Account(slow))
	r.Start()
	answered := make(chan string, 1)
	go func() {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+r.App.Addr()+"/metrics", nil)
		if err != nil {
			answered <- err.Error()
			return
		}
		request.Header.Set("X-Prometheus-Scrape-Timeout-Seconds", "1")
		answer, err := r.Client.Do(request)
		if err != nil {
			answered <- err.Error()
			return
		}
		_ = answer.Body.Close()
		answered <- answer.Status
	}()
	app.WaitFor(t, func() bool { return slow.Count() > 0 })
	if status, _ := r.Request(http.MethodGet, "/-/healthy", nil); status != http.StatusOK {
		t.Error("not healthy")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := r.App.Stop(ctx); err != nil {
		t.Errorf("stop: %v", err)
	}
	if got := <-answered; got != "200 OK" {
		t.Errorf("the scrape in flight ended with %s", got)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, fmt.Sprintf("http://%s/metrics", r.App.Addr()), nil)
	if err != nil {
		t.Fatal(err)
	}
	if answer, err := r.Client.Do(request); err == nil {
		_ = answer.Body.Close()
		t.Error("a new scrape was answered after the stop")
	}
}

// TestStopCancelsRefreshes: a scrape that would wait for a refresh beyond the
// end of the shutdown is answered with the data that is there.
func TestStopCancelsRefreshes(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	fast, slow := r.Sandbox.AddAccount(sandbox.OnlyFansAPI, "fast"), r.Sandbox.AddAccount(sandbox.CoinbaseExchange, "slow")
	slow.SetFault(sandbox.Fault{Kind: sandbox.FaultSlowHeader})
	r.Write("timeout: 2m", "accounts:", r.Account(fast), r.Account(slow))
	r.Start()
	answered := make(chan rig.Samples, 1)
	go func() {
		defer close(answered) // Scrape ends the goroutine if it gets no answer
		answered <- r.Scrape()
	}()
	app.WaitFor(t, func() bool { return slow.Count() > 0 && fast.Count() > 0 })
	ctx, cancel := context.WithTimeout(t.Context(), 6*time.Second)
	defer cancel()
	if err := r.App.Stop(ctx); err != nil {
		t.Errorf("stop: %v", err)
	}
	after := <-answered
	after.Want(t, rig.SourceKey("export_source_up", sandbox.OnlyFansAPI, "fast", "data_exports"), 1)
	after.Want(t, rig.SourceKey("export_source_up", sandbox.CoinbaseExchange, "slow", "reports"), 0)
	if log := r.Log.String(); strings.Contains(log, "refresh failed") {
		t.Errorf("a canceled refresh counts as failed:\n%s", log)
	}
}

// TestStopEndsWhoReadsNothing: a scrape that the stop sets free is answered, but a
// client that then reads nothing does not hold the stop up.
func TestStopEndsWhoReadsNothing(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	large, slow := r.Sandbox.AddAccount(sandbox.Kraken, "large"), r.Sandbox.AddAccount(sandbox.CoinbaseExchange, "slow")
	reports := make([]sandbox.Report, 8000)
	for i := range reports {
		reports[i] = sandbox.Report{ID: fmt.Sprintf("R%07X", i), Type: "trades", Status: "Processed", Created: r.Clock.Now()}
	}
	large.SetReports(reports)
	slow.SetFault(sandbox.Fault{Kind: sandbox.FaultSlowHeader})
	r.Write("timeout: 2m", "max_reports: 8000", "accounts:", r.Account(large), r.Account(slow))
	r.Start()
	connection, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", r.App.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = connection.Close() }()
	if err := connection.(*net.TCPConn).SetReadBuffer(1024); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(connection, "GET /metrics HTTP/1.1\r\nHost: here\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	app.WaitFor(t, func() bool { return slow.Count() > 0 && large.Count() > 0 })
	ctx, cancel := context.WithTimeout(t.Context(), 8*time.Second)
	defer cancel()
	if err := r.App.Stop(ctx); err != nil {
		t.Errorf("stop: %v", err)
	}
}

// TestReadyIsShort: the length of the answer is limited, whatever the number of
// accounts.
func TestReadyIsShort(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	accounts := []string{"accounts:"}
	for i := range 105 {
		accounts = append(accounts, r.Account(r.Sandbox.AddAccount(sandbox.OnlyFansAPI, fmt.Sprintf("account-%03d", i))))
	}
	r.Write(accounts...)
	r.Start()
	status, body := r.Request(http.MethodGet, "/-/ready", nil)
	if status != http.StatusOK || strings.Count(body, "/data_exports") != 100 || !strings.HasSuffix(body, "account-099/data_exports and 5 more\n") {
		t.Errorf("%d %s", status, body)
	}
}
