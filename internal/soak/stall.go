package main

import (
	"context"
	"io"
	"sync"
	"time"
)

// stall is a log that nobody reads for a while: meanwhile every write waits.
type stall struct {
	next io.Writer

	gate sync.Mutex    // held while nobody reads
	took time.Duration // of all stalls; read it when no load is on
}

// longestStall is how long one stall lasts at most.
const longestStall = 5 * time.Second

// Write waits for the end of a stall.
func (s *stall) Write(line []byte) (int, error) {
	s.gate.Lock()
	s.gate.Unlock() //nolint:staticcheck // Only the wait counts.
	return s.next.Write(line)
}

// run has one stall in the midst of a load that lasts d.
func (s *stall) run(ctx context.Context, d time.Duration) {
	if !wait(ctx, d/4) {
		return
	}
	s.gate.Lock()
	defer s.gate.Unlock()
	begin := time.Now()
	wait(ctx, min(d/2, longestStall))
	s.took += time.Since(begin)
}
