package provider

import (
	"context"
	"sync"
	"time"
)

// Nonces generates strictly increasing numbers for each API key. The process uses a
// single value that survives reloads, because a key's sequence must never restart. It
// is safe for concurrent use.
type Nonces struct {
	now func() time.Time

	mu   sync.Mutex
	keys map[[32]byte]*NonceSequence
}

// NewNonces returns an empty store that uses the given clock.
func NewNonces(now func() time.Time) *Nonces {
	return &Nonces{now: now, keys: make(map[[32]byte]*NonceSequence)}
}

// Key returns the sequence of one API key. The key is identified by a fingerprint, so
// the store holds no secret. An unknown key starts a new sequence.
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

// NonceSequence is the nonce sequence of one API key. A turn serializes its use.
type NonceSequence struct {
	now  func() time.Time
	turn chan struct{}
	last uint64 // guarded by turn
}

// Acquire waits until this key may send a request. Two requests in flight may arrive in
// either order, and the provider refuses the lower nonce. The caller therefore holds
// the turn until the response has arrived, and then calls release.
func (s *NonceSequence) Acquire(ctx context.Context) (release func(), err error) {
	if err := ctx.Err(); err != nil {
		// Check first: select picks at random if the turn is free as well.
		return nil, err
	}
	select {
	case s.turn <- struct{}{}:
		return func() { <-s.turn }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Next returns the current time in the given unit. If the clock did not advance or was
// set back, it returns the last nonce plus one. The caller must hold the turn.
func (s *NonceSequence) Next(unit time.Duration) uint64 {
	s.last = max(s.last+1, uint64(s.now().UnixNano()/int64(unit))) //nolint:gosec // A wall clock after 1970 is positive.
	return s.last
}
