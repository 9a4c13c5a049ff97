package provider_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"export_status_exporter/provider"
)

// TestHalfReadAnswersDoNotWaitForGood checks that answers finish even if each of them
// needs more memory than is left.
func TestHalfReadAnswersDoNotWaitForGood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := provider.NewMemory(200)
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				share := memory.Share(1)
				defer share.Release()
				for range 9 { // 90 of the 100 that one answer may use
					if err := share.Grow(t.Context(), 10); err != nil {
						t.Error(err)
						return
					}
					<-time.After(time.Second) // the next bytes are in flight
				}
			})
		}
		all.Wait() // synctest panics on a deadlock
		if got := memory.Taken(); got != 0 {
			t.Errorf("%d bytes were not given back", got)
		}
	})
}

// TestOnlyTheAnswerThatIsTooLargeFails checks that other answers get their memory.
func TestOnlyTheAnswerThatIsTooLargeFails(t *testing.T) {
	t.Parallel()
	memory := provider.NewMemory(200)
	giant, other := memory.Share(1), memory.Share(1)
	if err := giant.Grow(t.Context(), 100); err != nil {
		t.Error(err)
	}
	if err := giant.Grow(t.Context(), 1); !errors.Is(err, provider.ErrMemoryShare) {
		t.Errorf("error %v, want that it is too large", err)
	}
	if err := other.Grow(t.Context(), 100); err != nil {
		t.Errorf("another, in the reserve: %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := memory.Share(1).Grow(ended, 1); !errors.Is(err, provider.ErrMemoryTaken) {
		t.Errorf("error %v, want that all is taken", err)
	}
	giant.Release()
	if err := memory.Share(1).Grow(ended, 1); err != nil {
		t.Errorf("after the giant: %v", err)
	}
}

// TestTheReserveIsLeft checks that an answer in the reserve that shrinks leaves it for
// others, unless the pool has no room.
func TestTheReserveIsLeft(t *testing.T) {
	t.Parallel()
	memory := provider.NewMemory(200)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	grow := func(share *provider.Share, bytes int64, want error) {
		t.Helper()
		if err := share.Grow(ended, bytes); !errors.Is(err, want) {
			t.Errorf("error %v, want %v", err, want)
		}
	}
	first, large, other := memory.Share(1), memory.Share(1), memory.Share(1)
	grow(first, 60, nil)
	grow(large, 100, nil)
	grow(other, 50, provider.ErrMemoryTaken)
	large.Shrink(50) // does not fit beside the first
	grow(other, 50, provider.ErrMemoryTaken)
	large.Shrink(40)
	grow(other, 50, nil)
	grow(first, 40, provider.ErrMemoryTaken) // the reserve is the other's
	for _, each := range []*provider.Share{first, large, other} {
		each.Release()
	}
	if got := memory.Taken(); got != 0 {
		t.Errorf("%d bytes were not given back", got)
	}
	grow(memory.Share(1), 100, nil)
	grow(memory.Share(1), 100, nil)
}

// TestKeep checks that a stored snapshot stays charged until it is replaced, that Keep
// fails if the pool is full, and that it never fails for free answers.
func TestKeep(t *testing.T) {
	t.Parallel()
	memory := provider.NewMemory(200)
	held := memory.Share(1)
	if err := errors.Join(held.Grow(t.Context(), 90), held.Keep(70, nil)); err != nil {
		t.Fatal(err)
	}
	next := memory.Share(1) // 60 do not fit next to 70, so this uses the reserve
	if err := errors.Join(next.Grow(t.Context(), 60), next.Keep(50, held)); err != nil {
		t.Fatal(err)
	}
	if got := memory.Taken(); got != 50 {
		t.Errorf("%d taken, want 50", got)
	}
	third := memory.Share(1)
	if err := third.Grow(t.Context(), 80); err != nil {
		t.Fatal(err)
	}
	if err := third.Keep(60, nil); !errors.Is(err, provider.ErrMemoryTaken) {
		t.Errorf("error %v, want that all is taken", err)
	}
	third.Release()
	if err := memory.Share(1).Keep(500, nil); err != nil {
		t.Errorf("small answers: %v", err)
	}
	next.Release()
	held.Release()
	if got := memory.Taken(); got != 500 {
		t.Errorf("%d taken, want 500", got)
	}
}

// TestStoredSnapshotsNeedNoRoomInThePool: answers that have read a part and wait do not
// keep a finished one from being stored. All together stay within the budget.
func TestStoredSnapshotsNeedNoRoomInThePool(t *testing.T) {
	t.Parallel()
	memory := provider.NewMemory(200)
	waiting, first, second := memory.Share(1), memory.Share(1), memory.Share(1)
	if err := errors.Join(waiting.Grow(t.Context(), 95), first.Grow(t.Context(), 60), first.Keep(60, nil)); err != nil {
		t.Fatal(err)
	}
	if err := second.Grow(t.Context(), 45); err != nil {
		t.Error("beside 155:", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := second.Grow(ended, 1); !errors.Is(err, provider.ErrMemoryTaken) {
		t.Errorf("error %v, want that all is taken", err)
	}
	waiting.Release()
	if err := errors.Join(second.Grow(ended, 1), second.Keep(40, nil)); err != nil {
		t.Error("after it was given back:", err)
	}
	third := memory.Share(1)
	if err := errors.Join(third.Grow(t.Context(), 10), third.Keep(1, nil)); !errors.Is(err, provider.ErrMemoryTaken) {
		t.Errorf("error %v, want that stored snapshots take all", err)
	}
	third.Release()
	first.Shrink(50)
	second.Release()
	if err := memory.Share(1).Grow(ended, 50); err != nil || memory.Taken() != 100 {
		t.Errorf("%d taken, %v", memory.Taken(), err)
	}
}
