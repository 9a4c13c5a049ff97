package blackbox

import (
	"io"
	"net"
	"net/http"
	"os/exec"
	"regexp"
	"strconv"
	"sync"
	"testing"
	"time"
)

// TestMemoryOfManyAccounts: whatever clients ask for, and however many do not
// read it, thousands of accounts keep to the memory that the chart gives.
func TestMemoryOfManyAccounts(t *testing.T) {
	t.Parallel()
	p := Start(t, func(cmd *exec.Cmd) { cmd.Env = append(cmd.Environ(), "GOMEMLIMIT=230MiB") },
		"--config.file="+configuration(t, 1500, freeAddress(t), "1s"))
	p.AwaitHealthy()
	for _, path := range []string{"/metrics", "/config", "/exports?limit=1000", "/exports?format=json", "/sd", "/", "/-/ready"} {
		p.Deaf(60, path)
		for range 20 { // meanwhile they are answered
			if path == "/-/ready" { // more checks than are answered at once, for a moment
				p.AwaitHealthy()
			} else {
				p.Want(http.MethodGet, "/-/healthy")
			}
			if _, err := p.Request(http.MethodGet, path); err == nil {
				break
			}
		}
	}
	if got := p.Peak(); got >= 256 {
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
	p := Start(t, nil, "--config.file="+configuration(t, accounts, silent.Addr().String(), "1m"))
	p.AwaitHealthy()
	var all sync.WaitGroup
	for range scrapes {
		connection, err := net.Dial("tcp", p.address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = connection.Close() })
		if _, err := io.WriteString(connection, "GET /metrics HTTP/1.1\r\nHost: here\r\nConnection: close\r\nX-Prometheus-Scrape-Timeout-Seconds: 5\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		all.Go(func() { _, _ = io.Copy(io.Discard, connection) }) // answered at its deadline
	}
	running := regexp.MustCompile(`(?m)^go_goroutines (\d+)$`)
	scraping := regexp.MustCompile(`(?m)^export_status_exporter_scrapes_cut_short_total ([1-9]\d*)$`)
	most := 0
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(Patience); ; <-tick.C {
		body := p.Want(http.MethodGet, "/metrics/exporter")
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
