package blackbox

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// packed is a body as it goes over the wire.
func packed(t *testing.T, body string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(body)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// items is a list of n small items between a begin and an end.
func items(begin, item string, n int, end string) string {
	var b strings.Builder
	b.WriteString(begin)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, item, i)
	}
	b.WriteString(end)
	return b.String()
}

// answering is a provider that answers every request with the same bytes, but
// for those of the account with the key or token "small".
func answering(t *testing.T, body string) string {
	t.Helper()
	large := packed(t, body)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "Bearer small-token-of-the-test" {
			_, _ = w.Write([]byte(`{"data":[{"id":"one","status":"completed"}]}`))
			return
		}
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(large)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// peak is the most memory that a process ever had resident, in MiB.
func (p *program) peak() int {
	p.t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		p.t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	kib, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		p.t.Fatal(err)
	}
	return kib >> 10
}

// deaf leaves clients that ask for something, in every format, and read nothing.
func (p *program) deaf(n int, path string) {
	p.t.Helper()
	for i := range n {
		connection, err := net.Dial("tcp", p.address)
		if err != nil {
			p.t.Fatal(err)
		}
		p.t.Cleanup(func() { _ = connection.Close() })
		if tcp, ok := connection.(*net.TCPConn); ok {
			_ = tcp.SetReadBuffer(1024)
		}
		accept := []string{"text/plain", "application/openmetrics-text;version=1.0.0", "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"}[i%3]
		if _, err := fmt.Fprintf(connection, "GET %s HTTP/1.1\r\nHost: here\r\nAccept: %s\r\nX-Prometheus-Scrape-Timeout-Seconds: 5\r\n\r\n", path, accept); err != nil {
			p.t.Fatal(err)
		}
	}
}

// hostile are answers that are small on the wire and large in memory, with the
// settings of an account that gets them.
func hostile() map[string]struct{ account, body string } {
	const (
		list   = `onlyfansapi: {base_url: "URL", token: token-of-account-%d}`
		kraken = `kraken: {base_url: "URL", api_key: key-of-account-%[1]d, api_secret: c2VjcmV0LW9mLXRoZS10ZXN0LW9mLW1lbW9yeQ==}`
		fund   = `coinbase_exchange: {base_url: "URL", api_key: key-of-account-%[1]d, api_secret: c2VjcmV0LW9mLXRoZS10ZXN0LW9mLW1lbW9yeQ==, passphrase: phrase-of-the-test}`
		stripe = `stripe: {base_url: "URL", token: token-of-account-%d}`
	)
	const most = 8<<20 - 1<<10
	return map[string]struct{ account, body string }{
		"8 MiB of colons":   {kraken, `{"error":["E` + strings.Repeat(":", most) + `"]}`},
		"100,000 items":     {list, items(`{"data":[`, `{"id":"id-%d","status":"completed"}`, 100_000, `]}`)},
		"too many items":    {list, items(`{"data":[`, `{"id":"%d"}`, most/17, `]}`)},
		"100,000 in a page": {fund, items(`[`, `{"id":"%d","status":"ready"}`, 100_000, `]`)},
		"by a definition":   {stripe, items(`{"data":[`, `{"id":"id-%d","status":"pending"}`, 100_000, `]}`)},
		"a deep definition": {stripe, `{"data":[{"id":"a","status":"pending","x":[` + strings.Repeat(`[],{},`, most/6-20) + `0]}]}`},
		"one long id":       {list, `{"data":[{"id":"` + strings.Repeat("i", most) + `","status":"completed"}]}`},
	}
}

// TestMemory: with the memory that the chart gives, no answers of 20 accounts
// take the process beyond it, whoever asks for them and does not read, and a
// small one among them is shown.
func TestMemory(t *testing.T) {
	for name, c := range hostile() {
		t.Run(name, func(t *testing.T) {
			var b strings.Builder
			b.WriteString("refresh_interval: 1ms\ntimeout: 3s\naccounts:\n")
			url := answering(t, c.body)
			for i := range 20 {
				fmt.Fprintf(&b, "  - name: account-%d\n    %s\n", i, strings.Replace(fmt.Sprintf(c.account, i), "URL", url, 1))
			}
			fmt.Fprintf(&b, "  - name: small\n    onlyfansapi: {base_url: %q, token: small-token-of-the-test}\n", url)
			p := start(t, func(cmd *exec.Cmd) { cmd.Env = append(cmd.Environ(), "GOMEMLIMIT=230MiB") },
				"--config.file="+put(t, t.TempDir(), "config.yml", b.String()))
			p.awaitHealthy()
			for range 2 {
				p.deaf(30, "/metrics")
				if body := p.scrape(); !strings.Contains(body, `export_source_up{account="small",provider="onlyfansapi",source="data_exports"} 1`) {
					t.Error("the small answer is not shown")
				}
			}
			if got := p.peak(); got >= 256 {
				t.Errorf("it took %d MiB", got)
			} else {
				t.Logf("it took %d MiB", got)
			}
		})
	}
}

