package cli

import (
	"runtime"
	"runtime/debug"
	"testing"
)

func TestPercentOf(t *testing.T) {
	t.Parallel()
	const mib = 1 << 20
	for _, c := range []struct {
		live uint64
		want int
	}{
		{0, 400},
		{mib, 400},
		{smallHeap / 5, 400},
		{4 * mib, 300},
		{6 * mib, 166},
		{8 * mib, 100},
		{100 * mib, 100},
		{128 * mib, 100},
		{256 * mib, 50},
		{512 * mib, 25},
		{4096 * mib, 25},
	} {
		if got := percentOf(c.live); got != c.want {
			t.Errorf("%d bytes: %d, want %d", c.live, got, c.want)
		}
		// Above the small heap, the limit is never larger than Go's own.
		if goal := c.live + c.live*uint64(percentOf(c.live))/100; c.live > 0 && goal > max(smallHeap, 2*c.live) {
			t.Errorf("%d bytes may become %d", c.live, goal)
		}
	}
}

// TestTuneGarbage: the percentage follows the live heap, and stop restores it.
func TestTuneGarbage(t *testing.T) {
	t.Setenv("GOGC", "")
	seen := make(chan int, 100)
	c := &collections{percent: mostPercent, seen: func(percent int) { seen <- percent }}
	c.await()
	await := func(want int) {
		t.Helper()
		for {
			runtime.GC()
			if percent := <-seen; percent == want {
				return
			}
		}
	}
	large := make([]byte, 2*smallHeap)
	await(100)
	runtime.KeepAlive(large)
	if got := debug.SetGCPercent(100); got != 100 {
		t.Errorf("the runtime has %d", got)
	}
	c.stopped.Store(true)
	runtime.GC()

	before := debug.SetGCPercent(70)
	defer debug.SetGCPercent(before)
	stop := tuneGarbage()
	if got := debug.SetGCPercent(mostPercent); got < 100 {
		t.Errorf("the runtime has %d", got)
	}
	stop()
	if got := debug.SetGCPercent(70); got != 70 {
		t.Errorf("after the end, the runtime has %d", got)
	}
}

// TestTuneGarbageKeepsGOGC: an operator's own value is not touched.
func TestTuneGarbageKeepsGOGC(t *testing.T) {
	t.Setenv("GOGC", "70")
	before := debug.SetGCPercent(70)
	defer debug.SetGCPercent(before)
	stop := tuneGarbage()
	stop()
	if got := debug.SetGCPercent(70); got != 70 {
		t.Errorf("the runtime has %d", got)
	}
}
