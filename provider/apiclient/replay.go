package apiclient

import (
	"context"
	"errors"
	"net/http/httptrace"
	"sync/atomic"
)

// errReplay ends a request that net/http was about to send a second time.
var errReplay = errors.New("request not sent again")

// once returns a context for a request that is sent at most once. When a kept
// connection breaks, net/http sends a GET again over the next one, and again,
// as long as there are kept ones: uncounted, with an old signature, and without
// a pause. Whether to ask again is for the account to decide.
func once(ctx context.Context) (traced context.Context, cancel context.CancelCauseFunc) {
	ctx, cancel = context.WithCancelCause(ctx)
	var sent atomic.Bool
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		WroteRequest: func(info httptrace.WroteRequestInfo) {
			if info.Err == nil {
				sent.Store(true)
			}
		},
		GotConn: func(info httptrace.GotConnInfo) {
			if sent.Load() {
				// The context alone is looked at too late: this connection would
				// still be written to.
				_ = info.Conn.Close()
				cancel(errReplay)
			}
		},
	}), cancel
}
