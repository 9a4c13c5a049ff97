package app

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// chunkSize is the size in bytes of the buffers that hold answers.
const chunkSize = 32 << 10

// closeDelay is how long an HTTP/2 connection may take to end one stream after
// its write deadline. If the client reads nothing at all from the connection,
// the deadline has no effect, so the whole connection is closed.
const closeDelay = time.Second

// connectionKey is the context key of a request's connection.
type connectionKey struct{}

func withConnection(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, connectionKey{}, c)
}

// chunk is a pooled buffer for a part of an answer.
type chunk [chunkSize]byte

var chunks = sync.Pool{New: func() any { return new(chunk) }}

// errAnswerMemory is returned when the memory for answers is used up.
var errAnswerMemory = errors.New("too many answers wait for clients that do not read them")

// piece is a part of an answer: bytes in a chunk, or shared bytes that somebody
// else owns.
type piece struct {
	chunk *chunk
	bytes []byte
}

// answer is the http.ResponseWriter that handlers write to. It buffers the
// response until send.
type answer struct {
	to      http.ResponseWriter
	control *http.ResponseController
	waiting *waiting
	// connection is set for HTTP/2 only.
	connection net.Conn

	status  int
	pieces  []piece
	size    int
	refused bool
	// done are called once the shared bytes are no longer needed.
	done []func()

	// held and began are guarded by waiting.mu.
	held  int
	began time.Time

	// closer closes the connection of an HTTP/2 client that reads nothing; nil
	// otherwise.
	closer *time.Timer

	// mu guards sent. Once sent is set, the connection may already serve
	// another request.
	mu   sync.Mutex
	sent bool
}

// Header implements http.ResponseWriter.
func (a *answer) Header() http.Header { return a.to.Header() }

// WriteHeader implements http.ResponseWriter.
func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

// Write implements http.ResponseWriter.
func (a *answer) Write(p []byte) (int, error) {
	written := 0
	for written < len(p) {
		last := len(a.pieces) - 1
		if last < 0 || len(a.pieces[last].bytes) == cap(a.pieces[last].bytes) {
			if !a.take(chunkSize) {
				return written, errAnswerMemory
			}
			fresh, _ := chunks.Get().(*chunk)
			a.pieces = append(a.pieces, piece{fresh, fresh[:0]})
			last++
		}
		to := &a.pieces[last].bytes
		n := min(cap(*to)-len(*to), len(p)-written)
		*to = append(*to, p[written:written+n]...)
		written += n
	}
	a.size += written
	return written, nil
}

// WriteShared is like Write, but does not copy large slices. p must not change
// until the functions passed to WhenDone are called.
func (a *answer) WriteShared(p []byte) (int, error) {
	if len(p) < chunkSize {
		return a.Write(p)
	}
	if !a.take(len(p)) {
		return 0, errAnswerMemory
	}
	a.pieces = append(a.pieces, piece{nil, p[:len(p):len(p)]})
	a.size += len(p)
	return len(p), nil
}

// WhenDone registers a function to call once the shared bytes are no longer
// needed.
func (a *answer) WhenDone(release func()) { a.done = append(a.done, release) }

// take reserves memory for a piece. Once refused, an answer stays refused.
func (a *answer) take(bytes int) bool {
	a.refused = a.refused || !a.waiting.take(a, bytes)
	return !a.refused
}

// send writes the buffered response to the client. The client has the timeout
// to read all of it, counted from the first byte.
func (a *answer) send(timeout time.Duration) {
	_ = a.control.SetWriteDeadline(time.Now().Add(timeout)) // the real clock, because sockets use it; an error means no socket
	if a.refused {
		a.release()
		for _, name := range []string{"Content-Encoding", "Content-Type", "ETag"} {
			a.Header().Del(name)
		}
		refuse(a.to, errAnswerMemory.Error())
		return
	}
	if a.connection != nil {
		a.closer = time.AfterFunc(timeout+closeDelay, func() { _ = a.connection.Close() })
		defer a.closer.Stop()
	}
	a.waiting.began(a)
	if a.size > 0 {
		a.Header().Set("Content-Length", strconv.Itoa(a.size))
	}
	if a.status != 0 {
		a.to.WriteHeader(a.status)
	}
	for len(a.pieces) > 0 {
		first := a.pieces[0]
		if _, err := a.to.Write(first.bytes); err != nil {
			return // the client disconnected or does not read
		}
		a.pieces = a.pieces[1:]
		a.waiting.gave(a, first.free())
	}
}

// free returns the piece's chunk to the pool, and returns the number of bytes
// to give back to the budget.
func (p *piece) free() int {
	if p.chunk == nil {
		return len(p.bytes)
	}
	chunks.Put(p.chunk)
	return chunkSize
}

// end makes a send that waits for its client fail soon.
func (a *answer) end() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.sent {
		_ = a.control.SetWriteDeadline(time.Unix(1, 0)) // see send
		if a.closer != nil {
			a.closer.Reset(closeDelay)
		}
	}
}

// release gives back the answer's memory. It may be called more than once.
func (a *answer) release() {
	a.mu.Lock()
	a.sent = true
	a.mu.Unlock()
	a.waiting.over(a)
	for i := range a.pieces {
		a.pieces[i].free()
	}
	for _, each := range a.done {
		each()
	}
	a.pieces, a.size, a.done = nil, 0, nil
}
