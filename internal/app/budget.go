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
	// others.
	minWriteTime = time.Second
)

// responseBudget limits the memory of all answers that are being built or
// written. When the memory is used up, the answer that has been written for
// longest is ended to make room, so that clients which do not read cannot lock
// out others. A single answer may exceed the limit if it is alone. It is safe
// for concurrent use.
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
	var oldest *bufferedResponse
	if !fit && len(b.writing) > 0 && b.now().Sub(b.writing[0].began) >= minWriteTime {
		oldest = b.writing[0]
		b.releaseLocked(oldest)
		fit = fits()
	}
	if fit {
		b.used += bytes
		r.held += bytes
	}
	b.mu.Unlock()
	if oldest == nil {
		return fit
	}
	oldest.end()
	return fit || b.reserve(r, bytes)
}

// startWriting records that an answer is complete and being written.
func (b *responseBudget) startWriting(r *bufferedResponse) {
	b.mu.Lock()
	defer b.mu.Unlock()
	r.began = b.now()
	b.writing = append(b.writing, r)
}

// releasePiece returns the memory of a piece that has been written.
func (b *responseBudget) releasePiece(r *bufferedResponse, bytes int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if r.held > 0 { // unless it was ended
		r.held -= bytes
		b.used -= bytes
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
