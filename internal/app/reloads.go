package app

import (
	"context"
	"sync"
)

// reloads lets one reload run and one wait, whoever asked for them.
type reloads struct {
	running chan struct{} // a place

	mu   sync.Mutex
	next *turn
}

// turn is one reload for everybody who asked before it began.
type turn struct {
	over chan struct{}
	err  error
}

func newReloads() *reloads { return &reloads{running: make(chan struct{}, 1)} }

// do returns what came of a reload that began after the call. The first who
// finds the place free runs it, for all who wait. If all have left by then, it
// is not begun.
func (r *reloads) do(ctx context.Context, reload func() error) error {
	r.mu.Lock()
	if r.next == nil {
		r.next = &turn{over: make(chan struct{})}
	}
	mine := r.next
	r.mu.Unlock()
	select {
	case <-mine.over:
		return mine.err
	case <-ctx.Done():
		return ctx.Err()
	case r.running <- struct{}{}:
	}
	defer func() { <-r.running }()
	select {
	case <-mine.over: // another was quicker
		return mine.err
	default:
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	r.mu.Lock()
	r.next = nil // who comes from now on may have changed the file
	r.mu.Unlock()
	defer close(mine.over)
	mine.err = reload()
	return mine.err
}
