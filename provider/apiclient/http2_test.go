package apiclient_test

import (
	"bytes"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
)

// h2server is an HTTP/2 server that works frame by frame, so that it can refuse streams
// and send GOAWAY. Each connection passes its streams to act in order.
type h2server struct {
	t         *testing.T
	listener  net.Listener
	transport *apiclient.Transport // of the client
	act       func(c *h2conn, stream uint32)
	open      sync.WaitGroup

	mu      sync.Mutex
	conns   []*h2conn
	streams int
	window  uint32 // that a client offers for a stream
}

// h2conn is one connection of an h2server.
type h2conn struct {
	net.Conn
	number int
	mu     sync.Mutex
	framer *http2.Framer
	gone   chan struct{} // closed when the client has closed the connection
	pong   chan struct{} // receives the answers to pings
}

// newH2 starts a server and returns a rig whose requests share a connection.
func newH2(t *testing.T, act func(c *h2conn, stream uint32)) (rig, *h2server) {
	t.Helper()
	plain := httptest.NewUnstartedServer(http.NotFoundHandler())
	plain.StartTLS() // only for its certificate
	certificates, trusted := plain.TLS.Certificates, plain.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	plain.Close()
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: certificates, NextProtos: []string{"h2"}, MinVersion: tls.VersionTLS12})
	if err != nil {
		t.Fatal(err)
	}
	s := &h2server{t: t, listener: listener, act: act}
	s.open.Go(s.accept)
	t.Cleanup(func() {
		_ = listener.Close()
		s.mu.Lock()
		for _, c := range s.conns {
			_ = c.Close()
		}
		s.mu.Unlock()
		s.open.Wait()
	})
	transport := &http.Transport{ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{RootCAs: trusted, MinVersion: tls.VersionTLS12}}
	s.transport = apiclient.ConfigureHTTP2(transport)
	return dialRig(t, "https://"+listener.Addr().String(), s.transport), s
}

func (s *h2server) accept() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		c := &h2conn{Conn: conn, number: len(s.conns), framer: http2.NewFramer(conn, conn), gone: make(chan struct{}), pong: make(chan struct{}, 1)}
		s.conns = append(s.conns, c)
		s.mu.Unlock()
		s.open.Go(func() { s.serve(c) })
	}
}

func (s *h2server) serve(c *h2conn) {
	defer close(c.gone)
	if _, err := io.ReadFull(c, make([]byte, len(http2.ClientPreface))); err != nil {
		return
	}
	c.write(func() { _ = c.framer.WriteSettings() })
	for {
		frame, err := c.framer.ReadFrame()
		if err != nil {
			return
		}
		switch f := frame.(type) {
		case *http2.SettingsFrame:
			if !f.IsAck() {
				s.mu.Lock()
				s.window, _ = f.Value(http2.SettingInitialWindowSize)
				s.mu.Unlock()
				c.write(func() { _ = c.framer.WriteSettingsAck() })
			}
		case *http2.PingFrame:
			if f.IsAck() {
				c.pong <- struct{}{}
			}
		case *http2.HeadersFrame:
			s.mu.Lock()
			s.streams++
			s.mu.Unlock()
			s.act(c, f.StreamID)
		}
	}
}

// counts returns the number of connections and streams so far.
func (s *h2server) counts() (conns, streams int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.conns), s.streams
}

func (c *h2conn) write(what func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	what()
}

// answer sends status 200 and an empty object.
func (c *h2conn) answer(stream uint32) {
	c.begin(stream)
	c.write(func() { _ = c.framer.WriteData(stream, true, []byte("{}")) })
}

// begin sends status 200 and no body.
func (c *h2conn) begin(stream uint32) {
	var block bytes.Buffer
	_ = hpack.NewEncoder(&block).WriteField(hpack.HeaderField{Name: ":status", Value: "200"})
	c.write(func() {
		_ = c.framer.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: block.Bytes(), EndHeaders: true})
	})
}

// others sends n requests that stay open until the server answers them. The wait
// function returns their failures.
func others(t *testing.T, r rig, n int) (wait func() []*provider.Error) {
	t.Helper()
	failures := make([]*provider.Error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { failures[i] = r.get(t.Context(), t) })
	}
	return func() []*provider.Error { all.Wait(); return failures }
}

