package provider

import (
	"context"
	"sync"
	"time"
)

// minNonceKeys is the number of keys up to which none is forgotten.
const minNonceKeys = 64

// Nonces generates strictly increasing numbers for each API key. The process uses a
// single value that survives reloads, because a key's sequence must never restart. It
// is safe for concurrent use.
//
// It forgets an idle key whose last nonce is lower than the time in milliseconds, the
// coarsest unit. Any sequence that begins later is above it, even if the clock is set
// back: it begins above every nonce of a forgotten key. It remembers the few keys with
// finer nonces.
type Nonces struct {
	now func() time.Time

	mu   sync.Mutex
	keys map[[32]byte]*NonceSequence
	// limit is the number of keys at which keys are forgotten. It doubles with the number
	// of those that are left, which makes the effort linear.
	limit int
	floor uint64 // the highest nonce of a forgotten key
}

// NewNonces returns an empty store that uses the given clock.
func NewNonces(now func() time.Time) *Nonces {
	return &Nonces{now: now, keys: make(map[[32]byte]*NonceSequence), limit: minNonceKeys}
}

// NonceSequence is the nonce sequence of one API key. A turn serializes its use.
type NonceSequence struct {
	now  func() time.Time
	turn chan struct{}
	last uint64 // guarded by turn

	// users counts those who have the turn or wait for it. The mutex of Nonces guards it.
	users int
}

// Acquire waits until a key may send a request. The key is identified by a fingerprint,
// so the store holds no secret. Two requests in flight may arrive in either order, and
// the provider refuses the lower nonce. The caller therefore holds the turn until the
// response has arrived, and then calls release.
func (n *Nonces) Acquire(ctx context.Context, fingerprint [32]byte) (sequence *NonceSequence, release func(), err error) {
	if err := ctx.Err(); err != nil {
		// Check first: select picks at random if the turn is free as well.
		return nil, nil, err
	}
	sequence = n.enter(fingerprint)
	select {
	case sequence.turn <- struct{}{}:
		return sequence, func() { <-sequence.turn; n.leave(sequence) }, nil
	case <-ctx.Done():
		n.leave(sequence)
		return nil, nil, ctx.Err()
	}
}

// enter returns the sequence of a key, which has one more user then. An unknown key
// starts a new sequence.
func (n *Nonces) enter(fingerprint [32]byte) *NonceSequence {
	n.mu.Lock()
	defer n.mu.Unlock()
	sequence, ok := n.keys[fingerprint]
	if !ok {
		if len(n.keys) >= n.limit {
			n.forget()
			n.limit = max(minNonceKeys, 2*len(n.keys))
		}
		sequence = &NonceSequence{now: n.now, turn: make(chan struct{}, 1), last: n.floor}
		n.keys[fingerprint] = sequence
	}
	sequence.users++
	return sequence
}

func (n *Nonces) leave(sequence *NonceSequence) {
	n.mu.Lock()
	defer n.mu.Unlock()
	sequence.users--
}

// forget forgets the keys that need not be remembered.
func (n *Nonces) forget() {
	now := uint64(n.now().UnixMilli())
	for fingerprint, sequence := range n.keys {
		if sequence.users == 0 && sequence.last < now {
			n.floor = max(n.floor, sequence.last)
			delete(n.keys, fingerprint)
		}
	}
}

// Next returns the current time in the given unit. If the clock did not advance or was
// set back, it returns the last nonce plus one. The caller must hold the turn.
func (s *NonceSequence) Next(unit time.Duration) uint64 {
	s.last = max(s.last+1, uint64(s.now().UnixNano()/int64(unit))) //nolint:gosec // A wall clock after 1970 is positive.
	return s.last
}
