package apiclient_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"export_status_exporter/provider"
)

// certificate returns a new self-signed server certificate and a pool that trusts it.
func certificate(t *testing.T, change func(*x509.Certificate)) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(time.Hour),
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1)},
		KeyUsage:     x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		IsCA:         true, BasicConstraintsValid: true,
	}
	change(template)
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

func TestTLS(t *testing.T) {
	t.Parallel()
	same := func(*x509.Certificate) {}
	for _, c := range []struct {
		name   string
		change func(*x509.Certificate)
		server func(*tls.Config)
		trust  bool
		detail string
	}{
		{"trusted", same, nil, true, ""},
		{"unknown authority", same, nil, false, "the server's TLS certificate is signed by an unknown authority"},
		{"expired", func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) }, nil, true, "the server's TLS certificate has expired or is not valid yet"},
		{"not valid yet", func(c *x509.Certificate) { c.NotBefore = time.Now().Add(time.Minute) }, nil, true, "the server's TLS certificate has expired or is not valid yet"},
		{"another host", func(c *x509.Certificate) { c.IPAddresses = []net.IP{net.IPv4(192, 0, 2, 1)} }, nil, true, "the server's TLS certificate is for another host"},
		{"no host", func(c *x509.Certificate) { c.IPAddresses = nil }, nil, true, "the server's TLS certificate is for another host"},
		{"not for servers", func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning} }, nil, true, "the server's TLS certificate is not valid"},
		{"no common version", same, func(c *tls.Config) { c.MaxVersion = tls.VersionTLS11; c.MinVersion = tls.VersionTLS10 }, true, "the server refused the TLS handshake"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			pair, pool := certificate(t, c.change)
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				answer(w, map[string]int{"a": 1})
			}))
			server.Config.ErrorLog = log.New(io.Discard, "", 0)
			server.TLS = &tls.Config{Certificates: []tls.Certificate{pair}}
			if c.server != nil {
				c.server(server.TLS)
			}
			server.StartTLS()
			t.Cleanup(server.Close)
			if !c.trust {
				pool = x509.NewCertPool()
			}
			r := dialRig(t, server.URL, &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}})
			failed := r.get(t.Context(), t)
			if c.detail != "" {
				r.want(t, failed, provider.ReasonNetwork, c.detail, 0)
			} else if failed != nil {
				t.Error(failed)
			}
		})
	}
}

func TestPlainHTTPOnATLSPort(t *testing.T) {
	t.Parallel()
	for name, serve := range map[string]func(net.Conn){
		"HTTP":    say("HTTP/1.1 400 Bad Request\r\n\r\n"),
		"another": say("SSH-2.0-x\r\n"),
	} {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Read(make([]byte, 1)) // start the handshake
			serve(conn)
			_ = conn.(*net.TCPConn).CloseWrite()
			_, _ = io.Copy(io.Discard, conn)
			_ = conn.Close()
		}()
		r := dialRig(t, "https://"+listener.Addr().String(), &http.Transport{})
		failed := r.get(t.Context(), t)
		_ = listener.Close()
		<-ended
		if failed == nil || failed.Reason != provider.ReasonNetwork || !strings.Contains(failed.Detail, "does not speak TLS") {
			t.Errorf("%s: %v", name, failed)
		}
	}
}
