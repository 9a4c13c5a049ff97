package app

import (
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/coreos/go-systemd/v22/activation"
	"github.com/prometheus/exporter-toolkit/web"
)

// maxFirstBytes is how many bytes a client may send until its first request begins:
// its part of the TLS handshake and the request's header. Otherwise crypto/tls would
// keep a certificate of 256 KiB until it is complete.
const maxFirstBytes = 32 << 10

// The kernel's buffers of a connection, in bytes, which it doubles. By default, it would
// keep megabytes for each client that does not read, and would tell only after megabytes
// that one does.
const (
	sendBuffer    = 192 << 10
	receiveBuffer = 32 << 10
)

var errFirstBytes = errors.New("the client sent too much before its first request")

// meteredListener limits what its clients send before their first request. Before
// the first byte of a connection, it calls ready in the connection's own goroutine.
type meteredListener struct {
	net.Listener
	ready func() error
}

// Accept implements net.Listener.
func (l meteredListener) Accept() (net.Conn, error) {
	connection, err := l.Listener.Accept()
	if err != nil {
		return nil, err //nolint:wrapcheck // net/http judges it
	}
	if socket, ok := connection.(interface {
		SetReadBuffer(bytes int) error
		SetWriteBuffer(bytes int) error
	}); ok {
		_, _ = socket.SetReadBuffer(receiveBuffer), socket.SetWriteBuffer(sendBuffer) // without them it also works
	}
	return &meteredConn{Conn: connection, ready: sync.OnceValue(l.ready), left: maxFirstBytes}, nil
}

type meteredConn struct {
	net.Conn
	ready func() error
	left  int
	begun atomic.Bool
}

// meterState is for http.Server.ConnState, and reports whether a connection is
// metered.
func meterState(connection net.Conn, state http.ConnState) bool {
	metered, ok := rawConn(connection).(*meteredConn)
	if ok && state == http.StateActive {
		metered.begun.Store(true)
	}
	return ok
}

// rawConn returns the connection below TLS.
func rawConn(connection net.Conn) net.Conn {
	if encrypted, ok := connection.(*tls.Conn); ok {
		return encrypted.NetConn()
	}
	return connection
}

// Read implements net.Conn. Only one goroutine reads at a time.
func (c *meteredConn) Read(p []byte) (int, error) {
	if c.begun.Load() {
		return c.Conn.Read(p)
	}
	if err := c.ready(); err != nil {
		return 0, err
	}
	if c.left == 0 {
		return 0, errFirstBytes
	}
	n, err := c.Conn.Read(p[:min(len(p), c.left)])
	c.left -= n
	return n, err
}

// CloseWrite lets net/http end a response before the client has read it.
func (c *meteredConn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// serveElsewhere serves on systemd's sockets, or has exporter-toolkit open vsock
// addresses. Those are not metered, because only the virtual machine's host uses
// them.
func (a *App) serveElsewhere(flags *web.FlagConfig) {
	server := a.newServer()
	a.servers = append(a.servers, server)
	go func() {
		if !*flags.WebSystemdSocket {
			a.done <- web.ListenAndServe(server, flags, a.options.Loggers.Slog)
			return
		}
		listeners, err := activation.Listeners()
		if err == nil && len(listeners) == 0 {
			err = errors.New("no socket activation file descriptors found")
		}
		for i := range listeners {
			if listeners[i] == nil {
				a.done <- errors.New("a socket from systemd is no stream socket; use ListenStream in the socket unit")
				return
			}
			listeners[i] = meteredListener{listeners[i], a.web.ready}
		}
		if err == nil {
			err = web.ServeMultiple(listeners, server, flags, a.options.Loggers.Slog)
		}
		a.done <- err
	}()
}
