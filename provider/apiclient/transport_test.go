package apiclient_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
)

const cutOff = "the connection closed before the answer was complete"

// raw returns a rig for a server that passes each connection to serve once it has read
// a request.
func raw(t *testing.T, serve func(net.Conn)) rig {
	t.Helper()
	return serverRig(t, func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		serve(conn)
		_ = conn.Close()
	})
}

// say returns a function that writes text to a connection unchanged.
func say(text string) func(net.Conn) {
	return func(conn net.Conn) { _, _ = io.WriteString(conn, text) }
}

func TestConnectionRefused(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	r := dialRig(t, server.URL, &http.Transport{})
	r.want(t, r.get(t.Context(), t), provider.ReasonNetwork, "connection refused", 0)
}

func TestConnectionReset(t *testing.T) {
	t.Parallel()
	r := raw(t, func(conn net.Conn) { _ = conn.(*net.TCPConn).SetLinger(0) })
	r.want(t, r.get(t.Context(), t), provider.ReasonNetwork, "connection reset", 0)
}

func TestUnresolvedHost(t *testing.T) {
	t.Parallel()
	// A stub, because tests must not use a real resolver.
	transport := &http.Transport{DialContext: func(_ context.Context, network, _ string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Net: network, Err: &net.DNSError{Err: "no such host", Name: "api.invalid", IsNotFound: true}}
	}}
	r := dialRig(t, "http://api.invalid", transport)
	r.want(t, r.get(t.Context(), t), provider.ReasonNetwork, "the host name could not be resolved", 0)
}

func TestAnySlowDialIsATimeout(t *testing.T) {
	t.Parallel()
	transport := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.DNSError{Err: "i/o timeout", Name: "api.invalid", IsTimeout: true}
	}}
	r := dialRig(t, "http://api.invalid", transport)
	r.want(t, r.get(t.Context(), t), provider.ReasonTimeout, "no complete answer in time", 0)
}

func TestAnUnknownErrorIsTheNetworks(t *testing.T) {
	t.Parallel()
	r := newRig(tripper(func(*http.Request) (*http.Response, error) { return nil, errors.New("something") }))
	r.want(t, r.get(t.Context(), t), provider.ReasonNetwork, "the connection failed", 0)
}

func TestCutOffAnswers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, answer string
		reason       provider.Reason
		detail       string
		code         int
	}{
		{"before the header", "", provider.ReasonNetwork, cutOff, 0},
		{"in the header", "HTTP/1.1 200 OK\r\nContent-Type: appl", provider.ReasonNetwork, cutOff, 0},
		{"not HTTP", "SSH-2.0-x\r\n", provider.ReasonNetwork, "the connection failed", 0},
		{"before the body", "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n", provider.ReasonNetwork, cutOff, 200},
		{"in the body", "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{\"a\":1", provider.ReasonNetwork, cutOff, 200},
		{"after the value", "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{\"a\":1}", provider.ReasonNetwork, cutOff, 200},
		{"in a chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n14\r\n{\"a\":1", provider.ReasonNetwork, cutOff, 200},
		{"between chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7\r\n{\"a\":1}\r\n", provider.ReasonNetwork, cutOff, 200},
		{"a length that is too small", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\n{\"a\":1}", provider.ReasonMalformed, "the answer's JSON is cut short", 200},
		{"two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 7\r\nContent-Length: 8\r\n\r\n{\"a\":1}", provider.ReasonNetwork, "the connection failed", 0},
		{"a negative length", "HTTP/1.1 200 OK\r\nContent-Length: -7\r\n\r\n{\"a\":1}", provider.ReasonNetwork, "the connection failed", 0},
		{"a refusal without its body", "HTTP/1.1 503 Slow\r\nContent-Length: 20\r\n\r\n", provider.ReasonUnavailable, "HTTP 503 Service Unavailable", 503},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := raw(t, say(c.answer))
			r.want(t, r.get(t.Context(), t), c.reason, c.detail, c.code)
		})
	}
}

