package config

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"errors"
	"sync"
	"time"

	promconfig "github.com/prometheus/common/config"

	"export_status_exporter/internal/files"
	"export_status_exporter/secret"
)

// maxTLSBytes is the maximum size of a file of certificates or keys. All
// authorities of a large system together are much smaller.
const maxTLSBytes = 1 << 20

// handshakePatience is how long a handshake waits for the client certificate to
// be re-read.
const handshakePatience = time.Second

// TLS holds the settings of tls_config, named as in prometheus/common. Settings
// that refer to a secret store are left out.
type TLS struct {
	CA                 string        `yaml:"ca"`
	Cert               string        `yaml:"cert"`
	Key                secret.Secret `yaml:"key"`
	CAFile             string        `yaml:"ca_file"`
	CertFile           string        `yaml:"cert_file"`
	KeyFile            string        `yaml:"key_file"`
	ServerName         string        `yaml:"server_name"`
	InsecureSkipVerify bool          `yaml:"insecure_skip_verify"`
	MinVersion         TLSVersion    `yaml:"min_version"`
	MaxVersion         TLSVersion    `yaml:"max_version"`
}

// library converts the settings to those of prometheus/common.
func (t *TLS) library() promconfig.TLSConfig {
	return promconfig.TLSConfig{
		CA: t.CA, Cert: t.Cert, Key: promconfig.Secret(t.Key.Reveal()), CAFile: t.CAFile, CertFile: t.CertFile, KeyFile: t.KeyFile,
		ServerName: t.ServerName, InsecureSkipVerify: t.InsecureSkipVerify, MinVersion: promconfig.TLSVersion(t.MinVersion), MaxVersion: promconfig.TLSVersion(t.MaxVersion),
	}
}

// setDirectory resolves the paths of the files against a folder.
func (t *TLS) setDirectory(dir string) {
	for _, file := range []*string{&t.CAFile, &t.CertFile, &t.KeyFile} {
		*file = promconfig.JoinDir(dir, *file)
	}
}

// clientTLS is a tls_config with its files read, or the error.
type clientTLS struct {
	ready *tls.Config
	caSum [sha256.Size]byte
	err   error
}

// tls reads the files of tls_config. Connections with equal settings share the
// result.
func (d *decoder) tls(settings TLS) *clientTLS {
	if have, ok := d.routes[settings]; ok || d.hung {
		if have == nil {
			have = &clientTLS{}
		}
		return have
	}
	read := readTLS(d.ctx, d.files, settings)
	d.hung = errors.Is(read.err, files.ErrHangs)
	d.routes[settings] = read
	return read
}

// ClientTLS returns a copy of the connection's tls_config for crypto/tls. The
// client certificate is re-read for each handshake; if its files cannot be
// used, the last good one is.
func (c *Connection) ClientTLS() *tls.Config { return c.client.ready.Clone() }

func readTLS(ctx context.Context, reader *files.Reader, settings TLS) *clientTLS {
	read := &clientTLS{}
	if read.err = settings.check(); read.err != nil {
		return read
	}
	inline := settings.library()
	if inline.CAFile != "" {
		content, err := reader.Read(ctx, inline.CAFile, maxTLSBytes)
		if err != nil {
			read.err = tlsProblem("ca_file", "%w", err)
			return read
		}
		if len(content) > 0 && !holdsCertificate(content) {
			read.err = tlsProblem("ca_file", "%w", errNoCertificate)
			return read
		}
		inline.CA, inline.CAFile = string(content), ""
		read.caSum = sha256.Sum256(content)
		if inline.CA == "" {
			read.err = tlsProblem("ca_file", "is empty")
			return read
		}
	}
	pair := &clientPair{settings: settings, reader: reader}
	usesPair := settings.Cert != "" || settings.CertFile != ""
	if usesPair {
		if _, read.err = pair.read(ctx); read.err != nil {
			return read
		}
	}
	inline.Cert, inline.CertFile, inline.Key, inline.KeyFile = "", "", "", ""
	if read.ready, read.err = promconfig.NewTLSConfig(&inline); read.err == nil && usesPair {
		read.ready.GetClientCertificate = pair.get
	}
	return read
}

// clientPair is a client certificate with its key, from the settings or from
// files.
type clientPair struct {
	settings TLS
	reader   *files.Reader

	mu   sync.Mutex
	last *tls.Certificate
}

// get implements tls.Config.GetClientCertificate. The context of the handshake
// ends with the refresh.
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
	certificate, key := []byte(p.settings.Cert), []byte(p.settings.Key.Reveal())
	for _, each := range []struct {
		setting, file string
		content       *[]byte
	}{{"cert_file", p.settings.CertFile, &certificate}, {"key_file", p.settings.KeyFile, &key}} {
		if each.file == "" {
			continue
		}
		content, err := p.reader.Read(ctx, each.file, maxTLSBytes)
		if err != nil {
			return nil, tlsProblem(each.setting, "%w", err)
		}
		*each.content = content
	}
	pair, err := tls.X509KeyPair(certificate, key)
	if err != nil {
		return nil, tlsProblem("cert", "the client's certificate and key cannot be used together: %w", err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last = &pair
	return &pair, nil
}
