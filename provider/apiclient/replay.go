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

// errReplay ends a request that net/http was about to send a second time.
var errReplay = errors.New("request not sent again")

// once returns a context for a request that is sent at most once. When a kept
// connection breaks, or an HTTP/2 server refuses a stream or goes away, net/http
// sends the request again, and again: uncounted, with an old signature, and
// without a pause. Whether to ask again is for the account to decide.
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
				// The context alone is looked at too late: this connection would
				// still be written to. HTTP/2 looks before it writes a header, and
				// its connection carries the requests of others.
				_ = info.Conn.Close()
			}
		},
		// HTTP/2 encodes a header before its first byte leaves, and may be told
		// that the stream is refused before it says that it wrote the request.
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

// replayed is the failure of a request that would have been sent again: what
// the first connection said is lost.
func replayed() *provider.Error {
	return &provider.Error{Reason: provider.ReasonNetwork, Detail: "the server ended the connection, or refused the request on it, before it answered"}
}
