package app_test

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"export_status_exporter/internal/rig"
	"export_status_exporter/internal/sandbox"
)

// guarded are URLs that a web configuration must protect: those that cost API
// calls, change something or reveal something.
func guarded() []struct{ method, path string } {
	return []struct{ method, path string }{
		{http.MethodGet, "/metrics"},
		{http.MethodGet, "/metrics/exporter"},
		{http.MethodGet, "/probe?account=fund"},
		{http.MethodGet, "/sd"},
		{http.MethodGet, "/"},
		{http.MethodGet, "/exports"},
		{http.MethodGet, "/config"},
		{http.MethodGet, "/-/healthy"},
		{http.MethodGet, "/-/ready"},
		{http.MethodPost, "/-/reload"},
		{http.MethodGet, "/debug/pprof/cmdline"},
		{http.MethodGet, "/static/export.css"},
	}
}

// guardedRig is the program with one account and a web configuration in a
// folder of its own.
func guardedRig(t *testing.T, webConfig string, files map[string][]byte) (r *rig.Rig, dir string) {
	t.Helper()
	r = rig.New(t)
	fund := r.Sandbox.AddAccount(sandbox.CoinbaseExchange, "fund")
	r.Write("accounts:", r.Account(fund))
	dir = t.TempDir()
	for name, content := range files {
		put(t, filepath.Join(dir, name), content)
	}
	file := filepath.Join(dir, "web-config.yml")
	put(t, file, []byte(webConfig))
	r.Options.Web.WebConfigFile = &file
	r.Options.EnablePprof = true
	r.Start()
	return r, dir
}

// tlsClient makes a new connection for every request, so that each is checked.
func tlsClient(c *tls.Config) *http.Client {
	return &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{TLSClientConfig: c, DisableKeepAlives: true}}
}

// checkAnswered fails unless every address answers 200.
func checkAnswered(t *testing.T, r *rig.Rig, client *http.Client, scheme string, change ...func(*http.Request)) {
	t.Helper()
	for _, each := range guarded() {
		answer, body, err := rig.Ask(t.Context(), client, each.method, scheme+"://"+r.App.Addr()+each.path, change...)
		if err != nil {
			t.Errorf("%s %s: %v", each.method, each.path, err)
		} else if answer.StatusCode != http.StatusOK || body == "" {
			t.Errorf("%s %s answered %d %.100s", each.method, each.path, answer.StatusCode, body)
		}
	}
}

// checkUntouched fails if a refused request had any effect.
func checkUntouched(t *testing.T, r *rig.Rig) {
	t.Helper()
	if got := r.Sandbox.Count(sandbox.CoinbaseExchange); got != 0 {
		t.Errorf("who was refused made the exporter ask the provider %d times", got)
	}
	if strings.Contains(r.Log.String(), "configuration loaded") {
		t.Error("who was refused made the exporter reload")
	}
}

// TestTLSVersions: the minimum is TLS 1.2, whether or not the file says so.
func TestTLSVersions(t *testing.T) {
	t.Parallel()
	ours := newAuthority(t)
	server := ours.server(t, "exporter")
	files := map[string][]byte{"server.crt": server.certificatePEM, "server.key": server.keyPEM}
	const least = "tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n"
	for name, c := range map[string]struct {
		config string
		good   []uint16
		bad    []uint16
	}{
		"by default": {least, []uint16{tls.VersionTLS12, tls.VersionTLS13}, []uint16{tls.VersionTLS10, tls.VersionTLS11}},
		"TLS12":      {least + "  min_version: TLS12\n", []uint16{tls.VersionTLS12, tls.VersionTLS13}, []uint16{tls.VersionTLS10, tls.VersionTLS11}},
		"TLS13":      {least + "  min_version: TLS13\n", []uint16{tls.VersionTLS13}, []uint16{tls.VersionTLS11, tls.VersionTLS12}},
	} {
		t.Run(name, func(t *testing.T) {
			r, _ := guardedRig(t, c.config, files)
			speaks := func(version uint16) *http.Client {
				return tlsClient(&tls.Config{RootCAs: ours.pool(), MinVersion: version, MaxVersion: version})
			}
			for _, version := range c.bad {
				_, _, err := rig.Ask(t.Context(), speaks(version), http.MethodGet, "https://"+r.App.Addr()+"/metrics")
				if err == nil || !strings.Contains(err.Error(), "protocol version not supported") {
					t.Errorf("%s: %v, want it refused", tls.VersionName(version), err)
				}
			}
			answer, body, err := rig.Ask(t.Context(), tlsClient(nil), http.MethodGet, "http://"+r.App.Addr()+"/metrics")
			if err != nil || answer.StatusCode != http.StatusBadRequest || strings.Contains(body, "export_") {
				t.Errorf("plain HTTP: %v %v %.100s, want 400", answer, err, body)
			}
			checkUntouched(t, r)
			for _, version := range c.good {
				checkAnswered(t, r, speaks(version), "https")
			}
			// A client that does not trust our authority refuses the server.
			if _, _, err := rig.Ask(t.Context(), tlsClient(&tls.Config{RootCAs: newAuthority(t).pool()}), http.MethodGet, "https://"+r.App.Addr()+"/"); err == nil {
				t.Error("the certificate is good for whoever trusts another authority")
			}
		})
	}
}

