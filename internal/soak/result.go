package main

import (
	"fmt"
	"slices"
	"time"

	"export_status_exporter/internal/sandbox"
)

// result is what a soak was, in numbers.
type result struct {
	options
	broken []string

	whole, probes    []time.Duration
	left, late       int
	samples          int
	deaf             int64 // answers that nobody read
	requests         int64
	switched         int
	failed, starved  int
	reloads, refused int
	waiting          int
	stalled          time.Duration // of the log
	dropped          uint64        // lines of it
	hung             time.Duration // secret files
	streams          int64         // over HTTP/2
	refusals         int64         // of them
	// Before and after.
	heap, goroutines, files [2]int
	peak                    int
	running                 int // descriptors before the end
}

// count takes the actors' numbers.
func (c *course) count(r *result) {
	s := c.scrapers
	r.whole, r.probes, r.left, r.late, r.samples = s.whole, s.probes, s.left, s.late, s.samples
	slices.Sort(r.whole)
	slices.Sort(r.probes)
	for _, p := range sandbox.Providers() {
		r.requests += c.sandbox.Count(p)
	}
	r.failed, r.starved = c.log.counts()
	r.deaf = c.deaf.asked.Load()
	r.switched = c.director.switched
	r.reloads, r.refused = c.reloads.reloads, c.reloads.refused
	r.peak = peakMemory()
	r.hung, r.streams, r.refusals = c.hanging.took, c.refusing.streams.Load(), c.refusing.refused.Load()
	r.stalled, r.dropped = c.stall.took, c.lost()
}

// quantile returns the value at a part of a sorted list, 0 of an empty one.
func quantile(sorted []time.Duration, part float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[int(part*float64(len(sorted)-1))].Round(time.Millisecond)
}

// String is the one line that release notes quote. The memory is that of the
// program, the emulated providers and the scrapers together; late scrapes and
// timeouts without a fault tell of a machine that was too small.
func (r result) String() string {
	word := "ok"
	if len(r.broken) > 0 {
		word = fmt.Sprintf("FAILED, %d promises broken", len(r.broken))
	}
	return fmt.Sprintf("soak %s: %s, %d accounts, %d scrapers; ", word, r.duration, r.accounts, r.scrapers) +
		fmt.Sprintf("%d scrapes of up to %d series, p50 %s, p99 %s; ", len(r.whole), r.samples, quantile(r.whole, .5), quantile(r.whole, .99)) +
		fmt.Sprintf("%d probes, p50 %s, p99 %s; ", len(r.probes), quantile(r.probes, .5), quantile(r.probes, .99)) +
		fmt.Sprintf("%d left early, %d late, %d answers not read; ", r.left, r.late, r.deaf) +
		fmt.Sprintf("%d requests to providers, %d faults, %d refreshes failed, %d of them without a fault; ", r.requests, r.switched, r.failed, r.starved) +
		fmt.Sprintf("%d reloads, %d refused; %d sources held back at the end; ", r.reloads, r.refused, r.waiting) +
		fmt.Sprintf("log stalled for %s, %d lines dropped; ", r.stalled.Round(time.Millisecond), r.dropped) +
		fmt.Sprintf("secret files hung for %s, %d of %d HTTP/2 streams refused; ", r.hung.Round(time.Millisecond), r.refusals, r.streams) +
		fmt.Sprintf("heap %d to %d MiB, peak RSS %d MiB; ", r.heap[0], r.heap[1], r.peak) +
		fmt.Sprintf("goroutines %d to %d, descriptors %d to %d, %d while running; seed %d",
			r.goroutines[0], r.goroutines[1], r.files[0], r.files[1], r.running, r.seed)
}
