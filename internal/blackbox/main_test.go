package blackbox

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long something may take that takes an instant. It is long
// because the machine may be busy, and no test waits for it to pass.
const patience = 30 * time.Second

// binary is the built program. TestMain sets it before any test runs.
var binary string

func TestMain(m *testing.M) {
	// These tests wait for the patience of processes, and compute next to nothing.
	flag.Parse()
	if err := flag.Set("test.parallel", "8"); err != nil {
		panic(err) // every test binary has it
	}
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "blackbox")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer func() { _ = os.RemoveAll(dir) }()
		binary = filepath.Join(dir, "export_status_exporter")
		if output, err := exec.Command("go", "build", "-o", binary, "../..").CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "building the program: %v\n%s", err, output)
			return 1
		}
		// Under nohup this process ignores SIGHUP and its children would inherit
		// that; a signal that is caught here is at its default in them.
		signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP)
		return m.Run()
	}())
}

// program is one run of the program.
type program struct {
	t       *testing.T
	cmd     *exec.Cmd
	address string
	ended   chan struct{}
}

// start runs the program on a free port of loopback. What it is given for its
// standard files is the caller's.
func start(t *testing.T, prepare func(*exec.Cmd), arguments ...string) *program {
	t.Helper()
	p := &program{t: t, address: freeAddress(t), ended: make(chan struct{})}
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
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		<-p.ended
	})
	return p
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}

func (p *program) signal(which syscall.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(which); err != nil {
		p.t.Fatal(err)
	}
}

// wantExit waits for the end and checks the exit code.
func (p *program) wantExit(code int) {
	p.t.Helper()
	select {
	case <-p.ended:
	case <-time.After(patience):
		p.t.Fatalf("it still runs after %s", patience)
	}
	if state := p.cmd.ProcessState; state.ExitCode() != code {
		p.t.Errorf("it ended with %s, want exit code %d", state, code)
	}
}

// request sends one request and returns the body of its answer.
func (p *program) request(method, path string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
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

// want is request for what must be answered 200.
func (p *program) want(method, path string) string {
	p.t.Helper()
	body, err := p.request(method, path)
	if err != nil {
		p.t.Fatal(err)
	}
	return body
}

// awaitHealthy waits until the program serves.
func (p *program) awaitHealthy() {
	p.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	end := time.After(patience)
	for {
		_, err := p.request(http.MethodGet, "/-/healthy")
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

// lines reads a log line by line, so that it is never full.
type lines struct {
	t    *testing.T
	next chan string
	mu   sync.Mutex
	all  strings.Builder
}

// readLines reads a pipe to its end.
func readLines(t *testing.T, from io.Reader) *lines {
	t.Helper()
	l := &lines{t: t, next: make(chan string, 100_000)}
	go func() {
		defer close(l.next)
		scanner := bufio.NewScanner(from)
		for scanner.Scan() {
			l.mu.Lock()
			fmt.Fprintln(&l.all, scanner.Text())
			l.mu.Unlock()
			l.next <- scanner.Text()
		}
	}()
	return l
}

// await returns the next line that has a text, and those before it.
func (l *lines) await(text string) (line string, before []string) {
	l.t.Helper()
	end := time.After(patience)
	for {
		select {
		case line, ok := <-l.next:
			if !ok {
				l.t.Fatalf("the log ended without %q:\n%s", text, l.String())
			}
			if strings.Contains(line, text) {
				return line, before
			}
			before = append(before, line)
		case <-end:
			l.t.Fatalf("no line with %q:\n%s", text, l.String())
		}
	}
}

// drain reads to the end.
func (l *lines) drain() {
	for range l.next {
		continue
	}
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}

// pipe returns a pipe whose ends are closed at the end of the test.
func pipe(t *testing.T) (read, write *os.File) {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = read.Close(), write.Close() })
	return read, write
}

// fill writes to a pipe until it takes no more.
func fill(t *testing.T, write *os.File) {
	t.Helper()
	if err := write.SetWriteDeadline(time.Now().Add(200 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	for {
		_, err := write.WriteString(strings.Repeat("-", 1023) + "\n")
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// withLog starts the program with a log that is read.
func withLog(t *testing.T, prepare func(*exec.Cmd), arguments ...string) (*program, *lines) {
	t.Helper()
	read, write := pipe(t)
	p := start(t, func(cmd *exec.Cmd) {
		cmd.Stderr = write
		if prepare != nil {
			prepare(cmd)
		}
	}, arguments...)
	_ = write.Close()
	return p, readLines(t, read)
}