// TestClientCertificates: only a client with the right certificate gets an
// answer.
func TestClientCertificates(t *testing.T) {
	t.Parallel()
	ours, clients, others := newAuthority(t), newAuthority(t), newAuthority(t)
	server := ours.server(t, "exporter")
	r, _ := guardedRig(t, `tls_server_config:
  cert_file: server.crt
  key_file: server.key
  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: client-ca.crt
  client_allowed_sans: [prometheus.example.internal]
`, map[string][]byte{"server.crt": server.certificatePEM, "server.key": server.keyPEM, "client-ca.crt": clients.pem})
	const right = "prometheus.example.internal"
	holding := func(version uint16, certificates ...tls.Certificate) *http.Client {
		return tlsClient(&tls.Config{
			RootCAs: ours.pool(), MinVersion: version, MaxVersion: version,
			// Send this certificate, whatever the server asks for.
			GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
				if len(certificates) == 0 {
					return &tls.Certificate{}, nil
				}
				return &certificates[0], nil
			},
		})
	}
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		for name, certificates := range map[string][]tls.Certificate{
			"none":                      nil,
			"of another authority":      {others.client(t, right).pair},
			"of the server's authority": {ours.client(t, right).pair},
			"with another name":         {clients.client(t, "somebody.example.internal").pair},
			"expired":                   {clients.issue(t, right, time.Now().Add(-time.Minute), x509.ExtKeyUsageClientAuth).pair},
			"not valid yet":             {clients.issue(t, right, time.Now().Add(3*time.Hour), x509.ExtKeyUsageClientAuth).pair},
			"for servers":               {clients.server(t, right).pair},
			"the server's own":          {server.pair},
		} {
			for _, each := range guarded() {
				answer, body, err := rig.Ask(t.Context(), holding(version, certificates...), each.method, "https://"+r.App.Addr()+each.path)
				if err == nil || !strings.Contains(err.Error(), "tls: ") {
					t.Errorf("%s, a certificate %s: %s %s: %v %v %.100s, want it refused", tls.VersionName(version), name, each.method, each.path, answer, err, body)
				}
			}
		}
	}
	checkUntouched(t, r)
	checkAnswered(t, r, holding(tls.VersionTLS12, clients.client(t, right).pair), "https")
	checkAnswered(t, r, holding(tls.VersionTLS13, clients.client(t, right).pair), "https")
}

// TestCertificatesAreReadAgain: a renewed certificate needs no restart.
func TestCertificatesAreReadAgain(t *testing.T) {
	t.Parallel()
	ours := newAuthority(t)
	first, second := ours.server(t, "first"), ours.server(t, "second")
	r, dir := guardedRig(t, "tls_server_config: {cert_file: server.crt, key_file: server.key}\n",
		map[string][]byte{"server.crt": first.certificatePEM, "server.key": first.keyPEM})
	name := func() string {
		answer, _, err := rig.Ask(t.Context(), tlsClient(&tls.Config{RootCAs: ours.pool()}), http.MethodGet, "https://"+r.App.Addr()+"/-/healthy")
		if err != nil {
			t.Fatal(err)
		}
		return answer.TLS.PeerCertificates[0].Subject.CommonName
	}
	if got := name(); got != "first" {
		t.Errorf("the certificate is of %s", got)
	}
	put(t, filepath.Join(dir, "server.crt"), second.certificatePEM)
	put(t, filepath.Join(dir, "server.key"), second.keyPEM)
	if got := name(); got != "second" {
		t.Errorf("the certificate is still of %s", got)
	}
}
