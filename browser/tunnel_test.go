//go:build browser

package browser_test

import (
	"context"
	"encoding/pem"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"export_status_exporter/internal/sandbox"
)

// certified is a name in the certificate of httptest's servers.
const certified = "example.com"

// tunnel makes an emulated provider reachable at the real provider's address, which the
// pages show. It starts a proxy that sends every connection to the emulation, and
// writes the certificate authority for the exporter. It returns the settings of an
// account that uses both.
func tunnel(t *testing.T, providers *sandbox.Sandbox, p sandbox.Provider) []string {
	t.Helper()
	api := httptest.NewTLSServer(providers.Handler(p))
	t.Cleanup(api.Close)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect {
			http.Error(w, "only tunnels", http.StatusMethodNotAllowed)
			return
		}
		join(r.Context(), w, api.Listener.Addr().String())
	}))
	t.Cleanup(proxy.Close)
	authority := filepath.Join(t.TempDir(), "ca.crt")
	write(t, authority, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: api.Certificate().Raw}))
	return []string{
		"proxy_url: " + proxy.URL,
		"tls_config: {server_name: " + certified + ", ca_file: " + quoted(authority) + "}",
	}
}

// join connects a client with an address until either side disconnects.
func join(ctx context.Context, w http.ResponseWriter, address string) {
	far, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		http.Error(w, "nobody there", http.StatusBadGateway)
		return
	}
	defer func() { _ = far.Close() }()
	near, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer func() { _ = near.Close() }()
	if _, err := io.WriteString(near, "HTTP/1.1 200 OK\r\n\r\n"); err != nil {
		return
	}
	ended := make(chan struct{}, 2)
	pipe := func(to io.WriteCloser, from io.Reader) {
		_, _ = io.Copy(to, from)
		_ = to.Close() // also ends the other direction
		ended <- struct{}{}
	}
	go pipe(far, buffered)
	go pipe(near, far)
	<-ended
	<-ended
}
