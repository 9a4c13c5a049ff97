package provider

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// hands is a clock that the test sets.
type hands struct{ at time.Time }

func (h *hands) now() time.Time { return h.at }

// named returns the fingerprint of a key.
func named(name string) (fingerprint [32]byte) {
	copy(fingerprint[:], name)
	return fingerprint
}

// key returns the sequence of a key, which the test then uses for ever.
func key(n *Nonces, name string) *NonceSequence { return n.enter(named(name)) }

func TestNonceIsTheClockInItsUnit(t *testing.T) {
	t.Parallel()
	at := time.Unix(1700000000, 123456789)
	for _, c := range []struct {
		unit time.Duration
		want uint64
	}{
		{time.Millisecond, 1700000000123},
		{time.Microsecond, 1700000000123456},
		{time.Nanosecond, 1700000000123456789},
	} {
		clock := &hands{at}
		if got := key(NewNonces(clock.now), "k").Next(c.unit); got != c.want {
			t.Errorf("%s: nonce %d, want %d", c.unit, got, c.want)
		}
	}
}

func TestNonceNeverGoesBack(t *testing.T) {
	t.Parallel()
	start := time.UnixMilli(1700000000000)
	clock := &hands{start}
	sequence := key(NewNonces(clock.now), "k")
	var got []uint64
	for _, at := range []time.Duration{
		0, 0, 0, // the clock does not move
		-time.Hour, -2 * time.Hour, // set back
		4 * time.Millisecond,               // still behind
		time.Second, time.Second, -1 << 40, // runs, stops, is set back again
	} {
		clock.at = start.Add(at)
		got = append(got, sequence.Next(time.Millisecond))
	}
	want := []uint64{
		1700000000000, 1700000000001, 1700000000002,
		1700000000003, 1700000000004,
		1700000000005,
		1700000001000, 1700000001001, 1700000001002,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("nonces (-want +got):\n%s", diff)
	}
}

func TestNonceStaysInTheFinestUnitItEverHad(t *testing.T) {
	t.Parallel()
	clock := &hands{time.Unix(1700000000, 0)}
	sequence := key(NewNonces(clock.now), "k")
	fine := sequence.Next(time.Nanosecond)
	if coarse := sequence.Next(time.Millisecond); coarse != fine+1 {
		t.Errorf("after nanosecond nonce %d came %d", fine, coarse)
	}
}

func TestEachKeyHasItsOwnNonce(t *testing.T) {
	t.Parallel()
	clock := &hands{time.UnixMilli(1700000000000)}
	nonces := NewNonces(clock.now)
	one, two := key(nonces, "one"), key(nonces, "two")
	if key(nonces, "one") != one {
		t.Error("a key's sequence started again")
	}
	got := []uint64{one.Next(time.Millisecond), one.Next(time.Millisecond), two.Next(time.Millisecond)}
	want := []uint64{1700000000000, 1700000000001, 1700000000000}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("nonces (-want +got):\n%s", diff)
	}
	_, release, err := nonces.Acquire(t.Context(), named("one"))
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	_, other, err := nonces.Acquire(t.Context(), named("two"))
	if err != nil {
		t.Fatalf("one key's turn held up another key: %v", err)
	}
	other()
}

func TestTurnIsExclusive(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		nonces := NewNonces(time.Now)
		_, release, err := nonces.Acquire(t.Context(), named("k"))
		if err != nil {
			t.Fatal(err)
		}
		got := false
		go func() {
			_, second, err := nonces.Acquire(t.Context(), named("k"))
			if err != nil {
				t.Error(err)
				return
			}
			got = true
			second()
		}()
		synctest.Wait()
		if got {
			t.Error("two had the turn at once")
		}
		release()
		synctest.Wait()
		if !got {
			t.Error("the turn was not handed on")
		}
	})
}

func TestTurnIsWaitedForNoLongerThanTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		nonces := NewNonces(time.Now)
		_, release, err := nonces.Acquire(t.Context(), named("k"))
		if err != nil {
			t.Fatal(err)
		}
		limited, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		begun := time.Now()
		if _, _, err := nonces.Acquire(limited, named("k")); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v", err)
		}
		if waited := time.Since(begun); waited != 10*time.Second {
			t.Errorf("waited %s", waited)
		}
		release()
		// A caller that gave up must not keep the turn.
		_, again, err := nonces.Acquire(t.Context(), named("k"))
		if err != nil {
			t.Fatal(err)
		}
		again()
	})
}

func TestAFreeTurnIsNotGivenToWhoIsGone(t *testing.T) {
	t.Parallel()
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	nonces := NewNonces(time.Now)
	for range 50 { // a random select would show both results in 50 rounds
		if _, _, err := nonces.Acquire(gone, named("k")); !errors.Is(err, context.Canceled) {
			t.Fatalf("error %v", err)
		}
	}
}

func TestNoncesOfManyAtOnceAreStrictlyIncreasing(t *testing.T) {
	t.Parallel()
	clock := &hands{time.UnixMilli(1700000000000)}
	nonces := NewNonces(clock.now)
	var (
		wait sync.WaitGroup
		got  []uint64 // guarded by the turn
	)
	for range 16 {
		wait.Go(func() {
			for range 50 {
				sequence, release, err := nonces.Acquire(t.Context(), named("k"))
				if err != nil {
					t.Error(err)
					return
				}
				got = append(got, sequence.Next(time.Millisecond))
				release()
			}
		})
	}
	wait.Wait()
	if len(got) != 800 {
		t.Fatalf("%d nonces", len(got))
	}
	for i, nonce := range got {
		if nonce != 1700000000000+uint64(i) {
			t.Fatalf("nonce %d is %d", i, nonce)
		}
	}
}
