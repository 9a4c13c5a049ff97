package app

import (
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

const (
	// writeTimeout is how long a client may take to read an answer, from its
	// first byte. Prometheus has given up by then.
	writeTimeout = 30 * time.Second
	// sureTime is how long an answer is safe from being ended in favor of
	// others.
	sureTime = time.Second
)

// waiting limits the memory of all answers that are being built or written.
// When the memory is used up, the answer that has been written for longest is
// ended to make room, so that clients which do not read cannot lock out others.
// A single answer may exceed the limit if it is alone. It is safe for
// concurrent use.
type waiting struct {
	limit int
	now   func() time.Time

	mu      sync.Mutex
	used    int
	writing []*answer // the oldest first
}

// take reserves bytes for an answer, and reports whether there was room.
func (w *waiting) take(a *answer, bytes int) bool {
	fits := func() bool { return w.used+bytes <= w.limit || w.used == a.held }
	w.mu.Lock()
	fit := fits()
	var oldest *answer
	if !fit && len(w.writing) > 0 && w.now().Sub(w.writing[0].began) >= sureTime {
		oldest = w.writing[0]
		w.forget(oldest)
		fit = fits()
	}
	if fit {
		w.used += bytes
		a.held += bytes
	}
	w.mu.Unlock()
	if oldest == nil {
		return fit
	}
	oldest.end()
	return fit || w.take(a, bytes)
}

// began records that an answer is complete and being written.
func (w *waiting) began(a *answer) {
	w.mu.Lock()
	defer w.mu.Unlock()
	a.began = w.now()
	w.writing = append(w.writing, a)
}

// gave returns the memory of a piece that has been written.
func (w *waiting) gave(a *answer, bytes int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if a.held > 0 { // unless it was ended
		a.held -= bytes
		w.used -= bytes
	}
}

// over returns all memory of an answer.
func (w *waiting) over(a *answer) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.forget(a)
}

// forget returns the memory of an answer and removes it from writing. The
// caller must hold mu. The memory of an ended answer is really free only once
// its writer has noticed.
func (w *waiting) forget(a *answer) {
	w.used -= a.held
	a.held = 0
	if at := slices.Index(w.writing, a); at >= 0 {
		w.writing = slices.Delete(w.writing, at, at+1)
	}
}

// lane holds the resources that the requests of one kind share: a limited
// number of handlers, and memory for answers that are not written yet.
type lane struct {
	places  chan struct{}
	refusal string
	waiting waiting
	timeout time.Duration
}

func newLane(places, memory int, refusal string, timeout time.Duration) *lane {
	// Write deadlines use the real clock, so this does too.
	return &lane{places: make(chan struct{}, places), refusal: refusal, waiting: waiting{limit: memory, now: time.Now}, timeout: timeout}
}

// answered runs a handler in one of the places and buffers its compressed
// answer. The place is free again before the answer is written.
func (l *lane) answered(next http.HandlerFunc) http.Handler { return l.buffered(l.bounded(next)) }

// bounded rejects requests beyond the limit instead of queueing them.
// Prometheus will scrape again, and a queue only makes every answer late.
func (l *lane) bounded(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		select {
		case l.places <- struct{}{}:
			defer func() { <-l.places }()
			next(w, r)
		default:
			refuse(w, l.refusal)
		}
	}
}

// direct is for answers that are smaller than any buffer. A client that does
// not read one blocks neither a place nor memory of the lane.
func (l *lane) direct(next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(l.timeout)) // see answer.send
		next(w, r)
	})
}

// buffered buffers the answers of a handler without taking a place.
func (l *lane) buffered(next http.HandlerFunc) http.Handler {
	packed := compressed(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a := &answer{to: w, control: http.NewResponseController(w), waiting: &l.waiting}
		if r.ProtoMajor > 1 {
			a.connection, _ = r.Context().Value(connectionKey{}).(net.Conn)
		}
		defer a.release()
		packed.ServeHTTP(a, r)
		a.send(l.timeout)
	})
}

func refuse(w http.ResponseWriter, why string) {
	w.Header().Set("Retry-After", "1")
	http.Error(w, why, http.StatusServiceUnavailable)
}
