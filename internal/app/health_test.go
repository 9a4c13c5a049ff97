package app_test

import (
	"crypto/rand"
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"export_status_exporter/internal/cli"
	"export_status_exporter/internal/rig"
)

// checkHealth runs a health check with a web configuration, and returns what
// the program logged meanwhile.
func checkHealth(t *testing.T, r *rig.Rig, webConfigFile string) string {
	t.Helper()
	if err := cli.Health(t.Context(), r.App.Addr(), "", webConfigFile); err != nil {
		t.Error(err)
	}
	// By now every connection has been handled.
	if err := r.App.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	return r.Log.String()
}

// TestHealth checks a running program in every configuration, which must leave
// no warning in its log.
func TestHealth(t *testing.T) {
	t.Parallel()
	ours, clients := newAuthority(t), newAuthority(t)
	server := ours.server(t, "exporter")
	files := map[string][]byte{"server.crt": server.certificatePEM, "server.key": server.keyPEM, "client-ca.crt": clients.pem}
	const (
		encrypted = "tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n"
		mutual    = encrypted + "  client_ca_file: client-ca.crt\n  client_auth_type: RequireAndVerifyClientCert\n"
		plain     = "client sent an HTTP request to an HTTPS server"
		anonymous = "client didn't provide a certificate"
	)
	users := "basic_auth_users:\n  prometheus: " + hashed(t, rand.Text()) + "\n"
	for name, c := range map[string]struct {
		config   string
		named    []string // what the log says if the web configuration is known to who asks
		nameless []string // and if not
	}{
		"plain":                        {"{}\n", nil, nil},
		"users":                        {users, nil, nil},
		"TLS":                          {encrypted, nil, []string{plain}},
		"TLS 1.2":                      {encrypted + "  max_version: TLS12\n", nil, []string{plain}},
		"TLS and users":                {encrypted + users, nil, []string{plain}},
		"client certificates":          {mutual, []string{anonymous}, []string{plain, anonymous}},
		"client certificates, TLS 1.2": {mutual + "  max_version: TLS12\n", []string{anonymous}, []string{plain, anonymous}},
	} {
		t.Run(name, func(t *testing.T) {
			r, dir := guardedRig(t, c.config, files)
			checkWarnings(t, checkHealth(t, r, filepath.Join(dir, "web-config.yml")), c.named)
			for _, file := range []string{"", filepath.Join(dir, "nowhere.yml")} {
				r, _ := guardedRig(t, c.config, files)
				checkWarnings(t, checkHealth(t, r, file), c.nameless)
			}
		})
	}
}

// checkWarnings fails unless the log has one warning for each text, and no other
// about connections.
func checkWarnings(t *testing.T, log string, want []string) {
	t.Helper()
	if got := strings.Count(log, "http: "); got != len(want) {
		t.Errorf("%d warnings about connections, want %q:\n%s", got, want, log)
	}
	for _, text := range want {
		if !strings.Contains(log, text) {
			t.Errorf("no %q in\n%s", text, log)
		}
	}
}

// TestHealthAddress: an address that means all interfaces is checked on
// loopback, and an address that is not TCP is an error.
func TestHealthAddress(t *testing.T) {
	t.Parallel()
	r := rig.TwoAccounts(t, nil)
	_, port, _ := strings.Cut(r.App.Addr(), ":")
	for _, everywhere := range []string{":" + port, "0.0.0.0:" + port} {
		if err := cli.Health(t.Context(), everywhere, "", ""); err != nil {
			t.Errorf("%s: %v", everywhere, err)
		}
	}
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	for _, wrong := range []string{gone.Listener.Addr().String(), "vsock://:9100", "nonsense"} {
		if cli.Health(t.Context(), wrong, "", "") == nil {
			t.Errorf("%s is healthy", wrong)
		}
	}
}

// withTLS is a web configuration that makes a server speak TLS.
func withTLS(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "web-config.yml")
	put(t, file, []byte("tls_server_config: {cert_file: server.crt, key_file: server.key}\n"))
	return file
}

// TestHealthStatus: only the answers of a running exporter count as healthy,
// not those of another program or path.
func TestHealthStatus(t *testing.T) {
	t.Parallel()
	for status := 200; status < 600; status++ {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
		err := cli.Health(t.Context(), server.Listener.Addr().String(), "", "")
		if alive := status == 200 || status == 401 || status == 429; alive != (err == nil) {
			t.Errorf("%d: %v", status, err)
		}
		server.Close()
	}
	r := rig.TwoAccounts(t, nil)
	if err := cli.Health(t.Context(), r.App.Addr(), "/elsewhere", ""); err == nil || !strings.Contains(err.Error(), "404 Not Found") {
		t.Errorf("below another path: %v", err)
	}
}

// TestUnhealthy: a server that answers 5xx is unhealthy, over http or https,
// whatever the web configuration.
func TestUnhealthy(t *testing.T) {
	t.Parallel()
	broken := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) })
	plain, encrypted := httptest.NewServer(broken), httptest.NewUnstartedServer(broken)
	encrypted.Config.ErrorLog = log.New(io.Discard, "", 0)
	encrypted.StartTLS()
	defer plain.Close()
	defer encrypted.Close()
	for _, c := range []struct{ server, file string }{
		{plain.Listener.Addr().String(), ""},
		{encrypted.Listener.Addr().String(), ""},
		{encrypted.Listener.Addr().String(), withTLS(t)},
	} {
		if err := cli.Health(t.Context(), c.server, "", c.file); err == nil || err.Error() != "health: 503 Service Unavailable" {
			t.Errorf("%v", err)
		}
	}
}

// TestHealthRefused: a server that refuses the connection with a TLS alert is
// healthy.
func TestHealthRefused(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.TLS = &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}
	server.StartTLS()
	defer server.Close()
	if err := cli.Health(t.Context(), server.Listener.Addr().String(), "", withTLS(t)); err != nil {
		t.Error(err)
	}
}

// TestHealthOfOlderStart: if TLS was added to the file after the program
// started, the program still uses http.
func TestHealthOfOlderStart(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	// Go's server waits for the end of a line, which a TLS handshake may not
	// contain. This one checks the first byte.
	asked := make(chan byte, 2)
	go func() {
		for range cap(asked) {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			message := make([]byte, 4096)
			_, _ = connection.Read(message)
			asked <- message[0]
			status := "200 OK"
			if message[0] != 'G' {
				status = "400 Bad Request"
			}
			_, _ = connection.Write([]byte("HTTP/1.1 " + status + "\r\nConnection: close\r\n\r\n"))
			_ = connection.Close()
		}
	}()
	if err := cli.Health(t.Context(), listener.Addr().String(), "", withTLS(t)); err != nil {
		t.Fatal(err)
	}
	if first, second := <-asked, <-asked; first != 22 || second != 'G' {
		t.Errorf("asked %d, then %d", first, second)
	}
}
