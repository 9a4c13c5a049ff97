package cli

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync/atomic"
)

// By default, Go starts a garbage collection whenever the heap has doubled,
// from 4 MiB on. That suits an exporter at neither end. With few accounts, a
// scrape allocates a megabyte, so every third one would pay for a collection.
// With many accounts, nearly all of the live heap is cached bytes: they are
// cheap to collect, but doubling them is expensive.
const (
	// smallHeap is the heap size in bytes that needs no collection.
	smallHeap = 16 << 20
	// muchGarbage is the maximum growth of the heap in bytes, unless that is
	// less than leastPercent of the live heap.
	muchGarbage  = 128 << 20
	leastPercent = 25
	// mostPercent makes a nearly empty heap grow to smallHeap: with Go's
	// default of 100, it would be collected at 4 MiB.
	mostPercent = 100 * smallHeap / (4 << 20)
)

// tuneGarbage lets the heap grow to 16 MiB, or to twice the live heap, but by
// at most 128 MiB or a quarter of the live heap, whichever is more. It does
// nothing if GOGC is set; GOMEMLIMIT works as usual. stop restores the previous
// setting.
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

// collections adjusts the collector's percentage to the live heap after each
// collection.
type collections struct {
	percent int
	stopped atomic.Bool
	// seen is called after each collection. Tests set it before the first one.
	seen func(percent int)
}

// await arranges for ended to be called after the next collection, by a cleanup
// on an unreachable object.
func (c *collections) await() {
	marker := new([16]byte) // large enough that Go does not batch it with other objects
	runtime.AddCleanup(marker, (*collections).ended, c)
}

func (c *collections) ended() {
	if c.stopped.Load() {
		return
	}
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	percent := percentOf(live[0].Value.Uint64())
	if change := percent - c.percent; 10*max(change, -change) > c.percent { // setting it stops the world
		c.percent = percent
		debug.SetGCPercent(percent)
	}
	if c.seen != nil {
		c.seen(c.percent)
	}
	c.await()
}

// percentOf returns by how many percent of the live heap, in bytes, the heap
// may grow.
func percentOf(live uint64) int {
	if live == 0 {
		return mostPercent
	}
	grow := max(min(live, muchGarbage), smallHeap-min(live, smallHeap))
	return int(min(max(100*grow/live, leastPercent), mostPercent))
}
