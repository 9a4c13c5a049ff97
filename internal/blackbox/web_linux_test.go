package blackbox

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// certificate writes one of loopback, with its key, and returns a client that
// trusts it and makes a connection for each request.
func certificate(t *testing.T, folder string) *http.Client {
	t.Helper()
	lender := httptest.NewTLSServer(http.NotFoundHandler())
	lender.Close()
	key, err := x509.MarshalPKCS8PrivateKey(lender.TLS.Certificates[0].PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	block := func(kind string, content []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: content}))
	}
	Put(t, folder, "server.crt", block("CERTIFICATE", lender.Certificate().Raw))
	Put(t, folder, "client-ca.crt", block("CERTIFICATE", lender.Certificate().Raw))
	Put(t, folder, "server.key", block("PRIVATE KEY", key))
	pool := x509.NewCertPool()
	pool.AddCert(lender.Certificate())
	return &http.Client{Timeout: Patience, Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{RootCAs: pool}}}
}

// TestWebFiles: whatever becomes of the web configuration and its files after
// the start, nothing waits for it or takes memory for it: the last good ones
// serve.
func TestWebFiles(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"web.yml", "server.crt", "server.key", "client-ca.crt"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			client := certificate(t, folder)
			web := Put(t, folder, "web.yml", "tls_server_config: {cert_file: server.crt, key_file: server.key, client_ca_file: client-ca.crt, client_auth_type: VerifyClientCertIfGiven}\n")
			p, log := withLog(t, nil, "--demo", "--web.config.file="+web)
			log.await("msg=ready")
			path := filepath.Join(folder, name)
			content, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			check := func(what string) {
				t.Helper()
				began := time.Now()
				for range 10 {
					answer, err := client.Get("https://" + p.address + "/metrics/exporter")
					if err != nil {
						t.Fatalf("%s: %v", what, err)
					}
					_ = answer.Body.Close()
					if answer.StatusCode != http.StatusOK {
						t.Errorf("%s: %s", what, answer.Status)
					}
				}
				// A file that hangs is waited for, for a moment, until that is known.
				if took := time.Since(began); took > 10*time.Second {
					t.Errorf("%s: ten requests took %s", what, took)
				}
			}
			check("at first")
			letGo := lease(t, path)
			check("a file that another program holds")
			letGo()
			for what, place := range map[string]func() error{
				"a pipe":   func() error { return syscall.Mkfifo(path, 0o600) },
				"a device": func() error { return os.Symlink("/dev/zero", path) },
				"a folder": func() error { return os.Mkdir(path, 0o700) },
				"larger than": func() error {
					if err := os.WriteFile(path, nil, 0o600); err != nil {
						return err
					}
					return os.Truncate(path, 1<<40)
				},
				"no such file": func() error { return nil },
			} {
				if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
					t.Fatal(err)
				}
				if err := place(); err != nil {
					t.Fatal(err)
				}
				check(what)
				log.await(what)
			}
			if err := os.RemoveAll(path); err != nil {
				t.Fatal(err)
			}
			Put(t, folder, name, string(content))
			check("in the end")
			log.await("web configuration can be used again")
			if peak := p.Peak(); peak > 150 {
				t.Errorf("it took %d MiB", peak)
			}
			p.signal(syscall.SIGTERM)
			p.wantExit(0)
		})
	}
}
