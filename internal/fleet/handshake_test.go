package fleet

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/http2"

	"export_status_exporter/config"
	"export_status_exporter/provider"
)

// bulky returns a server's certificate, its key and a certificate with many names of 3
// bytes after it, and writes the first one to a file.
func bulky(t *testing.T, file string, names int) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	chain := tls.Certificate{PrivateKey: key}
	sans := make([]asn1.RawValue, names)
	for i := range sans {
		sans[i] = asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 6, Bytes: []byte("a")} // a URI
	}
	text, err := asn1.Marshal(sans)
	if err != nil {
		t.Fatal(err)
	}
	for i, each := range []x509.Certificate{
		{IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true},
		{ExtraExtensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 17}, Value: text}}},
	} {
		each.SerialNumber, each.NotAfter = big.NewInt(int64(i+1)), time.Now().Add(time.Hour)
		der, err := x509.CreateCertificate(rand.Reader, &each, &each, &key.PublicKey, key)
		if err != nil {
			t.Fatal(err)
		}
		chain.Certificate = append(chain.Certificate, der)
	}
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: chain.Certificate[0]}), 0o600); err != nil {
		t.Fatal(err)
	}
	return chain
}

// TestBulkyCertificates: a server whose certificates would take much memory for as long
// as the connection is refused. Any others work, and the answers may be longer.
func TestBulkyCertificates(t *testing.T) {
	t.Parallel()
	body := strings.Repeat("x", 2*maxHandshakeBytes)
	for _, c := range []struct {
		names int
		want  string
	}{
		{10, ""},
		{maxCertificateParts, "the server's TLS certificates have too many names or extensions"},
		{80_000, "the server's TLS handshake is too long"},
	} {
		for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
			file := filepath.Join(t.TempDir(), "ca.pem")
			chain := bulky(t, file, c.names)
			api := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) }))
			api.TLS = &tls.Config{Certificates: []tls.Certificate{chain}, MaxVersion: version}
			api.EnableHTTP2 = version == tls.VersionTLS13
			api.StartTLS()
			t.Cleanup(api.Close)
			got, err := fetch(t, file, api.URL)
			var failure *provider.Error
			switch {
			case c.want == "" && (err != nil || got != body):
				t.Errorf("TLS %x: %d bytes, %v", version, len(got), err)
			case c.want != "" && (!errors.As(err, &failure) || failure.Detail != c.want):
				t.Errorf("TLS %x, %d names: %v, want %q", version, c.names, err, c.want)
			}
		}
	}
}

// fetch returns the body at a URL, and trusts the certificate in a file.
func fetch(t *testing.T, ca, url string) (string, error) {
	t.Helper()
	parsed, err := config.Parse([]byte("accounts: [{name: a, onlyfansapi: {token: x, tls_config: {ca_file: '"+ca+"'}}}]"), "exporter.yml")
	if err != nil {
		t.Fatal(err)
	}
	pool := &transports{idlePerHost: 1, built: make(map[config.Route]*transport)}
	defer pool.closeIdle()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := pool.get(parsed.Accounts[0].Connection).RoundTrip(request)
	if err != nil {
		return "", err
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	return string(body), err
}

// TestAFloodOfPingsEndsItsConnection: what a server sends although no request waits is
// bounded, because each ping costs CPU time.
func TestAFloodOfPingsEndsItsConnection(t *testing.T) {
	t.Parallel()
	const flood = 32 << 20
	sent := make(chan int, 1)
	ask := overHTTP2(t, func(conn net.Conn) {
		var pings bytes.Buffer
		for framer := http2.NewFramer(&pings, nil); pings.Len() < 64<<10; {
			_ = framer.WritePing(false, [8]byte{})
		}
		answerFirst(conn)
		drained := make(chan struct{})
		go func() {
			defer close(drained)
			_, _ = io.Copy(io.Discard, conn)
		}()
		n, err := 0, error(nil)
		for n < flood && err == nil {
			var more int
			more, err = conn.Write(pings.Bytes())
			n += more
		}
		sent <- n
		_ = conn.Close()
		<-drained
	}, func(*http.HTTP2Config) {})
	if err := ask(10 * time.Second); err != nil {
		t.Error(err)
	}
	if n := <-sent; n >= flood {
		t.Errorf("%d bytes of pings were read", n)
	}
}
