package fleet

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"export_status_exporter/config"
	"export_status_exporter/provider/providertest"
)

// TestADeadHTTP2ConnectionIsReplaced: a connection on which the server is silent, even
// to pings, is closed, and the next request uses a new one.
func TestADeadHTTP2ConnectionIsReplaced(t *testing.T) {
	t.Parallel()
	var conns atomic.Int32
	ask := overHTTP2(t, func(conn net.Conn) {
		conns.Add(1)
		answerOnce(conn)
	}, func(h *http.HTTP2Config) {
		if h.SendPingTimeout <= 0 || h.PingTimeout <= 0 {
			t.Fatal("no pings")
		}
		h.SendPingTimeout, h.PingTimeout = 20*time.Millisecond, 20*time.Millisecond
	})
	const enough = 10 * time.Second
	if err := ask(enough); err != nil {
		t.Fatal(err)
	}
	started := time.Now()
	for ask(enough) != nil {
		if time.Since(started) > enough {
			t.Fatal("the dead connection remains in use")
		}
	}
	if n := conns.Load(); n != 2 {
		t.Errorf("%d connections", n)
	}
}

// overHTTP2 serves connections over HTTP/2, and returns a function that sends a request
// to it with a transport of ours.
func overHTTP2(t *testing.T, serve func(net.Conn), set func(*http.HTTP2Config)) (ask func(limit time.Duration) error) {
	t.Helper()
	parsed, err := config.Parse([]byte("accounts: [{name: a, onlyfansapi: {token: x}}]"), "exporter.yml")
	if err != nil {
		t.Fatal(err)
	}
	pool := &transports{idlePerHost: 1, built: make(map[config.Route]*transport)}
	t.Cleanup(pool.closeIdle)
	round := pool.get(parsed.Accounts[0].Connection).shared
	set(round.HTTP2)
	plain := httptest.NewUnstartedServer(http.NotFoundHandler())
	plain.StartTLS() // only for its certificate
	certificates := plain.TLS.Certificates
	round.TLSClientConfig.RootCAs = x509.NewCertPool()
	round.TLSClientConfig.RootCAs.AddCert(plain.Certificate())
	plain.Close()
	address := providertest.Listen(t, func(conn net.Conn) {
		serve(tls.Server(conn, &tls.Config{Certificates: certificates, NextProtos: []string{"h2"}, MinVersion: tls.VersionTLS12}))
	})
	return func(limit time.Duration) error {
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		defer cancel()
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://"+address, nil)
		if err != nil {
			return err
		}
		answer, err := round.RoundTrip(request)
		if err != nil {
			return err
		}
		return answer.Body.Close()
	}
}

// answerOnce answers the first request of an HTTP/2 connection, and nothing else.
func answerOnce(conn net.Conn) {
	answerFirst(conn)
	_, _ = io.Copy(io.Discard, conn)
}

// answerFirst returns when it has answered the first request, or the connection ends.
func answerFirst(conn net.Conn) {
	if _, err := io.ReadFull(conn, make([]byte, len(http2.ClientPreface))); err != nil {
		return
	}
	framer := http2.NewFramer(conn, conn)
	_ = framer.WriteSettings()
	for {
		frame, err := framer.ReadFrame()
		if err != nil {
			return
		}
		if f, ok := frame.(*http2.HeadersFrame); ok {
			_ = framer.WriteHeaders(http2.HeadersFrameParam{StreamID: f.StreamID, BlockFragment: hpackStatus(), EndHeaders: true, EndStream: true})
			return
		}
	}
}

// hpackStatus returns the encoded header of an answer with status 200.
func hpackStatus() []byte {
	var b bytes.Buffer
	_ = hpack.NewEncoder(&b).WriteField(hpack.HeaderField{Name: ":status", Value: "200"})
	return b.Bytes()
}
