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

// bufferedResponse is the http.ResponseWriter that handlers write to. It
// buffers the response until send.
type bufferedResponse struct {
	to      http.ResponseWriter
	control *http.ResponseController
	budget  *responseBudget
	// connection is set for HTTP/2 only.
	connection net.Conn

	status   int
	pieces   []piece
	size     int
	noMemory bool
	// done are called once the shared bytes are no longer needed.
	done []func()

	// held and began are guarded by budget.mu.
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
func (r *bufferedResponse) Header() http.Header { return r.to.Header() }

// WriteHeader implements http.ResponseWriter.
func (r *bufferedResponse) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
}

// Write implements http.ResponseWriter.
func (r *bufferedResponse) Write(p []byte) (int, error) {
	written := 0
	for written < len(p) {
		last := len(r.pieces) - 1
		if last < 0 || len(r.pieces[last].bytes) == cap(r.pieces[last].bytes) {
			if !r.take(chunkSize) {
				return written, errAnswerMemory
			}
			fresh, _ := chunks.Get().(*chunk)
			r.pieces = append(r.pieces, piece{fresh, fresh[:0]})
			last++
		}
		to := &r.pieces[last].bytes
		n := min(cap(*to)-len(*to), len(p)-written)
		*to = append(*to, p[written:written+n]...)
		written += n
	}
	r.size += written
	return written, nil
}

// WriteShared is like Write, but does not copy large slices, and reports
// whether it kept p. If so, p must not change until the functions passed to
// WhenDone are called.
func (r *bufferedResponse) WriteShared(p []byte) (kept bool, err error) {
	if len(p) < chunkSize {
		_, err := r.Write(p)
		return false, err
	}
	if !r.take(len(p)) {
		return false, errAnswerMemory
	}
	r.pieces = append(r.pieces, piece{nil, p[:len(p):len(p)]})
	r.size += len(p)
	return true, nil
}

// WhenDone registers a function to call once the shared bytes are no longer
// needed.
func (r *bufferedResponse) WhenDone(release func()) { r.done = append(r.done, release) }

// take reserves memory for a piece. Once refused, an answer stays refused.
func (r *bufferedResponse) take(bytes int) bool {
	r.noMemory = r.noMemory || !r.budget.reserve(r, bytes)
	return !r.noMemory
}

// send writes the buffered response to the client. The client has the timeout
// to read all of it, counted from the first byte.
func (r *bufferedResponse) send(timeout time.Duration) {
	_ = r.control.SetWriteDeadline(time.Now().Add(timeout)) // the real clock, because sockets use it; an error means no socket
	if r.noMemory {
		r.release()
		for _, name := range []string{"Content-Encoding", "Content-Type", "ETag"} {
			r.Header().Del(name)
		}
		refuse(r.to, errAnswerMemory.Error())
		return
	}
	if r.connection != nil {
		r.closer = time.AfterFunc(timeout+closeDelay, func() { _ = r.connection.Close() })
		defer r.closer.Stop()
	}
	r.budget.startWriting(r)
	if r.size > 0 {
		r.Header().Set("Content-Length", strconv.Itoa(r.size))
	}
	if r.status != 0 {
		r.to.WriteHeader(r.status)
	}
	for len(r.pieces) > 0 {
		first := r.pieces[0]
		if _, err := r.to.Write(first.bytes); err != nil {
			return // the client disconnected or does not read
		}
		r.pieces = r.pieces[1:]
		r.budget.releasePiece(r, first.free())
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
func (r *bufferedResponse) end() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.sent {
		_ = r.control.SetWriteDeadline(time.Unix(1, 0)) // see send
		if r.closer != nil {
			r.closer.Reset(closeDelay)
		}
	}
}

// release gives back the answer's memory. It may be called more than once.
func (r *bufferedResponse) release() {
	r.mu.Lock()
	r.sent = true
	r.mu.Unlock()
	r.budget.release(r)
	for i := range r.pieces {
		r.pieces[i].free()
	}
	for _, each := range r.done {
		each()
	}
	r.pieces, r.size, r.done = nil, 0, nil
}
