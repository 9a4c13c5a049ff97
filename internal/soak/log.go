package main

import (
	"bytes"
	"regexp"
	"sync"
	"sync/atomic"
)

// logWatch is the program's log at its most talkative. It keeps no line: each
// is judged when it is written. The program writes one line at a time.
type logWatch struct {
	findings *findings
	canaries atomic.Pointer[canaries]
	quiet    map[string]bool // accounts that have no faults
	refused  map[string]bool // accounts some of whose streams are refused
	account  *regexp.Regexp

	mu     sync.Mutex
	failed int // refreshes
	// starved are timeouts without a fault: what a busy machine does.
	starved int
	doubly  int
	ever    map[string]bool // accounts of which a refresh ever failed
}

func newLogWatch(f *findings) *logWatch {
	return &logWatch{
		findings: f, quiet: make(map[string]bool), refused: make(map[string]bool), ever: make(map[string]bool),
		account: regexp.MustCompile(` account=(\S+)`),
	}
}

// Write judges one line. It never fails.
func (l *logWatch) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if c := l.canaries.Load(); c != nil {
		if at := c.find(line); at >= 0 {
			l.findings.add("no secret in the log", "%.100q...", line[:at])
		}
	}
	switch {
	case bytes.Contains(line, []byte(`msg="refresh failed"`)):
		l.refreshFailed(line)
	case bytes.Contains(line, []byte(`msg="reload failed, keeping the old configuration"`)),
		bytes.Contains(line, []byte(`msg="configuration is wrong"`)) && bytes.Contains(line, []byte("nonsense")):
		// The reloader checks the answers.
	case bytes.Contains(bytes.ToLower(line), []byte("level=error")):
		l.findings.add("no error in the log", "%.300s", bytes.TrimSpace(line))
	}
	return len(line), nil
}

// refreshFailed judges a line about a failed refresh.
func (l *logWatch) refreshFailed(line []byte) {
	l.failed++
	found := l.account.FindSubmatch(line)
	if found == nil {
		l.findings.add("a failed refresh tells its account", "%.300s", bytes.TrimSpace(line))
		return
	}
	name := string(found[1])
	l.ever[name] = true
	switch {
	case l.refused[name] && bytes.Contains(line, []byte(" reason=network ")):
		l.doubly++
	case !l.quiet[name] && !l.refused[name]:
	case bytes.Contains(line, []byte(" reason=timeout ")):
		l.starved++
	default:
		l.findings.add("an account without a fault does not fail", "%.300s", bytes.TrimSpace(line))
	}
}

// everFailed reports whether a refresh of an account ever failed.
func (l *logWatch) everFailed(account string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.ever[account]
}

// refusedTwice returns how many refreshes failed because a stream was refused,
// and that of the retry, too.
func (l *logWatch) refusedTwice() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.doubly
}

// counts returns how many refreshes failed, and how many of these without a
// fault because there was no time.
func (l *logWatch) counts() (failed, starved int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.failed, l.starved
}
