package apiclient

import (
	"net/http"
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
	// What a server sends before it is read belongs to no budget, so all refreshes at
	// once must hold little of it. By default, it would be 4 MiB for each.
	maxBufferPerStream = 256 << 10
	maxFrameBytes      = 16 << 10 // the least that HTTP/2 allows
)

// ConfigureHTTP2 makes a new transport use HTTP/2 where servers offer it, as
// golang.org/x/net implements it. In Go 1.26's own, two WINDOW_UPDATE frames of a server
// lock a connection for ever, and with it all requests of the transport.
func ConfigureHTTP2(t *http.Transport) {
	t.HTTP2 = &http.HTTP2Config{
		SendPingTimeout: pingAfter, PingTimeout: pingTimeout,
		MaxReceiveBufferPerStream: maxBufferPerStream, MaxReadFrameSize: maxFrameBytes,
	}
	if _, err := http2.ConfigureTransports(t); err != nil { //nolint:staticcheck // Deprecated for Go 1.27, which has the same code.
		panic(err) // the transport has been configured before
	}
}
