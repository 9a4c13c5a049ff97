package app

import (
	"context"
	"sync"
)

// reloads runs at most one reload at a time: App.Reload puts App.load through
// it. Everybody who asks meanwhile shares the next one.
type reloads struct {
	running chan struct{} // a semaphore of one

	mu      sync.Mutex
	pending *pendingReload
}

// pendingReload is one reload, shared by everybody who asked before it began.
type pendingReload struct {
	over chan struct{}
	err  error
}

func newReloads() *reloads { return &reloads{running: make(chan struct{}, 1)} }

// do returns the result of a reload that began after the call. The first caller
// to get the semaphore starts the reload for all that wait, unless its own ctx is
// done. do returns early with ctx's error; a reload that has begun goes on.
func (r *reloads) do(ctx context.Context, reload func() error) error {
	r.mu.Lock()
	if r.pending == nil {
		r.pending = &pendingReload{over: make(chan struct{})}
	}
	mine := r.pending
	r.mu.Unlock()
	select {
	case <-mine.over:
		return mine.err
	case <-ctx.Done():
		return ctx.Err()
	case r.running <- struct{}{}:
	}
	select {
	case <-mine.over: // another caller ran it
		<-r.running
		return mine.err
	default:
	}
	if ctx.Err() != nil {
		<-r.running
		return ctx.Err()
	}
	r.mu.Lock()
	r.pending = nil // later callers may have changed the file, so they need another reload
	r.mu.Unlock()
	go func() {
		mine.err = reload()
		close(mine.over) // first: whoever gets the semaphore next may share mine, and must not run it again
		<-r.running
	}()
	select {
	case <-mine.over:
		return mine.err
	case <-ctx.Done():
		return ctx.Err()
	}
}
