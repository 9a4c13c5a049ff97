package config

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"errors"
	"fmt"
	"sync"
	"time"

	promconfig "github.com/prometheus/common/config"

	"export_status_exporter/internal/files"
)

// maxTLSBytes bounds a file of certificates or keys: all authorities of a large
// system together are far below it.
const maxTLSBytes = 1 << 20

// handshakePatience is how long a client certificate that is read again holds up
// a handshake.
const handshakePatience = time.Second

// tls checks the files of tls_config, and notes what that of the authority
// holds.
func (d *decoder) tls(c *Connection) error {
	if d.hung {
		return nil
	}
	_, sum, err := c.clientTLS(d.ctx, d.files)
	d.hung = errors.Is(err, files.ErrHangs)
	c.CASum = sum
	return err
}

// ClientTLS is the connection's tls_config as crypto/tls takes it. A renewed
// client certificate is read for the next handshake; while its files cannot be
// used, the last good one serves.
func (c *Connection) ClientTLS(ctx context.Context, reader *files.Reader) (*tls.Config, error) {
	ready, _, err := c.clientTLS(ctx, reader)
	return ready, err
}

func (c *Connection) clientTLS(ctx context.Context, reader *files.Reader) (ready *tls.Config, caSum [sha256.Size]byte, err error) {
	if err := c.TLS.Validate(); err != nil {
		return nil, caSum, err //nolint:wrapcheck // The caller says what was tried.
	}
	inline := c.TLS
	if inline.CAFile != "" {
		content, err := reader.Read(ctx, inline.CAFile, maxTLSBytes)
		if err != nil {
			return nil, caSum, fmt.Errorf("ca_file: %w", err)
		}
		inline.CA, inline.CAFile = string(content), ""
		caSum = sha256.Sum256(content)
		if inline.CA == "" {
			return nil, caSum, errors.New("ca_file: is empty")
		}
	}
	pair := &clientPair{settings: c.TLS, reader: reader}
	usesPair := c.TLS.Cert != "" || c.TLS.CertFile != ""
	if usesPair {
		if _, err := pair.read(ctx); err != nil {
			return nil, caSum, err
		}
	}
	inline.Cert, inline.CertFile, inline.Key, inline.KeyFile = "", "", "", ""
	ready, err = promconfig.NewTLSConfig(&inline)
	if err != nil {
		return nil, caSum, err //nolint:wrapcheck // The caller says what was tried.
	}
	if usesPair {
		ready.GetClientCertificate = pair.get
	}
	return ready, caSum, nil
}

// clientPair is a client certificate and its key, from the settings or from
// their files.
type clientPair struct {
	settings promconfig.TLSConfig
	reader   *files.Reader

	mu   sync.Mutex
	last *tls.Certificate
}

// get is called for a handshake, whose context ends with the refresh.
func (p *clientPair) get(info *tls.CertificateRequestInfo) (*tls.Certificate, error) {
	ctx, cancel := context.WithTimeout(info.Context(), handshakePatience)
	defer cancel()
	fresh, err := p.read(ctx)
	if err == nil {
		return fresh, nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.last, nil
}

func (p *clientPair) read(ctx context.Context) (*tls.Certificate, error) {
	certificate, key := []byte(p.settings.Cert), []byte(p.settings.Key)
	for _, each := range []struct {
		setting, file string
		content       *[]byte
	}{{"cert_file", p.settings.CertFile, &certificate}, {"key_file", p.settings.KeyFile, &key}} {
		if each.file == "" {
			continue
		}
		content, err := p.reader.Read(ctx, each.file, maxTLSBytes)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", each.setting, err)
		}
		*each.content = content
	}
	pair, err := tls.X509KeyPair(certificate, key)
	if err != nil {
		return nil, fmt.Errorf("the client's certificate and key cannot be used together: %w", err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last = &pair
	return &pair, nil
}
