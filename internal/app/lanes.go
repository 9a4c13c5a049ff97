package app

import (
	"math"
	"net"
	"net/http"
	"runtime/debug"
	"time"
)

// Limits on the concurrent requests of each kind, and on the memory in bytes
// for their answers. The number of scrapes is limited by --web.max-requests.
const (
	processSlots = 16
	pageSlots    = 4
	healthSlots  = 16
	profileSlots = 4

	scrapeMemory  = 64 << 20
	processMemory = 4 << 20
	pageMemory    = 16 << 20
	healthMemory  = 1 << 20
)

// lanes separate the kinds of requests, so that one kind cannot starve another.
// People never push out a scrape, scrapes never push out a health check, and
// the metrics of the process are always available.
type lanes struct {
	scrapes, process, pages, health, profiles *lane
}

func newLanes(maxScrapes int, timeout time.Duration, connections *connLimiter) lanes {
	return lanes{
		scrapes:  newLane(maxScrapes, scaledToMemLimit(scrapeMemory), "too many scrapes at once, see --web.max-requests", timeout, connections),
		process:  newLane(processSlots, scaledToMemLimit(processMemory), "too many requests at once", timeout, connections),
		pages:    newLane(pageSlots, scaledToMemLimit(pageMemory), "too many pages at once", timeout, connections),
		health:   newLane(healthSlots, scaledToMemLimit(healthMemory), "too many health checks at once", timeout, connections),
		profiles: newLane(profileSlots, 0, "too many profiles at once", timeout, connections),
	}
}

// endStalled ends the answers whose clients read nothing.
func (l *lanes) endStalled() {
	for _, each := range []*lane{l.scrapes, l.process, l.pages, l.health} {
		each.budget.endStalled()
	}
}

// scaledToMemLimit reduces a memory limit if GOMEMLIMIT is small: all answers
// together use at most a quarter of it.
func scaledToMemLimit(most int) int {
	const all = scrapeMemory + processMemory + pageMemory + healthMemory
	limit := debug.SetMemoryLimit(-1)
	if limit == math.MaxInt64 || limit/4 > all {
		return most
	}
	return int(float64(most) * float64(limit) / 4 / all)
}

// lane holds the resources that the requests of one kind share: a limited
// number of handlers, and memory for answers that are not written yet.
type lane struct {
	// turn admits one handler at a time to what takes memory that no budget limits.
	turn    chan struct{}
	slots   chan struct{}
	refusal string
	budget  responseBudget
	timeout time.Duration
	// connections protects the connections of requests that hold a slot.
	connections *connLimiter
}

func newLane(slots, memory int, refusal string, timeout time.Duration, connections *connLimiter) *lane {
	return &lane{
		turn: make(chan struct{}, 1), slots: make(chan struct{}, slots), refusal: refusal, timeout: timeout, connections: connections,
		budget: responseBudget{limit: memory, now: time.Now}, // write deadlines use the real clock, so this does too
	}
}

// answered runs a handler in one of the slots and buffers its compressed
// answer. The slot is free again before the answer is written.
func (l *lane) answered(next http.HandlerFunc) http.Handler {
	return l.buffered(l.limitConcurrency(next))
}

// limitConcurrency rejects requests beyond the limit instead of queueing them.
// Prometheus will scrape again, and a queue only makes every answer late.
func (l *lane) limitConcurrency(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		select {
		case l.slots <- struct{}{}:
			defer func() { <-l.slots }()
			connection, _ := r.Context().Value(connectionKey{}).(net.Conn)
			defer l.connections.hold(connection)()
			next(w, r)
		default:
			refuse(w, l.refusal)
		}
	}
}

// inTurn is like answered, but the handlers run one after the other: each keeps the
// exports of the moment in which it began.
func (l *lane) inTurn(next http.HandlerFunc) http.Handler {
	return l.answered(func(w http.ResponseWriter, r *http.Request) {
		select {
		case l.turn <- struct{}{}:
			defer func() { <-l.turn }()
			next(w, r)
		case <-r.Context().Done(): // the client disconnected
		}
	})
}

// streamed runs a handler in one of the slots, and does not buffer its answer.
func (l *lane) streamed(next http.HandlerFunc) http.Handler {
	return l.limitConcurrency(func(w http.ResponseWriter, r *http.Request) {
		_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(l.timeout)) // see bufferedResponse.send
		next(w, r)
	})
}

// buffered buffers the answers of a handler without taking a slot.
func (l *lane) buffered(next http.HandlerFunc) http.Handler {
	packed := compressed(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a := &bufferedResponse{to: w, control: http.NewResponseController(w), budget: &l.budget, counted: !r.ProtoAtLeast(1, 1)}
		if r.ProtoMajor > 1 {
			a.connection, _ = r.Context().Value(connectionKey{}).(net.Conn)
		}
		defer a.release()
		packed.ServeHTTP(a, r)
		if len(a.pieces) == 0 && r.Context().Err() != nil {
			// The handler gave up, but the client may have closed only its own half of
			// the connection. It must not take nothing for an answer.
			a.WriteHeader(http.StatusServiceUnavailable)
		}
		a.send(l.timeout)
	})
}

func refuse(w http.ResponseWriter, why string) {
	w.Header().Set("Retry-After", "1")
	http.Error(w, why, http.StatusServiceUnavailable)
}
