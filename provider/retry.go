package provider

import (
	"context"
	"net/http"
	"sync"
)

// Retry is a retry after requests that failed on their way. Its requests do not use the
// connections of others.
type Retry struct {
	once      sync.Once
	transport Transport
}

// Transport sends requests, and can close the connections that none of them uses.
type Transport interface {
	http.RoundTripper
	CloseIdleConnections()
}

type retryKey struct{}

// WithRetry returns a context for a retry that lasts until ctx is done.
func WithRetry(ctx context.Context) context.Context {
	r := &Retry{}
	context.AfterFunc(ctx, func() {
		if t := r.Transport(func() Transport { return nil }); t != nil {
			t.CloseIdleConnections()
		}
	})
	return context.WithValue(ctx, retryKey{}, r)
}

// RetryOf returns the retry that a context is for, or nil.
func RetryOf(ctx context.Context) *Retry {
	r, _ := ctx.Value(retryKey{}).(*Retry)
	return r
}

// Transport returns the transport of this retry alone. The first call makes it. It is nil
// if the retry ended before.
func (r *Retry) Transport(build func() Transport) Transport {
	r.once.Do(func() { r.transport = build() })
	return r.transport
}