// scrape returns the metrics as soon as fewer scrapes than --web.max-requests are
// in progress.
func (p *program) scrape() string {
	p.t.Helper()
	for end := time.Now().Add(patience); ; {
		body, err := p.request(http.MethodGet, "/metrics")
		if err == nil {
			return body
		}
		if !strings.Contains(err.Error(), "too many") || time.Now().After(end) {
			p.t.Fatal(err)
		}
	}
}

// TestOneLargeList: without a limit, one list of 100,000 small items is read.
func TestOneLargeList(t *testing.T) {
	url := answering(t, hostile()["100,000 items"].body)
	p := start(t, nil, "--config.file="+put(t, t.TempDir(), "config.yml",
		"timeout: 30s\naccounts:\n  - {name: large, onlyfansapi: {base_url: '"+url+"', token: token-of-the-test}}\n"))
	p.awaitHealthy()
	counted := regexp.MustCompile(`(?m)^export_reports\{.*status="ready".*\} 100000$`)
	for end := time.Now().Add(patience); ; {
		body := p.want(http.MethodGet, "/metrics")
		if counted.MatchString(body) {
			return
		}
		if strings.Contains(body, "export_source_failing{") || time.Now().After(end) {
			t.Fatalf("the list is not read:\n%.3000s", body)
		}
	}
}

// TestMemoryOfManyAccounts: whatever clients ask for, and however many do not
// read it, thousands of accounts keep to the memory that the chart gives.
func TestMemoryOfManyAccounts(t *testing.T) {
	p := start(t, func(cmd *exec.Cmd) { cmd.Env = append(cmd.Environ(), "GOMEMLIMIT=230MiB") },
		"--config.file="+configuration(t, 1500, freeAddress(t), "1s"))
	p.awaitHealthy()
	for _, path := range []string{"/metrics", "/config", "/exports?limit=1000", "/exports?format=json", "/sd", "/-/ready", "/"} {
		p.deaf(60, path)
		for range 20 { // meanwhile they are answered
			p.want(http.MethodGet, "/-/healthy")
			if _, err := p.request(http.MethodGet, path); err == nil {
				break
			}
		}
	}
	if got := p.peak(); got >= 256 {
		t.Errorf("it took %d MiB", got)
	} else {
		t.Logf("it took %d MiB", got)
	}
}

// TestManyScrapes: scrapes that wait for the same refreshes take no goroutine
// for each account.
func TestManyScrapes(t *testing.T) {
	t.Parallel() // it waits for the deadline of a scrape
	const accounts, scrapes = 1000, 30
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = silent.Close() })
	p := start(t, nil, "--config.file="+configuration(t, accounts, silent.Addr().String(), "1m"))
	p.awaitHealthy()
	var all sync.WaitGroup
	for range scrapes {
		all.Go(func() { _, _ = p.request(http.MethodGet, "/metrics") }) // answered at its deadline
	}
	running := regexp.MustCompile(`(?m)^go_goroutines (\d+)$`)
	scraping := regexp.MustCompile(`(?m)^export_status_exporter_scrapes_cut_short_total ([1-9]\d*)$`)
	most := 0
	for end := time.Now().Add(patience); ; {
		body := p.want(http.MethodGet, "/metrics/exporter")
		if found := running.FindStringSubmatch(body); found != nil {
			now, _ := strconv.Atoi(found[1])
			most = max(most, now)
		}
		if scraping.MatchString(body) {
			break
		}
		if time.Now().After(end) {
			t.Fatal("no scrape came to its deadline")
		}
	}
	all.Wait()
	// Those that come at the same instant may find the same ones due.
	if most < accounts || most > scrapes*accounts/2 {
		t.Errorf("%d goroutines for %d scrapes of %d accounts", most, scrapes, accounts)
	}
}
