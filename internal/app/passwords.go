package app

import (
	"context"
	"crypto/sha256"
	"net"
	"net/http"
	"slices"
	"sync"
)

// maxKnownPasswords is how many right passwords are remembered, as hashes.
const maxKnownPasswords = 64

// passwords orders the checks of passwords. Each check costs much CPU time, and
// exporter-toolkit runs one at a time. A password that was right before goes
// straight to it. All others wait here, and one of them is checked at a time.
// So a flood of wrong passwords delays a right one by about one check for each
// of its addresses. It is safe for concurrent use.
type passwords struct {
	mu      sync.Mutex
	known   map[[sha256.Size]byte]bool
	busy    bool
	waiting []*passwordTurn // the oldest first
	// turns counts the checks, and served holds the number of the last check of
	// each address, so that addresses take turns.
	turns   int
	served  map[string]int
	stopped bool
}

// passwordTurn is a request that waits for its check.
type passwordTurn struct {
	address string
	over    chan struct{} // closed when the wait is over
	granted bool          // guarded by passwords.mu
}

func newPasswords() *passwords {
	return &passwords{known: make(map[[sha256.Size]byte]bool), served: make(map[string]int)}
}

// enter waits until the password of a request may be checked, and reports
// whether it may. If so, the caller must call checked after the check.
func (p *passwords) enter(ctx context.Context, r *http.Request) (checked func(), ok bool) {
	address, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		address = r.RemoteAddr
	}
	known, turn := p.ask(passwordKey(r), address)
	if known {
		return func() {}, true
	}
	select {
	case <-turn.over:
	case <-ctx.Done():
	}
	if !p.granted(turn) {
		return nil, false
	}
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.busy = false
		p.next()
	}, true
}

// ask reports whether a password is known. If not, it returns the turn to wait
// for.
func (p *passwords) ask(key [sha256.Size]byte, address string) (known bool, turn *passwordTurn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known[key] {
		return true, nil
	}
	turn = &passwordTurn{address: address, over: make(chan struct{})}
	if p.stopped {
		close(turn.over)
		return false, turn
	}
	p.waiting = append(p.waiting, turn)
	p.next()
	return false, turn
}

// granted reports whether a turn has come, and removes it from the queue if
// not.
func (p *passwords) granted(turn *passwordTurn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if at := slices.Index(p.waiting, turn); at >= 0 {
		p.waiting = slices.Delete(p.waiting, at, at+1)
	}
	return turn.granted
}

// next grants a turn, unless a check is running: to the address whose last
// check is longest ago, and there to the newest request, because the client of
// an old one may have given up. The caller must hold mu.
func (p *passwords) next() {
	if p.busy || len(p.waiting) == 0 {
		return
	}
	best := len(p.waiting) - 1
	for i := best - 1; i >= 0; i-- {
		if p.served[p.waiting[i].address] < p.served[p.waiting[best].address] {
			best = i
		}
	}
	turn := p.waiting[best]
	p.waiting = slices.Delete(p.waiting, best, best+1)
	if len(p.served) >= maxConnections {
		clear(p.served)
	}
	p.turns++
	p.served[turn.address] = p.turns
	p.busy, turn.granted = true, true
	close(turn.over)
}

func passwordKey(r *http.Request) [sha256.Size]byte {
	return sha256.Sum256([]byte(r.Header.Get("Authorization")))
}

// remember records whether the password of a request was right.
func (p *passwords) remember(r *http.Request, right bool) {
	key := passwordKey(r)
	p.mu.Lock()
	defer p.mu.Unlock()
	if !right {
		delete(p.known, key)
		return
	}
	for other := range p.known {
		if len(p.known) < maxKnownPasswords || p.known[key] {
			break
		}
		delete(p.known, other)
	}
	p.known[key] = true
}

// stop ends all waits without a check.
func (p *passwords) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopped = true
	for _, turn := range p.waiting {
		close(turn.over)
	}
	p.waiting = nil
}