// TestASwitchOfProtocolsIsNoAnswer: the connection stays open after the header, so a
// read of it would not end.
func TestASwitchOfProtocolsIsNoAnswer(t *testing.T) {
	t.Parallel()
	closed := make(chan struct{})
	r := raw(t, func(conn net.Conn) {
		_, _ = io.WriteString(conn, "HTTP/1.1 101 X\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n")
		_, _ = conn.Read(make([]byte, 1)) // until the client disconnects
		close(closed)
	})
	r.want(t, r.get(t.Context(), t), provider.ReasonMalformed, "HTTP 101 Switching Protocols, which does not answer the request", 101)
	<-closed
}

// endless is a body that blocks until it is closed, whatever the context.
type endless struct {
	closed chan struct{}
	once   sync.Once
}

// Read implements io.Reader.
func (e *endless) Read([]byte) (int, error) {
	<-e.closed
	return 0, errors.New("read of a closed body")
}

// Close implements io.Closer.
func (e *endless) Close() error {
	e.once.Do(func() { close(e.closed) })
	return nil
}

// TestEveryBodyEndsWithTheContext: the timeout applies even if the transport does not
// tie the body to the context.
func TestEveryBodyEndsWithTheContext(t *testing.T) {
	t.Parallel()
	for _, status := range []int{200, 401, 503} {
		for _, encoding := range []string{"", "gzip"} {
			deadline := &expiry{t.Context(), make(chan struct{})}
			r := newRig(tripper(func(*http.Request) (*http.Response, error) {
				return &http.Response{
					StatusCode: status, Header: http.Header{"Content-Encoding": {encoding}},
					Body: &endless{closed: make(chan struct{})},
				}, nil
			}))
			err := r.Do(deadline, list(), func(response *apiclient.Response) error {
				close(deadline.done)
				var v any
				return response.DecodeJSON(&v)
			})
			if status == 200 {
				r.want(t, failure(t, err), provider.ReasonTimeout, "no complete answer in time", 200)
			} else if err == nil {
				t.Errorf("%d: no error", status)
			}
		}
	}
}

// expiry is a context whose deadline passes when the test closes done.
type expiry struct {
	context.Context
	done chan struct{}
}

// Done implements context.Context.
func (e *expiry) Done() <-chan struct{} { return e.done }

// Err implements context.Context.
func (e *expiry) Err() error {
	select {
	case <-e.done:
		return context.DeadlineExceeded
	default:
		return nil
	}
}

func TestTimeouts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		sent string
		code int
	}{
		{"no header", "", 0},
		{"half a header", "HTTP/1.1 200 OK\r\nContent-", 0},
		{"no body", "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n", 200},
		{"half a body", "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{\"a\":", 200},
		{"half a chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7\r\n{\"a\"", 200},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			deadline := &expiry{t.Context(), make(chan struct{})}
			r := raw(t, func(conn net.Conn) {
				_, _ = io.WriteString(conn, c.sent)
				if c.code == 0 {
					close(deadline.done)
				}
				_, _ = conn.Read(make([]byte, 1)) // until the client disconnects
			})
			err := r.Do(deadline, list(), func(response *apiclient.Response) error {
				close(deadline.done) // the header has arrived
				var v any
				return response.DecodeJSON(&v)
			})
			r.want(t, failure(t, err), provider.ReasonTimeout, "no complete answer in time", c.code)
		})
	}
}

func TestAStopIsNobodysFailure(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, sent string
		code       int
	}{
		{"no header", "", 0},
		{"half a body", "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{\"a\":", 200},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			r := raw(t, func(conn net.Conn) {
				_, _ = io.WriteString(conn, c.sent)
				if c.code == 0 {
					stop()
				}
				_, _ = conn.Read(make([]byte, 1))
			})
			err := r.Do(ctx, list(), func(response *apiclient.Response) error {
				stop()
				var v any
				return response.DecodeJSON(&v)
			})
			if !errors.Is(err, context.Canceled) {
				t.Errorf("error %v", err)
			}
			seen := r.seen.Seen()
			if len(seen.Failed) != 0 || len(seen.Codes) != 1 || seen.Codes[0] != c.code {
				t.Errorf("counted %+v", seen)
			}
		})
	}
}
