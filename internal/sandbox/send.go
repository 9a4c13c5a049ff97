package sandbox

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"io"
	"maps"
	"net"
	"net/http"
	"strconv"
	"time"
)

const (
	bombSize     = 72 << 20
	hugeSize     = 300 << 20
	nestingDepth = 100_000
	htmlPage     = "<!DOCTYPE html><html><head><title>Service</title></head>" +
		"<body><h1>We will be back soon</h1></body></html>\n"
)

// deliver sends an answer, as modified by the fault.
func (h *host) deliver(w http.ResponseWriter, c *call, f Fault, answer reply) {
	switch f.Kind {
	case FaultReset:
		reset(w)
	case FaultSlowHeader:
		h.sandbox.hold(c)
	case FaultSlowBody:
		h.slowBody(w, c, f, answer)
	case FaultTruncatedBody:
		answer.header.Set("Content-Length", strconv.Itoa(len(answer.body)+1024))
		answer.send(w)
	case FaultTruncatedJSON:
		answer.body = answer.body[:len(answer.body)/2]
		answer.send(w)
	case FaultGzipBomb:
		answer.header.Set("Content-Encoding", "gzip")
		answer.body = append(bytes.Clone(h.sandbox.bomb()), gzipped(answer.body)...)
		answer.send(w)
	case FaultHugeBody:
		h.hugeBody(w, cmp.Or(f.Size, hugeSize), answer)
	case FaultRedirect:
		w.Header().Set("Location", cmp.Or(f.Location, "http://elsewhere.invalid")+c.target())
		w.WriteHeader(cmp.Or(f.Status, http.StatusFound))
	default:
		h.replaced(c, f, answer).send(w)
	}
}

// replaced returns the answer for faults that replace the answer.
func (h *host) replaced(c *call, f Fault, answer reply) reply {
	switch f.Kind {
	case FaultHTML:
		return rawReply(cmp.Or(f.Status, http.StatusOK), []byte(htmlPage), "").
			with("Content-Type", "text/html; charset=utf-8")
	case FaultWrongTypes:
		answer.body = h.api.wrongTypes(c)
	case FaultWrongItemTypes:
		answer.body = wrongItemTypes(answer.body)
	case FaultDeepNesting:
		answer.body = append(bytes.Repeat([]byte("["), nestingDepth), bytes.Repeat([]byte("]"), nestingDepth)...)
	case FaultEmptyBody:
		return rawReply(http.StatusOK, nil, "")
	case FaultError:
		answer = h.api.failure(c, f.Status, f.Errors)
		maps.Copy(answer.header, f.Header)
	case FaultStatus:
		status := cmp.Or(f.Status, http.StatusOK)
		answer = h.api.failure(c, status, []string{http.StatusText(status)})
		if f.Body != nil {
			answer.body = f.Body
		}
		maps.Copy(answer.header, f.Header)
	default: // deliver handles the other faults
	}
	return answer
}

// send writes the complete answer.
func (r reply) send(w http.ResponseWriter) {
	maps.Copy(w.Header(), r.header)
	w.WriteHeader(r.status)
	// The client may have disconnected, which is not an error here.
	_, _ = w.Write(r.body)
}

// reset drops the connection so that the kernel sends RST.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // HTTP/2 cannot be hijacked; reset the stream
	}
	raw := conn
	if wrapped, ok := conn.(interface{ NetConn() net.Conn }); ok {
		raw = wrapped.NetConn() // below TLS
	}
	if tcp, ok := raw.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = raw.Close()
}

// hold waits until the client disconnects or the sandbox closes, and aborts the
// request.
func (s *Sandbox) hold(c *call) {
	select {
	case <-c.request.Context().Done():
	case <-s.ctx.Done():
	}
	panic(http.ErrAbortHandler)
}

// wait sleeps for d. It returns false if the client disconnects or the sandbox closes
// first.
func (s *Sandbox) wait(client context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-client.Done():
	case <-s.ctx.Done():
	}
	return false
}

func (h *host) slowBody(w http.ResponseWriter, c *call, f Fault, answer reply) {
	half := len(answer.body) / 2
	rest := answer.body[half:]
	answer.header.Set("Content-Length", strconv.Itoa(len(answer.body)))
	answer.body = answer.body[:half]
	answer.send(w)
	flush := http.NewResponseController(w).Flush
	_ = flush()
	if f.Delay <= 0 {
		h.sandbox.hold(c)
	}
	for i := range rest {
		if !h.sandbox.wait(c.request.Context(), f.Delay) {
			panic(http.ErrAbortHandler)
		}
		_, _ = w.Write(rest[i : i+1])
		_ = flush()
	}
}

// hugeBody streams spaces, which are allowed before any JSON, and then the answer.
// Close ends it even if the client has stopped reading.
func (h *host) hugeBody(w http.ResponseWriter, size int64, answer reply) {
	over := make(chan struct{})
	stop := context.AfterFunc(h.sandbox.ctx, func() {
		defer close(over)
		_ = http.NewResponseController(w).SetWriteDeadline(time.Unix(1, 0))
	})
	defer func() {
		if !stop() {
			<-over
		}
	}()
	maps.Copy(w.Header(), answer.header)
	w.WriteHeader(answer.status)
	if _, err := io.CopyN(w, newSpaces(), size); err == nil {
		_, _ = w.Write(answer.body)
	}
}

// spaces is an endless reader of spaces.
type spaces struct{ block []byte }

func newSpaces() spaces { return spaces{block: bytes.Repeat([]byte(" "), 32<<10)} }

func (s spaces) Read(p []byte) (int, error) { return copy(p, s.block), nil }

// gzippedSpaces returns bombSize spaces as equal gzip members. Only one of them is
// compressed, because compressing all of them would take longer than a client waits.
func gzippedSpaces() []byte {
	const members = 72
	return bytes.Repeat(gzipped(bytes.Repeat([]byte(" "), bombSize/members)), members)
}

func gzipped(body []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(body) // a bytes.Buffer never fails
	_ = z.Close()
	return b.Bytes()
}
