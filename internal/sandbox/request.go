package sandbox

import (
	"maps"
	"slices"
	"sync"
	"time"
)

// Request is a recorded request. It contains no body, and no header except the
// User-Agent.
type Request struct {
	Time     time.Time
	Provider Provider
	Account  string // "" for an unknown key
	Method   string
	Path     string
	Query    string // as sent, encoded
	// Source is the requested source: trades, ledgers, reports, account_log,
	// executions, orders, triggers, api_key, accounts, data_exports, or "" for anything
	// else.
	Source    string
	Nonce     string // as sent; "" without one
	UserAgent string
	// Verdict is "ok", or the error from the checks of key, signature, nonce,
	// timestamp, budget and arguments. A fault does not change it.
	Verdict string
	// Fault is the fault that was applied, or "".
	Fault     FaultKind
	Violation bool // not a documented read
}

// requestLog keeps the newest requests and counts all of them.
type requestLog struct {
	limit int // maximum for list; up to twice as many are stored

	mu      sync.Mutex
	entries []Request
	count   int64
	byWord  map[string]int64
}

func (l *requestLog) add(r Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count++
	if l.byWord == nil {
		l.byWord = map[string]int64{}
	}
	l.byWord[r.Verdict]++
	if len(l.entries) >= 2*l.limit {
		l.entries = slices.Delete(l.entries, 0, len(l.entries)-l.limit+1)
	}
	l.entries = append(l.entries, r)
}

func (l *requestLog) list() []Request {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.entries[max(0, len(l.entries)-l.limit):])
}

func (l *requestLog) total() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.count
}

func (l *requestLog) verdicts() map[string]int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return maps.Clone(l.byWord)
}
