// Package blackbox runs the built program. Its tests put around it what no test
// within one process can, such as a log that nobody reads, signals before main,
// and a service manager. Package memory has the tests of providers' answers that
// are large in memory, in a process of its own, because they need most of the time.
package blackbox

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// Patience is how long something may take that takes an instant. It is long
// because the machine may be busy, and no test waits for it to pass.
const Patience = 30 * time.Second

// binary is the built program. Main sets it before any test runs.
var binary string

// Main builds the program, whose source is in a folder relative to the test's, and
// runs the tests, so many at once. It returns the exit code.
func Main(m *testing.M, source string, parallel int) int {
	flag.Parse()
	if err := flag.Set("test.parallel", strconv.Itoa(parallel)); err != nil {
		panic(err) // every test binary has it
	}
	dir, err := os.MkdirTemp("", "blackbox")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	binary = filepath.Join(dir, "export_status_exporter")
	// As in releases, the linker leaves out what debuggers need, which is quicker.
	if output, err := exec.Command("go", "build", "-ldflags=-s -w", "-o", binary, source).CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "building the program: %v\n%s", err, output)
		return 1
	}
	// Under nohup this process ignores SIGHUP and its children would inherit
	// that; a signal that is caught here is at its default in them.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP)
	return m.Run()
}

// Program is one run of the program.
type Program struct {
	t       *testing.T
	cmd     *exec.Cmd
	address string
	ended   chan struct{}
}

// Start runs the program on a free port of loopback. What it is given for its
// standard files is the caller's.
func Start(t *testing.T, prepare func(*exec.Cmd), arguments ...string) *Program {
	t.Helper()
	p := &Program{t: t, address: freeAddress(t), ended: make(chan struct{})}
	p.cmd = exec.Command(binary, append(arguments, "--web.listen-address="+p.address)...)
	if prepare != nil {
		prepare(p.cmd)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.ended)
		_ = p.cmd.Wait() // the state tells
	}()
	t.Cleanup(p.Kill)
	return p
}

// Kill ends the program at once, unless it has ended.
func (p *Program) Kill() {
	_ = p.cmd.Process.Kill()
	<-p.ended
}

// Request sends one request and returns the body of its answer.
func (p *Program) Request(method, path string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), Patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, "http://"+p.address+path, http.NoBody)
	if err != nil {
		return "", err
	}
	request.Header.Set("X-Prometheus-Scrape-Timeout-Seconds", "10")
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Do(request)
	if err != nil {
		return "", err
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s %s: %s: %.200s", method, path, answer.Status, body)
	}
	return string(body), err
}

// Want is Request for what must be answered 200.
func (p *Program) Want(method, path string) string {
	p.t.Helper()
	body, err := p.Request(method, path)
	if err != nil {
		p.t.Fatal(err)
	}
	return body
}

// AwaitHealthy waits until the program serves.
func (p *Program) AwaitHealthy() {
	p.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	end := time.After(Patience)
	for {
		_, err := p.Request(http.MethodGet, "/-/healthy")
		if err == nil {
			return
		}
		select {
		case <-tick.C:
		case <-p.ended:
			p.t.Fatalf("it ended with %s", p.cmd.ProcessState)
		case <-end:
			p.t.Fatal(err)
		}
	}
}

// Put writes a file of a folder and returns its path.
func Put(t *testing.T, folder, name, content string) string {
	t.Helper()
	path := filepath.Join(folder, name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Deaf leaves clients that ask for something, in every format, and read nothing.
func (p *Program) Deaf(n int, path string) {
	p.t.Helper()
	for i := range n {
		connection, err := (&net.Dialer{}).DialContext(p.t.Context(), "tcp", p.address)
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
