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

// chunkSize is how the memory of answers is given out.
const chunkSize = 32 << 10

// closeDelay is how long a connection of HTTP/2 may take to end one answer. The
// deadline ends that alone, but cannot do it while the client takes nothing at
// all from the connection; then all of it is closed.
const closeDelay = time.Second

// connectionKey is how a request's context holds its connection.
type connectionKey struct{}

func withConnection(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, connectionKey{}, c)
}

// chunk is a piece of an answer.
type chunk [chunkSize]byte

var chunks = sync.Pool{New: func() any { return new(chunk) }}

// errCrowded is why an answer could not be made.
var errCrowded = errors.New("too many answers wait for clients that do not read them")

// piece is a part of an answer: in a chunk, or shared bytes of somebody else.
type piece struct {
	chunk *chunk
	bytes []byte
}

// answer is the http.ResponseWriter of a handler. It keeps what is written, as
// it goes over the wire, until send.
type answer struct {
	to      http.ResponseWriter
	control *http.ResponseController
	waiting *waiting
	// connection is that of HTTP/2, and else nil.
	connection net.Conn

	status  int
	pieces  []piece
	size    int
	refused bool
	// done are called when shared bytes are needed no more.
	done []func()

	// held and began belong to waiting.
	held  int
	began time.Time

	// closer ends the whole connection; nil but for HTTP/2.
	closer *time.Timer

	// mu guards sent, after which the connection is another request's.
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
				return written, errCrowded
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

// WriteShared is Write for bytes that do not change until the answer has done
// with them: many of them are not copied.
func (a *answer) WriteShared(p []byte) (int, error) {
	if len(p) < chunkSize {
		return a.Write(p)
	}
	if !a.take(len(p)) {
		return 0, errCrowded
	}
	a.pieces = append(a.pieces, piece{nil, p[:len(p):len(p)]})
	a.size += len(p)
	return len(p), nil
}

// WhenDone has the answer call release when it has done with what it shares.
func (a *answer) WhenDone(release func()) { a.done = append(a.done, release) }

// take gets memory for a piece. An answer that is refused once stays so.
func (a *answer) take(bytes int) bool {
	a.refused = a.refused || !a.waiting.take(a, bytes)
	return !a.refused
}

// send writes what was kept to the client, which has a time for it that counts
// from the first byte.
func (a *answer) send(timeout time.Duration) {
	_ = a.control.SetWriteDeadline(time.Now().Add(timeout)) // a socket's clock; what is no socket has no deadline
	if a.refused {
		a.release()
		for _, name := range []string{"Content-Encoding", "Content-Type", "ETag"} {
			a.Header().Del(name)
		}
		refuse(a.to, errCrowded.Error())
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
			return // the client has left or does not read; there is nobody to tell
		}
		a.pieces = a.pieces[1:]
		a.waiting.gave(a, first.free())
	}
}

// free gives a piece's memory back, and returns how much it was.
func (p *piece) free() int {
	if p.chunk == nil {
		return len(p.bytes)
	}
	chunks.Put(p.chunk)
	return chunkSize
}

// end makes a writer that waits for its client give up.
func (a *answer) end() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.sent {
		_ = a.control.SetWriteDeadline(time.Unix(1, 0)) // as in send
		if a.closer != nil {
			a.closer.Reset(closeDelay)
		}
	}
}

// release gives the memory back. It may be called twice.
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
