// Package apiclient is the one HTTP client that all providers use. It sends
// only what the provider's allow-list names, follows no redirect, bounds what
// it reads, classifies what goes wrong and counts everything.
package apiclient

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"export_status_exporter/provider"
)

// Observer is told about every call. Implementations are safe for concurrent
// use.
type Observer interface {
	// Requested is called once a request has ended: its HTTP status code, or 0
	// if there was no answer, and how long it took until the end of the body.
	Requested(code int, took time.Duration)
	// Failed is called for every call that did not bring what was asked.
	Failed(reason provider.Reason)
	// CreditsUsed is called with what the provider says a call cost.
	CreditsUsed(credits float64)
	// ClockSkew is called with the provider's clock minus ours.
	ClockSkew(skew time.Duration)
}

// API is what the client must know of the API that it talks to.
type API struct {
	// Endpoints are the only calls that are sent.
	Endpoints []Endpoint
	// HintHeaders ask for silence, beside Retry-After.
	HintHeaders []string
	// Advice says what to do about a reason, where the API allows to be more
	// exact than provider.Reason.Advice.
	Advice map[provider.Reason]string
	// Secret reports whether a text contains a secret of the account, or is
	// contained in one. Nil means that there are no secrets.
	Secret func(text string) bool
}

// Client sends the requests of one account. It is safe for concurrent use.
type Client struct {
	deps     provider.Deps
	observer Observer
	api      API
}

// New returns a client that can reach nothing but the API's endpoints.
func New(deps provider.Deps, observer Observer, api API) *Client {
	return &Client{deps: deps, observer: observer, api: api}
}

// Observer returns the observer, for what only a decoder can see.
func (c *Client) Observer() Observer { return c.observer }

// Now reads the exporter's clock.
func (c *Client) Now() time.Time { return c.deps.Now() }

// Request is one call. Path is the API's own escaped path, exactly as signed; Query is
// the encoded query, exactly as signed and sent.
type Request struct {
	Method string
	Path   string
	Query  string
	Header http.Header
	Body   []byte
}

// Do sends a request and hands the answer to decode, whose verdict is the
// call's: a *provider.Error from decode is a failed call. Do adds what was
// tried, the wait that the provider's headers ask for, and counts. Every error
// is a *provider.Error, or wraps context.Canceled if ctx was cancelled.
func (c *Client) Do(ctx context.Context, r Request, decode func(*Response) error) error {
	tried, err := c.check(r)
	if err == nil {
		err = c.send(ctx, r, decode)
	}
	if err == nil {
		return nil
	}
	if errors.Is(ctx.Err(), context.Canceled) {
		// The exporter is stopping; that is nobody's failure.
		return fmt.Errorf("%s: %w", tried, context.Canceled)
	}
	var failed *provider.Error
	if !errors.As(err, &failed) {
		failed = &provider.Error{Reason: provider.ReasonUnknown, Detail: "unexpected error"}
	}
	if failed.Tried == "" {
		failed.Tried = tried
	}
	if failed.Advice == "" {
		failed.Advice = c.api.Advice[failed.Reason]
	}
	c.observer.Failed(failed.Reason)
	return failed
}

// check refuses what the allow-list does not name, before a byte leaves, and
// returns the words by which errors name the call.
func (c *Client) check(r Request) (tried string, err error) {
	for _, e := range c.api.Endpoints {
		if e.match(r.Method, r.Path) {
			return c.deps.BaseURL.Host + " " + e.Method + " " + e.Path, nil
		}
	}
	// The path is not repeated: it is not one of ours and may hold anything.
	return c.deps.BaseURL.Host, &provider.Error{
		Reason: provider.ReasonInvalidRequest,
		Detail: "refused before sending: not one of the read-only calls that this provider allows",
	}
}

func (c *Client) send(ctx context.Context, r Request, decode func(*Response) error) error {
	path, err := url.PathUnescape(r.Path)
	if err != nil {
		return &provider.Error{Reason: provider.ReasonInvalidRequest, Detail: "the request's path could not be built"}
	}
	target := url.URL{
		Scheme:   c.deps.BaseURL.Scheme,
		Host:     c.deps.BaseURL.Host,
		Path:     c.deps.BaseURL.Path + path,
		RawPath:  c.deps.BaseURL.EscapedPath() + r.Path,
		RawQuery: r.Query,
	}
	traced, cancel := once(ctx)
	defer cancel(nil)
	request, err := http.NewRequestWithContext(traced, r.Method, target.String(), bytes.NewReader(r.Body))
	if err != nil {
		return &provider.Error{Reason: provider.ReasonInvalidRequest, Detail: "the request could not be built"}
	}
	for name, values := range r.Header {
		request.Header[name] = values
	}
	request.Header.Set("Accept", "application/json")
	// Said by us, so that the transport does not unpack the answer unseen.
	request.Header.Set("Accept-Encoding", "gzip")
	request.Header.Set("User-Agent", c.deps.UserAgent)

	sent := c.deps.Now()
	// The bare transport and not http.Client, which reads where a redirect
	// leads before it can be told not to follow. A signed request must not
	// travel to another host, so the redirect itself is the answer.
	answer, err := c.deps.Transport.RoundTrip(request)
	if err != nil {
		c.observer.Requested(0, c.deps.Now().Sub(sent))
		if errors.Is(context.Cause(traced), errReplay) {
			return replayed()
		}
		return transportError(err)
	}
	defer func() { _ = answer.Body.Close() }()

	share := provider.ShareOf(ctx)
	before := share.Bytes()
	pay := func(bytes int64) error { return share.Grow(ctx, bytes) }
	response := newResponse(answer, pay, sent, c.deps.Now())
	response.api = &c.api
	err = decode(response)
	if err == nil {
		response.drain()
	}
	if skew, ok := response.skew(); ok {
		c.observer.ClockSkew(skew)
	}
	c.observer.Requested(answer.StatusCode, c.deps.Now().Sub(sent))
	if err == nil {
		return nil
	}
	share.Shrink(before) // nothing is kept of it
	return response.explain(err)
}

// explain completes a decoder's error with what only the transport knows.
func (r *Response) explain(err error) error {
	var failed *provider.Error
	if !errors.As(err, &failed) {
		failed = &provider.Error{Reason: provider.ReasonMalformed, Detail: "the answer could not be decoded"}
	}
	if failed.Reason == provider.ReasonMalformed && r.OK() && r.body.err != nil && !errors.Is(r.body.err, io.EOF) {
		// The body ended badly, which is why it could not be read. A refusal
		// stands, whether its status tells it or words that came before the end.
		return unread(r.body.err)
	}
	if failed.RetryAt.IsZero() {
		failed.RetryAt = r.retryAt()
	}
	return failed
}
