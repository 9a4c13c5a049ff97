package app

import (
	"slices"
	"sync"
	"time"
)

const (
	// writeTimeout is how long a client may take to read an answer, from its
	// first byte. Prometheus has given up by then.
	writeTimeout = 30 * time.Second
	// minWriteTime is how long an answer is safe from being ended in favor of
	// others, from its first byte or its last progress.
	minWriteTime = time.Second
	// minReadRate is how many bytes per second a client must read on average to be
	// safe for longer: for fastReadTime, from the first byte.
	minReadRate  = 256 << 10
	fastReadTime = 5 * time.Second
)

// responseBudget limits the memory of all answers that are being built or
// written. When the memory is used up, an answer is ended to make room, so that
// clients which do not read cannot lock out others: the one whose client has read
// nothing for longest, or else, if all read, the one that has been written for
// longest. Those that are read fast are not ended early, because new clients that read
// nothing could otherwise end all others. A single answer may exceed the limit if it is alone. It is safe for
// concurrent use.
type responseBudget struct {
	limit int
	now   func() time.Time

	mu      sync.Mutex
	used    int
	writing []*bufferedResponse // the oldest first
}

// reserve reserves bytes for an answer, and reports whether there was room.
func (b *responseBudget) reserve(r *bufferedResponse, bytes int) bool {
	fits := func() bool { return b.used+bytes <= b.limit || b.used == r.held }
	b.mu.Lock()
	fit := fits()
	var victim *bufferedResponse
	if !fit {
		if victim = b.victim(); victim != nil {
			b.releaseLocked(victim)
			fit = fits()
		}
	}
	if fit {
		b.used += bytes
		r.held += bytes
	}
	b.mu.Unlock()
	if victim == nil {
		return fit
	}
	victim.end()
	return fit || b.reserve(r, bytes)
}

// victim returns the answer to end, or nil. The caller must hold mu.
func (b *responseBudget) victim() *bufferedResponse {
	if len(b.writing) == 0 {
		return nil
	}
	now := b.now()
	stalled := slices.MinFunc(b.writing, func(x, y *bufferedResponse) int { return x.moved.Compare(y.moved) })
	if now.Sub(stalled.moved) >= minWriteTime {
		return stalled
	}
	for _, each := range b.writing {
		age := now.Sub(each.began)
		fast := float64(each.written) >= minReadRate*age.Seconds()
		if age >= fastReadTime || age >= minWriteTime && !fast {
			return each
		}
	}
	return nil
}

// endStalled ends the answers whose clients read nothing.
func (b *responseBudget) endStalled() {
	b.mu.Lock()
	now := b.now()
	stalled := slices.DeleteFunc(slices.Clone(b.writing), func(r *bufferedResponse) bool { return now.Sub(r.moved) < minWriteTime })
	b.mu.Unlock()
	for _, each := range stalled {
		each.end()
	}
}

// startWriting records that an answer is complete and being written.
func (b *responseBudget) startWriting(r *bufferedResponse) {
	b.mu.Lock()
	defer b.mu.Unlock()
	r.began = b.now()
	r.moved = r.began
	b.writing = append(b.writing, r)
}

// progress records that the client has read some bytes, and returns the memory of what
// has been written as a whole.
func (b *responseBudget) progress(r *bufferedResponse, written, memory int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	r.moved = b.now()
	r.written += written
	if r.held > 0 { // unless it was ended
		r.held -= memory
		b.used -= memory
	}
}

// release returns all memory of an answer.
func (b *responseBudget) release(r *bufferedResponse) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.releaseLocked(r)
}

// releaseLocked returns the memory of an answer and removes it from writing.
// The caller must hold mu. The memory of an ended answer is really free only
// once its writer has noticed.
func (b *responseBudget) releaseLocked(r *bufferedResponse) {
	b.used -= r.held
	r.held = 0
	if at := slices.Index(b.writing, r); at >= 0 {
		b.writing = slices.Delete(b.writing, at, at+1)
	}
}
