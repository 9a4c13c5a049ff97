//nolint:staticcheck // What it uses is deprecated for Go 1.27, which has the same code.
package apiclient

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/http2"
)

// Limits on HTTP/2 connections.
const (
	// After pingAfter without a frame, a connection is sent a ping, and it is closed if
	// there is no answer within pingTimeout. Pings cost CPU time only by connection,
	// which accounts at one host share, and end when an idle connection is closed.
	pingAfter   = 30 * time.Second
	pingTimeout = 5 * time.Second
	// quietAfter is how long a connection may answer no request before a timeout ends its
	// use. Otherwise, a slow answer or a late request would, although it works.
	quietAfter = 5 * time.Second
	// writeTimeout is how long a server may read nothing of what it is sent.
	writeTimeout = 10 * time.Second
	// What a server sends before it is read belongs to no budget, so all refreshes at
	// once must hold little of it. By default, it would be 4 MiB for each.
	maxBufferPerStream = 256 << 10
	maxFrameBytes      = 16 << 10 // the least that HTTP/2 allows
)

// Transport is an http.Transport over HTTP/2 where servers offer it.
type Transport struct {
	*http.Transport
	idle *http2.Transport // closes the idle connections of the pool that a pool wraps
}

// ConfigureHTTP2 makes a new transport use HTTP/2 where servers offer it, as
// golang.org/x/net implements it. In Go 1.26's own, two WINDOW_UPDATE frames of a server
// lock a connection for ever, and with it all requests of the transport.
func ConfigureHTTP2(t *http.Transport) *Transport {
	t.HTTP2 = &http.HTTP2Config{
		SendPingTimeout: pingAfter, PingTimeout: pingTimeout, WriteByteTimeout: writeTimeout,
		MaxReceiveBufferPerStream: maxBufferPerStream, MaxReadFrameSize: maxFrameBytes,
	}
	over, err := http2.ConfigureTransports(t)
	if err != nil {
		panic(err) // the transport has been configured before
	}
	idle := &http2.Transport{ConnPool: over.ConnPool}
	over.ConnPool = &pool{ClientConnPool: over.ConnPool, loads: make(map[*http2.ClientConn]*load)}
	return &Transport{Transport: t, idle: idle}
}

// CloseIdleConnections closes the connections without requests.
func (t *Transport) CloseIdleConnections() {
	t.Transport.CloseIdleConnections()
	t.idle.CloseIdleConnections()
}

// pool tells requests which HTTP/2 connection they get, and knows the last answer there.
// It closes idle connections that can take no more requests: a server may forbid them
// after each answer, and then each request leaves a connection behind.
type pool struct {
	http2.ClientConnPool
	mu    sync.Mutex
	loads map[*http2.ClientConn]*load
}

// load is what a connection carries.
type load struct {
	requests int
	answered time.Time // the last one; zero if none of these requests was
}

// sweep closes the connections that are of no more use. The caller holds the lock.
func (p *pool) sweep() {
	for conn, l := range p.loads {
		state := conn.State()
		idle := l.requests == 0 && state.StreamsActive+state.StreamsReserved+state.StreamsPending == 0
		if idle && (state.Closed || !conn.CanTakeNewRequest()) {
			delete(p.loads, conn)
			shut(conn)
		}
	}
}

// GetClientConn implements http2.ClientConnPool.
func (p *pool) GetClientConn(request *http.Request, address string) (*http2.ClientConn, error) {
	conn, err := p.ClientConnPool.GetClientConn(request, address)
	if u, ok := request.Context().Value(usedKey{}).(*used); ok && err == nil {
		u.end(false, false) // of an attempt that was not sent
		u.begin(p, conn)
	}
	return conn, err //nolint:wrapcheck // net/http looks at its type
}

// allowsNoHeaders reports whether a request failed because the server allows fewer bytes of
// headers than it has. Any other request on the connection would fail, too.
func allowsNoHeaders(err error) bool {
	return strings.Contains(err.Error(), "request header list larger than peer's advertised limit") // the error is internal
}

// Meter is a connection that limits what the server may send: with HTTP/2, it can send
// pings and empty frames without end, which belong to no response.
type Meter interface {
	// Allow adds to the bytes that the server may still send, up to most in all.
	Allow(bytes, most int64)
}

// UnaskedBytes is how many bytes a server may send while no request waits for a
// response, and responseBytes for each request.
const (
	UnaskedBytes  = 1 << 20
	responseBytes = MaxBodyBytes + 2<<20
)

// used is the connection that a request uses: over HTTP/1.1, only its meter.
type used struct {
	pool  *pool
	conn  *http2.ClientConn
	meter Meter // nil if there is none
}

type usedKey struct{}

// withUsed returns a context for a request that remembers its connection.
func withUsed(ctx context.Context) (context.Context, *used) {
	u := &used{}
	traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
		if u.meter, _ = below(info.Conn).(Meter); u.meter != nil {
			u.meter.Allow(responseBytes, responseBytes*max(u.requests(), 1))
		}
	}})
	return context.WithValue(traced, usedKey{}, u), u
}

// below returns the connection below TLS, also below that of an https proxy.
func below(conn net.Conn) net.Conn {
	for {
		secured, ok := conn.(*tls.Conn)
		if !ok {
			return conn
		}
		conn = secured.NetConn()
	}
}

// requests returns the number of requests on an HTTP/2 connection.
func (u *used) requests() int64 {
	if u.conn == nil {
		return 0
	}
	u.pool.mu.Lock()
	defer u.pool.mu.Unlock()
	return int64(u.pool.loads[u.conn].requests)
}

func (u *used) begin(p *pool, conn *http2.ClientConn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.loads[conn]
	if l == nil {
		p.sweep() // a new connection may be here because another one is of no more use
		l = &load{}
		p.loads[conn] = l
	}
	l.requests++
	u.pool, u.conn = p, conn
}

// end ends the use of the connection. If a request on it has timed out, and no other one
// in flight was answered for quietAfter, it gets no new requests, and is closed when its
// last one has ended. A server may answer pings on a connection, but no more requests.
func (u *used) end(answered, timedOut bool) {
	if u.conn == nil {
		return
	}
	u.pool.mu.Lock()
	l := u.pool.loads[u.conn]
	if answered {
		l.answered = time.Now()
	}
	quiet := time.Since(l.answered) > quietAfter
	if l.requests--; l.requests == 0 {
		l.answered = time.Time{}
		if u.meter != nil {
			u.meter.Allow(0, UnaskedBytes)
		}
	}
	u.pool.mu.Unlock()
	if timedOut && quiet {
		u.retire()
	}
}

// retire keeps new requests off the connection.
func (u *used) retire() {
	if u.conn == nil {
		return
	}
	u.conn.SetDoNotReuse()
	shut(u.conn) // if its last request has ended already, nothing else closes it
}

// shut closes a connection when its last request has ended.
func shut(conn *http2.ClientConn) {
	go func() {
		if conn.Shutdown(context.Background()) != nil {
			_ = conn.Close()
		}
	}()
}
