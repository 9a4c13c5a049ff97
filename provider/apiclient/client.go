// Package apiclient is the HTTP client that all providers use. It sends only calls that
// are on the provider's allow-list, follows no redirect, limits what it reads,
// classifies failures, and counts all calls.
package apiclient

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"

	"export_status_exporter/provider"
)

// Observer is notified of every call. Implementations must be safe for concurrent use.
type Observer interface {
	// Requested is called when a request has ended, with its HTTP status code, or 0 if
	// there was no answer, and the time until the end of the body.
	Requested(code int, took time.Duration)
	// Failed is called for every failed call, with its reason.
	Failed(reason provider.Reason)
	// CreditsUsed is called with the cost of a call as reported by the provider.
	CreditsUsed(credits float64)
	// ClockSkew is called with the provider's clock minus the local clock.
	ClockSkew(skew time.Duration)
}

// API describes an API to the client.
type API struct {
	// Endpoints are the only calls that the client sends.
	Endpoints []Endpoint
	// HintHeaders are headers that ask for a pause, in addition to Retry-After.
	HintHeaders []string
	// Advice overrides provider.Reason.Advice for this API.
	Advice map[provider.Reason]string
	// Secret reports whether a text contains one of the account's secrets or is part of
	// one. Nil means that the account has no secrets.
	Secret func(text string) bool
}

// Client sends the requests of one account. It is safe for concurrent use.
type Client struct {
	deps     provider.Deps
	observer Observer
	api      API
}

// New returns a client that can only call the API's endpoints.
func New(deps provider.Deps, observer Observer, api API) *Client {
	return &Client{deps: deps, observer: observer, api: api}
}

// Observer returns the observer, for events that only a decoder can detect.
func (c *Client) Observer() Observer { return c.observer }

// Now returns the current time of the exporter's clock.
func (c *Client) Now() time.Time { return c.deps.Now() }

// Request is one call. Path is the API's own escaped path. Query is the encoded query.
// Both are sent exactly as they were signed.
type Request struct {
	Method string
	Path   string
	Query  string
	Header http.Header
	Body   []byte
}

// Do sends a request and passes the answer to decode. If decode returns a
// *provider.Error, the call has failed. Do adds the name of the call and the wait that
// the answer's headers ask for, and notifies the observer. It returns nil, a
// *provider.Error, or an error that wraps context.Canceled if ctx was canceled. If ctx
// allows no request now, it sends nothing and returns the error of provider.Ask.
func (c *Client) Do(ctx context.Context, r Request, decode func(*Response) error) error {
	if err := provider.Ask(ctx); err != nil {
		return err
	}
	tried, err := c.check(r)
	if err == nil {
		err = c.send(ctx, r, decode)
	}
	if err == nil {
		return nil
	}
	if errors.Is(ctx.Err(), context.Canceled) {
		// The exporter is stopping, so this does not count as a failure.
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

// check returns the name of the call for errors. It fails if the allow-list does not
// contain the call, so that nothing is sent.
func (c *Client) check(r Request) (tried string, err error) {
	for _, e := range c.api.Endpoints {
		if e.match(r.Method, r.Path) {
			return c.deps.BaseURL.Host + " " + e.Method + " " + e.Path, nil
		}
	}
	// Do not quote the path: it may contain anything.
	return c.deps.BaseURL.Host, &provider.Error{
		Reason: provider.ReasonInvalidRequest,
		Detail: "not sent: not one of the read-only calls that the exporter allows for this provider",
	}
}

func (c *Client) send(ctx context.Context, r Request, decode func(*Response) error) error {
	path, err := url.PathUnescape(r.Path)
	if err != nil {
		return &provider.Error{Reason: provider.ReasonInvalidRequest, Detail: "the request's path could not be built"}
	}
	target := url.URL{
		Scheme:   c.deps.BaseURL.Scheme,
		Host:     strings.ToLower(c.deps.BaseURL.Host), // no_proxy and pools of connections tell spellings apart
		Path:     c.deps.BaseURL.Path + path,
		RawPath:  c.deps.BaseURL.EscapedPath() + r.Path,
		RawQuery: r.Query,
	}
	traced, cancel := once(ctx)
	defer cancel(nil)
	traced, used := withUsed(traced)
	answered := false
	defer func() { used.end(answered, errors.Is(ctx.Err(), context.DeadlineExceeded)) }()
	request, err := http.NewRequestWithContext(traced, r.Method, target.String(), bytes.NewReader(r.Body))
	if err != nil {
		return &provider.Error{Reason: provider.ReasonInvalidRequest, Detail: "the request could not be built"}
	}
	maps.Copy(request.Header, r.Header)
	request.Header.Set("Accept", "application/json")
	// Set explicitly, so that the transport does not decompress the answer by itself.
	request.Header.Set("Accept-Encoding", "gzip")
	request.Header.Set("User-Agent", c.deps.UserAgent)

	sent := c.deps.Now()
	// Use the transport and not http.Client, which reads the target of a redirect
	// before it can be told not to follow it. A signed request must not be sent to
	// another host, so a redirect is treated as the answer.
	answer, err := c.deps.Transport.RoundTrip(request)
	if err != nil {
		c.observer.Requested(0, c.deps.Now().Sub(sent))
		if allowsNoHeaders(err) {
			used.retire()
		}
		if errors.Is(context.Cause(traced), errReplay) {
			return replayed()
		}
		return transportError(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if refused := checkHeader(answer); refused != nil {
		c.observer.Requested(answer.StatusCode, c.deps.Now().Sub(sent))
		return refused
	}
	err = c.receive(ctx, answer, sent, decode)
	answered = ctx.Err() == nil
	return err
}

// receive reads the answer to a request that was sent at the given time.
func (c *Client) receive(ctx context.Context, answer *http.Response, sent time.Time, decode func(*Response) error) error {
	answer.Body = &bounded{ctx: ctx, from: answer.Body}
	defer context.AfterFunc(ctx, func() { _ = answer.Body.Close() })()

	share := provider.ShareOf(ctx)
	share.Settle()
	pay := func(bytes, items int64) error { return share.Read(ctx, bytes, items) }
	response := newResponse(answer, pay, sent, c.deps.Now())
	response.api = &c.api
	err := decode(response)
	if err == nil {
		response.drain()
	}
	if skew, ok := response.skew(); ok {
		c.observer.ClockSkew(skew)
	}
	c.observer.Requested(answer.StatusCode, c.deps.Now().Sub(sent))
	if err == nil {
		share.Add(response.body.length(), response.body.kept())
		return nil
	}
	share.Settle() // nothing of the answer is kept
	return response.explain(err)
}

// explain adds what only the transport knows to a decoder's error.
func (r *Response) explain(err error) error {
	var failed *provider.Error
	if !errors.As(err, &failed) {
		failed = &provider.Error{Reason: provider.ReasonMalformed, Detail: "the answer could not be decoded"}
	}
	if failed.Reason == provider.ReasonMalformed && r.OK() && r.body.err != nil && !errors.Is(r.body.err, io.EOF) {
		// Decoding failed because the body ended early. A refusal remains a refusal,
		// whether the status or words before the end show it.
		return unread(r.body.err)
	}
	if failed.RetryAt.IsZero() {
		failed.RetryAt = r.retryAt()
	}
	return failed
}
