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
	parsed, err := config.Parse([]byte("accounts: [{name: a, onlyfansapi: {token: x}}]"), "exporter.yml")
	if err != nil {
		t.Fatal(err)
	}
	pool := &transports{idlePerHost: 1, built: make(map[config.Route]*transport)}
	t.Cleanup(pool.closeIdle)
	round := pool.get(parsed.Accounts[0].Connection).shared
	if round.HTTP2 == nil || round.HTTP2.SendPingTimeout <= 0 || round.HTTP2.PingTimeout <= 0 {
		t.Fatal("no pings")
	}
	round.HTTP2.SendPingTimeout, round.HTTP2.PingTimeout = 20*time.Millisecond, 20*time.Millisecond

	plain := httptest.NewUnstartedServer(http.NotFoundHandler())
	plain.StartTLS() // only for its certificate
	certificates := plain.TLS.Certificates
	round.TLSClientConfig.RootCAs = x509.NewCertPool()
	round.TLSClientConfig.RootCAs.AddCert(plain.Certificate())
	plain.Close()
	var conns atomic.Int32
	address := providertest.Listen(t, func(conn net.Conn) {
		conns.Add(1)
		answerOnce(tls.Server(conn, &tls.Config{Certificates: certificates, NextProtos: []string{"h2"}, MinVersion: tls.VersionTLS12}))
	})
	ask := func(limit time.Duration) error {
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

// answerOnce answers the first request of an HTTP/2 connection, and nothing else.
func answerOnce(conn net.Conn) {
	if _, err := io.ReadFull(conn, make([]byte, len(http2.ClientPreface))); err != nil {
		return
	}
	framer := http2.NewFramer(conn, conn)
	_ = framer.WriteSettings()
	answered := false
	for {
		frame, err := framer.ReadFrame()
		if err != nil {
			return
		}
		if f, ok := frame.(*http2.HeadersFrame); ok && !answered {
			answered = true
			encoded := hpackStatus()
			_ = framer.WriteHeaders(http2.HeadersFrameParam{StreamID: f.StreamID, BlockFragment: encoded, EndHeaders: true, EndStream: true})
		}
	}
}

// hpackStatus returns the encoded header of an answer with status 200.
func hpackStatus() []byte {
	var b bytes.Buffer
	_ = hpack.NewEncoder(&b).WriteField(hpack.HeaderField{Name: ":status", Value: "200"})
	return b.Bytes()
}
