package provider

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// Source is one thing that is asked of an account. It succeeds and fails on
// its own.
type Source interface {
	// Name is the label value: trades, reports, account_log, ...
	Name() string
	// Types are the report types that this source always has an answer for:
	// its fixed ones or those the configuration names. Empty if any may come.
	Types() []string
	// Fetch asks the provider once. It signs afresh on every call, sends at
	// most one request at a time, honours ctx, and returns a *Error on
	// failure. The account never calls it twice at once.
	Fetch(ctx context.Context) (Snapshot, error)
}

// Reportless is a Source that never brings a report, such as one that only
// checks the key.
type Reportless interface{ Reportless() }

// Deps is what a provider is given from outside, so that it has no clock, no
// randomness and no connection of its own.
type Deps struct {
	// BaseURL is the scheme and host of the API, without the API's own path.
	BaseURL *url.URL
	// Transport sends requests; proxy and TLS settings are built into it.
	Transport http.RoundTripper
	// Now is the exporter's clock.
	Now func() time.Time
	// Nonces outlives reloads: a key's nonce must never go back.
	Nonces *Nonces
	// MaxAge is how old a finished report may be to be listed, 0 without a bound.
	MaxAge time.Duration
	// UserAgent names the exporter and its version.
	UserAgent string
}
