package provider

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// Source is one list that is requested from an account. It succeeds and fails
// independently of other sources.
type Source interface {
	// Name returns the value of the label "source": trades, reports, account_log, ...
	Name() string
	// Types returns the types that are reported even if no report has them: the
	// source's fixed types or those in the configuration. It is empty if any type may
	// occur.
	Types() []string
	// Fetch asks the provider once. It signs each request anew, sends at most one
	// request at a time, honors ctx and returns an *Error on failure. The account never
	// calls it concurrently.
	Fetch(ctx context.Context) (Snapshot, error)
}

// Reportless marks a Source that never returns reports, such as one that only checks
// the key.
type Reportless interface{ Reportless() }

// Keeper marks a Source that keeps data from one Fetch to the next.
type Keeper interface {
	// KeptBytes estimates the memory that the data uses.
	KeptBytes() int64
	// Forget drops the data, because there is no memory for it.
	Forget()
}

// Deps holds a provider's external dependencies. Providers have no clock, randomness or
// connections of their own.
type Deps struct {
	// BaseURL is the scheme and host of the API, without the API's path.
	BaseURL *url.URL
	// Transport sends requests. It contains the proxy and TLS settings.
	Transport http.RoundTripper
	// Now is the exporter's clock.
	Now func() time.Time
	// Nonces survives reloads, because a key's nonce must never go back.
	Nonces *Nonces
	// MaxAge is the maximum age of a finished report that is listed. Zero means no
	// limit.
	MaxAge time.Duration
	// UserAgent is the exporter's name and version.
	UserAgent string
}
