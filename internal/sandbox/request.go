package sandbox

import (
	"maps"
	"slices"
	"sync"
	"time"
)

// Request is what the sandbox remembers of one arrived request. It holds no
// header but the User-Agent and no body.
type Request struct {
	Time     time.Time
	Provider Provider
	Account  string // "" for a key of no account
	Method   string
	Path     string
	Query    string // as sent, undecoded
	// Source is what was asked for: trades, ledgers, reports, account_log,
	// executions, orders, triggers, api_key, accounts, data_exports, or "" for the
	// rest.
	Source    string
	Nonce     string // as sent; "" without one
	UserAgent string
	// Verdict is "ok", or the error text or code that the checks of key,
	// signature, nonce, timestamp, budget and arguments ended with. A fault
	// does not change it.
	Verdict string
	// Fault is what was served in place of the verdict's answer, "" for none.
	Fault     FaultKind
	Violation bool // not a documented read
}

// requestLog keeps the newest requests and counts them all.
type requestLog struct {
	limit int // what list returns at most; twice as many are stored

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