// TestARefusedStreamHarmsNoOther checks that a refused request fails once and is sent
// once, and that other requests on its connection are answered.
func TestARefusedStreamHarmsNoOther(t *testing.T) {
	t.Parallel()
	const sharers = 10
	var waiting sync.WaitGroup
	waiting.Add(sharers)
	var held []uint32
	refusing := false
	r, server := newH2(t, func(c *h2conn, stream uint32) {
		switch {
		case refusing:
			c.write(func() { _ = c.framer.WriteRSTStream(stream, http2.ErrCodeRefusedStream) })
			for _, each := range held {
				c.answer(each)
			}
		case stream == 1:
			c.answer(stream) // all requests may now use the connection
		default:
			held = append(held, stream)
			refusing = len(held) == sharers
			waiting.Done()
		}
	})
	if failed := r.get(t.Context(), t); failed != nil {
		t.Fatal(failed)
	}
	wait := others(t, r, sharers)
	waiting.Wait()
	failed := r.get(t.Context(), t)
	if failed == nil || failed.Reason != provider.ReasonNetwork {
		t.Errorf("the refused request: %v, want network", failed)
	}
	for _, other := range wait() {
		if other != nil {
			t.Errorf("another request: %v", other)
		}
	}
	if conns, streams := server.counts(); conns != 1 || streams != sharers+2 {
		t.Errorf("%d connections and %d streams, want 1 and %d", conns, streams, sharers+2)
	}
}

// TestGoingAwayHarmsNoneThatIsProcessed checks GOAWAY: requests beyond the last stream
// are sent once and fail once, earlier ones are answered, and the next request uses a
// new connection.
func TestGoingAwayHarmsNoneThatIsProcessed(t *testing.T) {
	t.Parallel()
	const sharers = 10
	var waiting sync.WaitGroup
	waiting.Add(sharers)
	var held []uint32
	r, server := newH2(t, func(c *h2conn, stream uint32) {
		switch {
		case c.number > 0 || stream == 1:
			c.answer(stream)
		case len(held) < sharers:
			held = append(held, stream)
			waiting.Done()
		default:
			c.write(func() { _ = c.framer.WriteGoAway(held[sharers-1], http2.ErrCodeNo, nil) })
			for _, each := range held {
				c.answer(each)
			}
		}
	})
	if failed := r.get(t.Context(), t); failed != nil {
		t.Fatal(failed)
	}
	wait := others(t, r, sharers)
	waiting.Wait()
	failed := r.get(t.Context(), t)
	if failed == nil || failed.Reason != provider.ReasonNetwork {
		t.Errorf("the request beyond the last stream: %v, want network", failed)
	}
	for _, other := range wait() {
		if other != nil {
			t.Errorf("another request: %v", other)
		}
	}
	if failed := r.get(t.Context(), t); failed != nil {
		t.Errorf("the next request: %v", failed)
	}
	if conns, streams := server.counts(); conns != 2 || streams != sharers+3 {
		t.Errorf("%d connections and %d streams, want 2 and %d", conns, streams, sharers+3)
	}
}

// TestTooLargeAWindowHarmsNoOther checks that a request ends when the server opens its
// window beyond the maximum, and that others on its connection are answered.
func TestTooLargeAWindowHarmsNoOther(t *testing.T) {
	t.Parallel()
	var held uint32
	holding := make(chan struct{})
	r, server := newH2(t, func(c *h2conn, stream uint32) {
		switch {
		case stream == 1:
			c.answer(stream) // all requests may now use the connection
		case held == 0:
			held = stream
			close(holding)
		default:
			c.write(func() {
				for range 2 {
					_ = c.framer.WriteWindowUpdate(stream, 1<<31-1)
				}
			})
			c.answer(held)
		}
	})
	if failed := r.get(t.Context(), t); failed != nil {
		t.Fatal(failed)
	}
	wait := others(t, r, 1)
	<-holding
	if failed := r.get(t.Context(), t); failed == nil || failed.Reason != provider.ReasonNetwork {
		t.Errorf("the request with the window: %v, want network", failed)
	}
	if other := wait()[0]; other != nil {
		t.Errorf("the other request: %v", other)
	}
	if conns, streams := server.counts(); conns != 1 || streams != 3 {
		t.Errorf("%d connections and %d streams, want 1 and 3", conns, streams)
	}
	// Whatever a server sends ahead is in memory.
	server.mu.Lock()
	defer server.mu.Unlock()
	if server.window == 0 || server.window > 256<<10 {
		t.Errorf("a window of %d bytes", server.window)
	}
}
