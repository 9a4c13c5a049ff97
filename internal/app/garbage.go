package app

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync/atomic"
)

// Go collects garbage whenever the heap has doubled, from 4 MiB on. A scrape of
// a few accounts makes a megabyte, so every third one would pay for a collection
// of a heap that is hardly larger than what the collector itself needs.
const (
	// smallHeap is how large a heap may become before it is collected.
	smallHeap = 16 << 20
	// Go's own value, and the largest that is set: with it, a heap of which next
	// to nothing lives is collected at smallHeap.
	usualPercent = 100
	mostPercent  = usualPercent * smallHeap / (4 << 20)
)

// SpareSmallHeap makes the garbage collector wait until the heap has 16 MiB.
// Heaps of which half of that lives are collected as always. It does nothing if
// the operator has set GOGC; GOMEMLIMIT works as always. Stop restores what was.
func SpareSmallHeap() (stop func()) {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	c := &collections{percent: mostPercent}
	before := debug.SetGCPercent(mostPercent)
	c.await()
	return func() {
		c.stopped.Store(true)
		debug.SetGCPercent(before)
	}
}

// collections adapts the collector's percentage to the heap after each of its
// runs.
type collections struct {
	percent int
	stopped atomic.Bool
	// seen is called after each collection. It is for tests, which set it before
	// the first.
	seen func(percent int)
}

// await waits for the end of the next collection: that of an object which
// nobody holds.
func (c *collections) await() {
	marker := new([16]byte) // large enough to be an object of its own
	runtime.AddCleanup(marker, (*collections).ended, c)
}

func (c *collections) ended() {
	if c.stopped.Load() {
		return
	}
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	if percent := percentOf(live[0].Value.Uint64()); percent != c.percent {
		c.percent = percent
		debug.SetGCPercent(percent) // it stops everything for a moment
	}
	if c.seen != nil {
		c.seen(c.percent)
	}
	c.await()
}

// percentOf is how much of what lives a heap may grow by, in steps of 50, so
// that it is seldom changed.
func percentOf(live uint64) int {
	const step = 50
	percent := mostPercent
	if live > 0 {
		percent = int(min((smallHeap-min(live, smallHeap))*100/live, mostPercent)) //nolint:gosec // It is small.
	}
	return max(percent/step*step, usualPercent)
}
