package app_test

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"export_status_exporter/internal/rig"
	"export_status_exporter/internal/sandbox"
)

// TestConnectionsAreKept counts handshakes: the accounts of a host share its
// connections, later scrapes use those that are there, and the two protocols
// that providers offer both work.
func TestConnectionsAreKept(t *testing.T) {
	t.Parallel()
	const accounts = 8
	for _, protocol := range []string{"h2", "http/1.1"} {
		t.Run(protocol, func(t *testing.T) {
			r := rig.New(t)
			var handshakes, resumed atomic.Int64
			provider := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
				if got := request.TLS.NegotiatedProtocol; got != protocol {
					t.Errorf("spoke %s", got)
				}
				r.Sandbox.Handler(sandbox.CoinbaseExchange).ServeHTTP(w, request)
			}))
			provider.EnableHTTP2 = protocol == "h2"
			provider.TLS = &tls.Config{NextProtos: []string{protocol}, VerifyConnection: func(state tls.ConnectionState) error {
				handshakes.Add(1)
				if state.DidResume {
					resumed.Add(1)
				}
				return nil
			}}
			provider.StartTLS()
			t.Cleanup(provider.Close)
			_, port, err := net.SplitHostPort(provider.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			lines := []string{"accounts:"}
			for i := range accounts {
				a := r.Sandbox.AddAccount(sandbox.CoinbaseExchange, fmt.Sprintf("account-%d", i))
				text := r.Account(a, "tls_config: {insecure_skip_verify: true}")
				lines = append(lines, strings.Replace(text, r.Sandbox.URL(sandbox.CoinbaseExchange), "https://127.0.0.1:"+port, 1))
			}
			r.Write(lines...)
			r.Start()
			r.Scrape()
			for range 5 {
				r.Clock.Advance(time.Minute)
				for _, key := range r.Scrape().With("export_source_up{") {
					r.Scrape().Want(t, key, 1)
				}
			}
			// A request that waits for its handshake may use a connection that
			// becomes free first, so some handshakes are extra.
			if made := handshakes.Load(); made < 1 || made > 3*accounts {
				t.Errorf("%d handshakes (%d resumed) for %d requests", made, resumed.Load(), 6*accounts)
			}
			if got := r.Sandbox.Count(sandbox.CoinbaseExchange); got != 6*accounts {
				t.Errorf("%d requests, want %d", got, 6*accounts)
			}
		})
	}
}
