package apiclient

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http/httptrace"
	"sync/atomic"

	"export_status_exporter/provider"
)

// errReplay cancels a request that net/http was about to send a second time.
var errReplay = errors.New("request not sent again")

// once returns a context for a request that must be sent at most once. By default,
// net/http repeats a request if a kept-alive connection breaks, or if an HTTP/2 server
// refuses a stream or closes the connection. Such repeats are not counted, carry an old
// signature and happen without a pause. The account decides about retries.
func once(ctx context.Context) (traced context.Context, cancel context.CancelCauseFunc) {
	ctx, cancel = context.WithCancelCause(ctx)
	var sent, together atomic.Bool
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(info httptrace.GotConnInfo) {
			together.Store(shared(info.Conn))
			if !sent.Load() {
				return
			}
			cancel(errReplay)
			if !together.Load() {
				// Canceling the context would be too late for this connection: the
				// request would still be written to it. HTTP/2 checks the context
				// before it writes a header, and its connection serves other requests,
				// too.
				_ = info.Conn.Close()
			}
		},
		// HTTP/2 encodes the header before it sends the first byte, and the server may
		// refuse the stream before WroteRequest is called.
		WroteHeaderField: func(string, []string) {
			if together.Load() {
				sent.Store(true)
			}
		},
		WroteRequest: func(info httptrace.WroteRequestInfo) {
			if info.Err == nil {
				sent.Store(true)
			}
		},
	}), cancel
}

// shared reports whether a connection carries several requests at once.
func shared(conn net.Conn) bool {
	secured, ok := conn.(interface{ ConnectionState() tls.ConnectionState })
	return ok && secured.ConnectionState().NegotiatedProtocol == "h2"
}

// replayed returns the failure for a request that would have been sent twice. Why the
// first attempt failed is not known.
func replayed() *provider.Error {
	return &provider.Error{Reason: provider.ReasonNetwork, Detail: "the server closed the connection or refused the request before it answered"}
}
