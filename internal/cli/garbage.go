package cli

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync/atomic"
)

// Go collects garbage whenever the heap has doubled, from 4 MiB on. Neither end
// of that suits an exporter: a scrape of a few accounts makes a megabyte, so
// every third one would pay for a collection, and of a large fleet nearly all
// that lives are ready bytes, which cost nothing to collect but twice their size.
const (
	// smallHeap is how large a heap may become before it is collected.
	smallHeap = 16 << 20
	// muchGarbage is the most that a heap may grow by, as long as that is no less
	// than leastPercent of what lives.
	muchGarbage  = 128 << 20
	leastPercent = 25
	// mostPercent collects a heap of which next to nothing lives at smallHeap: by
	// Go's own 100, that is 4 MiB.
	mostPercent = 100 * smallHeap / (4 << 20)
)

// tuneGarbage makes the garbage collector let the heap grow to 16 MiB, else to
// the double of what lives, but by no more than 128 MiB or a quarter. It does
// nothing if the operator has set GOGC; GOMEMLIMIT works as always. Stop restores
// what was.
func tuneGarbage() (stop func()) {
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
	percent := percentOf(live[0].Value.Uint64())
	if change := percent - c.percent; 10*max(change, -change) > c.percent { // setting it stops everything for a moment
		c.percent = percent
		debug.SetGCPercent(percent)
	}
	if c.seen != nil {
		c.seen(c.percent)
	}
	c.await()
}

// percentOf is how much of what lives a heap may grow by.
func percentOf(live uint64) int {
	if live == 0 {
		return mostPercent
	}
	grow := max(min(live, muchGarbage), smallHeap-min(live, smallHeap))
	return int(min(max(100*grow/live, leastPercent), mostPercent))
}
