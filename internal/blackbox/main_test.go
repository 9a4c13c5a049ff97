package blackbox

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// These tests wait for the patience of processes, and compute next to nothing.
func TestMain(m *testing.M) { os.Exit(Main(m, "../..", 50)) }

func (p *Program) signal(which syscall.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(which); err != nil {
		p.t.Fatal(err)
	}
}

// wantExit waits for the end and checks the exit code.
func (p *Program) wantExit(code int) {
	p.t.Helper()
	select {
	case <-p.ended:
	case <-time.After(Patience):
		p.t.Fatalf("it still runs after %s", Patience)
	}
	if state := p.cmd.ProcessState; state.ExitCode() != code {
		p.t.Errorf("it ended with %s, want exit code %d", state, code)
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
	end := time.After(Patience)
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

// withLog starts the program with a log that is read.
func withLog(t *testing.T, prepare func(*exec.Cmd), arguments ...string) (*Program, *lines) {
	t.Helper()
	read, write := pipe(t)
	p := Start(t, func(cmd *exec.Cmd) {
		cmd.Stderr = write
		if prepare != nil {
			prepare(cmd)
		}
	}, arguments...)
	_ = write.Close()
	return p, readLines(t, read)
}
