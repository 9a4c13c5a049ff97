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

// answer is the http.ResponseWriter of a handler. It keeps what is written, as
// it goes over the wire, until send.
type answer struct {
	to      http.ResponseWriter
	control *http.ResponseController
	waiting *waiting
	// connection is that of HTTP/2, and else nil.
	connection net.Conn

	status  int
	chunks  []*chunk
	size    int
	refused bool

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
	for written < len(p) && !a.refused {
		free := len(a.chunks)*chunkSize - a.size
		if free == 0 {
			if a.refused = !a.waiting.take(a); a.refused {
				break
			}
			fresh, _ := chunks.Get().(*chunk)
			a.chunks = append(a.chunks, fresh)
			free = chunkSize
		}
		n := copy(a.chunks[len(a.chunks)-1][chunkSize-free:], p[written:])
		a.size += n
		written += n
	}
	if a.refused {
		return written, errCrowded
	}
	return written, nil
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
	for left := a.size; left > 0; left = a.size {
		if _, err := a.to.Write(a.chunks[0][:min(left, chunkSize)]); err != nil {
			return // the client has left or does not read; there is nobody to tell
		}
		a.size -= min(left, chunkSize)
		chunks.Put(a.chunks[0])
		a.chunks = a.chunks[1:]
		a.waiting.gave(a)
	}
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
	for _, each := range a.chunks {
		chunks.Put(each)
	}
	a.chunks, a.size = nil, 0
}
