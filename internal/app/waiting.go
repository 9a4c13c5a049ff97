package app

import (
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

const (
	// writeTimeout is how long a client may take for an answer, from its first
	// byte. Prometheus has given up by then.
	writeTimeout = 30 * time.Second
	// sureTime is how long a client has an answer's memory for itself.
	sureTime = time.Second
)

// waiting bounds the bytes of the answers that are made or wait to be taken,
// over all clients. When they are used up, what has been written for longest
// is ended for what is made, so that clients which do not read cannot keep out
// those that do. One answer that is alone may be larger than the bound. It is
// safe for concurrent use.
type waiting struct {
	limit int
	now   func() time.Time

	mu      sync.Mutex
	used    int
	writing []*answer // the oldest first
}

// take lets an answer have so many bytes more, or not.
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

// began notes that an answer is whole and being written.
func (w *waiting) began(a *answer) {
	w.mu.Lock()
	defer w.mu.Unlock()
	a.began = w.now()
	w.writing = append(w.writing, a)
}

// gave takes back a piece of an answer that is being written.
func (w *waiting) gave(a *answer, bytes int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if a.held > 0 { // it was not forgotten
		a.held -= bytes
		w.used -= bytes
	}
}

// over takes back all of an answer.
func (w *waiting) over(a *answer) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.forget(a)
}

// forget needs the lock. The memory of an answer that is ended is free as soon
// as its writer has noticed.
func (w *waiting) forget(a *answer) {
	w.used -= a.held
	a.held = 0
	if at := slices.Index(w.writing, a); at >= 0 {
		w.writing = slices.Delete(w.writing, at, at+1)
	}
}

// lane is what the requests of one kind share: places while their answers are
// made, and memory until these are taken. No kind can keep out another.
type lane struct {
	places  chan struct{}
	refusal string
	waiting waiting
	timeout time.Duration
}

func newLane(places, memory int, refusal string, timeout time.Duration) *lane {
	// Sockets know no other clock.
	return &lane{places: make(chan struct{}, places), refusal: refusal, waiting: waiting{limit: memory, now: time.Now}, timeout: timeout}
}

// answered makes the answers of a handler in memory, compressed, in one of the
// places, and writes them when the place has been given back.
func (l *lane) answered(next http.HandlerFunc) http.Handler { return l.buffered(l.bounded(next)) }

// bounded refuses requests beyond the places instead of queueing them:
// Prometheus asks again, and a queue only makes every answer late.
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

// direct writes answers that are smaller than any buffer. What a client does not
// take of them holds neither a place nor memory of the lane.
func (l *lane) direct(next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(l.timeout)) // as in send
		next(w, r)
	})
}

// buffered makes answers in memory without asking for a place.
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
