package app

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// chunkSize is the size in bytes of the buffers that hold answers.
const chunkSize = 32 << 10

// smallSize is the size in bytes of the buffer for the beginning of a response that
// begins with few bytes. Most of these end there, and many may be ready at once.
const smallSize = 1 << 10

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

// content is written only when an answer is sent.
type content interface {
	// Memory returns how many bytes the content keeps in memory until Release.
	Memory() int
	Write(w io.Writer) error
	Release()
}

// piece is a part of an answer: bytes in a chunk, bytes that somebody else owns,
// or content.
type piece struct {
	chunk *chunk
	bytes []byte
	later content
	// memory is what the piece takes of the budget, in bytes.
	memory int
}

// bufferedResponse is the http.ResponseWriter that handlers write to. It
// buffers the response until send.
type bufferedResponse struct {
	to      http.ResponseWriter
	control *http.ResponseController
	budget  *responseBudget
	// connection is set for HTTP/2 only.
	connection net.Conn
	// counted is set for HTTP/1.0, where only a length tells that an answer was cut.
	counted bool

	status int
	pieces []piece
	// size is the length of the body in bytes. It is unknown if later is set.
	size     int
	later    bool
	noMemory bool

	// These are guarded by budget.mu: the bytes that the answer holds and those written,
	// when writing began, and when some of it was last written.
	held, written int
	began, moved  time.Time

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
	if len(r.pieces) == 0 && len(p) <= smallSize && r.add(piece{bytes: make([]byte, 0, smallSize), memory: smallSize}) != nil {
		return 0, errAnswerMemory
	}
	written := 0
	for written < len(p) {
		last := len(r.pieces) - 1
		if last < 0 || len(r.pieces[last].bytes) == cap(r.pieces[last].bytes) {
			if !r.take(chunkSize) {
				return written, errAnswerMemory
			}
			fresh, _ := chunks.Get().(*chunk)
			r.pieces = append(r.pieces, piece{chunk: fresh, bytes: fresh[:0], memory: chunkSize})
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

// WriteShared is like Write, but does not copy large slices. The bytes must never
// change.
func (r *bufferedResponse) WriteShared(p []byte) error {
	if len(p) < chunkSize {
		_, err := r.Write(p)
		return err
	}
	r.size += len(p)
	return r.add(piece{bytes: p[:len(p):len(p)], memory: len(p)})
}

// WriteLater adds content, and releases it in the end.
func (r *bufferedResponse) WriteLater(c content) error {
	if r.counted {
		var n counter
		_ = c.Write(&n) // never fails
		r.size += int(n)
	} else {
		r.later = true
	}
	return r.add(piece{later: c, memory: c.Memory()})
}

// counter counts the bytes that are written to it.
type counter int

// Write implements io.Writer.
func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

func (r *bufferedResponse) add(p piece) error {
	if !r.take(p.memory) {
		p.free()
		return errAnswerMemory
	}
	r.pieces = append(r.pieces, p)
	return nil
}

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
	}
	r.budget.startWriting(r)
	if r.size > 0 && !r.later {
		r.Header().Set("Content-Length", strconv.Itoa(r.size))
	}
	if r.status != 0 {
		r.to.WriteHeader(r.status)
	}
	for len(r.pieces) > 0 {
		first := r.pieces[0]
		var err error
		if first.later != nil {
			err = first.later.Write(parts{r})
		} else {
			_, err = parts{r}.Write(first.bytes)
		}
		if err != nil {
			// The client disconnected or does not read. An HTTP/2 server may still be
			// reading the bytes, so no other answer may use their chunk.
			r.pieces[0].chunk = nil
			return
		}
		r.pieces = r.pieces[1:]
		first.free()
		r.budget.progress(r, 0, first.memory)
	}
}

// parts writes an answer part by part, so that a client which reads slowly makes
// progress.
type parts struct{ of *bufferedResponse }

// partSize is the maximum size of a part in bytes. A client that reads at minReadRate
// takes several parts in minWriteTime.
const partSize = 64 << 10

// Write implements io.Writer.
func (p parts) Write(b []byte) (written int, err error) {
	for written < len(b) && err == nil {
		var n int
		n, err = p.of.to.Write(b[written:min(written+partSize, len(b))])
		p.of.budget.progress(p.of, n, 0)
		written += n
	}
	return written, err
}

// free gives back what the piece holds.
func (p *piece) free() {
	if p.chunk != nil {
		chunks.Put(p.chunk)
	}
	if p.later != nil {
		p.later.Release()
	}
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
	if r.closer != nil {
		r.closer.Stop() // not before sent is set, because end starts it again
	}
	r.mu.Unlock()
	r.budget.release(r)
	for i := range r.pieces {
		r.pieces[i].free()
	}
	r.pieces, r.size = nil, 0
}
