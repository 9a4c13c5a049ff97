package provider

import (
	"context"
	"sync"
	"time"
)

// Nonces hands out strictly increasing numbers per API key. One value serves
// the whole process and survives reloads: a key's sequence must never restart
// while the process runs. It is safe for concurrent use.
type Nonces struct {
	now func() time.Time

	mu   sync.Mutex
	keys map[[32]byte]*NonceSequence
}

// NewNonces returns an empty store over a clock.
func NewNonces(now func() time.Time) *Nonces {
	return &Nonces{now: now, keys: make(map[[32]byte]*NonceSequence)}
}

// Key returns the sequence of one API key, named by a fingerprint so that the
// store holds no key. A new key starts a new sequence.
func (n *Nonces) Key(fingerprint [32]byte) *NonceSequence {
	n.mu.Lock()
	defer n.mu.Unlock()
	seq, ok := n.keys[fingerprint]
	if !ok {
		seq = &NonceSequence{now: n.now, turn: make(chan struct{}, 1)}
		n.keys[fingerprint] = seq
	}
	return seq
}

// NonceSequence is the nonce of one API key and the right to use it.
type NonceSequence struct {
	now  func() time.Time
	turn chan struct{}
	last uint64 // guarded by turn
}

// Acquire waits for the turn to send one request with this key. Two requests
// in flight over two connections may arrive in either order, and the provider
// refuses the older nonce: so hold the turn until the reply is there, then
// call release.
func (s *NonceSequence) Acquire(ctx context.Context) (release func(), err error) {
	if err := ctx.Err(); err != nil {
		// Select would toss a coin if the turn is free as well.
		return nil, err
	}
	select {
	case s.turn <- struct{}{}:
		return func() { <-s.turn }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Next returns the clock's reading in the unit, or one more than the last
// nonce if the clock did not move on or was set back. Call it only while
// holding the turn.
func (s *NonceSequence) Next(unit time.Duration) uint64 {
	s.last = max(s.last+1, uint64(s.now().UnixNano()/int64(unit))) //nolint:gosec // A wall clock after 1970 is positive.
	return s.last
}
