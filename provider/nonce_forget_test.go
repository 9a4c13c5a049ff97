package provider

import (
	"encoding/binary"
	"testing"
	"time"
)

// numbered returns the fingerprint of one of many keys.
func numbered(which int) (fingerprint [32]byte) {
	binary.BigEndian.PutUint64(fingerprint[24:], uint64(which))
	return fingerprint
}

// next returns the next nonce of a key.
func next(t *testing.T, n *Nonces, which int, unit time.Duration) uint64 {
	t.Helper()
	sequence, release, err := n.Acquire(t.Context(), numbered(which))
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	return sequence.Next(unit)
}

// TestKeysOfThePastAreForgotten checks that the store is bounded, and that no key's nonce
// goes back even if the clock does.
func TestKeysOfThePastAreForgotten(t *testing.T) {
	t.Parallel()
	clock := &hands{time.UnixMilli(1700000000000)}
	nonces := NewNonces(clock.now)
	held, release, err := nonces.Acquire(t.Context(), named("held"))
	if err != nil {
		t.Fatal(err)
	}
	const many = 1000
	last := make([]uint64, many)
	for which := range last {
		last[which] = next(t, nonces, which, time.Millisecond)
		if which == many/2 {
			clock.at = clock.at.Add(time.Hour)
		}
	}
	clock.at = clock.at.Add(time.Hour)
	for which := many; which < 3*many; which++ {
		next(t, nonces, which, time.Millisecond)
		clock.at = clock.at.Add(time.Millisecond)
	}
	if len(nonces.keys) > 3*minNonceKeys {
		t.Errorf("%d keys", len(nonces.keys))
	}
	if nonces.keys[named("held")] != held {
		t.Error("a key was forgotten while it was used")
	}
	release()
	clock.at = clock.at.Add(-24 * time.Hour)
	for which := range last {
		if got := next(t, nonces, which, time.Millisecond); got <= last[which] {
			t.Fatalf("key %d: %d after %d", which, got, last[which])
		}
	}
}

// TestFineKeysAreKept checks that a key in a finer unit is remembered, because it may
// never go back to a coarser one.
func TestFineKeysAreKept(t *testing.T) {
	t.Parallel()
	clock := &hands{time.UnixMilli(1700000000000)}
	nonces := NewNonces(clock.now)
	const many = 4 * minNonceKeys
	for which := range many {
		clock.at = clock.at.Add(time.Millisecond)
		next(t, nonces, which, time.Microsecond)
	}
	for which := range many {
		if got := next(t, nonces, which, time.Millisecond); got <= 1700000000000000 {
			t.Errorf("key %d goes back to %d", which, got)
		}
	}
	if got, want := next(t, nonces, -1, time.Millisecond), uint64(clock.at.UnixMilli()); got != want {
		t.Errorf("a new key begins with %d, want the time, %d", got, want)
	}
}
