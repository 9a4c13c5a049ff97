package config

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"maps"
	"net"
	"slices"
	"strings"

	promconfig "github.com/prometheus/common/config"

	"export_status_exporter/provider"
)

// TLSVersion is a TLS version in Prometheus' notation, such as TLS12.
type TLSVersion promconfig.TLSVersion

// String implements fmt.Stringer.
func (v TLSVersion) String() string {
	library := promconfig.TLSVersion(v)
	return library.String()
}

// MarshalText implements encoding.TextMarshaler.
func (v TLSVersion) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *TLSVersion) UnmarshalText(text []byte) error {
	known, ok := promconfig.TLSVersions[string(text)]
	if !ok {
		return fmt.Errorf("%q is none of %s", provider.Clip(string(text)), strings.Join(slices.Sorted(maps.Keys(promconfig.TLSVersions)), ", "))
	}
	*v = TLSVersion(known)
	return nil
}

// tlsError is a problem of a setting of tls_config.
type tlsError struct {
	setting string
	err     error
}

func (e *tlsError) Error() string { return e.setting + ": " + e.err.Error() }

func (e *tlsError) Unwrap() error { return e.err }

func tlsProblem(setting, format string, args ...any) error {
	return &tlsError{setting, fmt.Errorf(format, args...)}
}

// check reports settings that contradict each other or that no handshake can
// use.
func (t *TLS) check() error {
	for _, each := range []struct{ setting, value, file string }{{"ca", t.CA, t.CAFile}, {"cert", t.Cert, t.CertFile}, {"key", t.Key.Reveal(), t.KeyFile}} {
		if each.value != "" && each.file != "" {
			return tlsProblem(each.setting, "only one of %s and %s_file can be set; remove one of the two", each.setting, each.setting)
		}
	}
	cert, key := t.Cert != "" || t.CertFile != "", !t.Key.Empty() || t.KeyFile != ""
	switch {
	case cert && !key:
		return tlsProblem("cert", "a client certificate needs its private key: set key_file or key too")
	case key && !cert:
		return tlsProblem("key", "a private key needs its client certificate: set cert_file or cert too")
	case t.MinVersion != 0 && t.MaxVersion != 0 && t.MaxVersion < t.MinVersion:
		return tlsProblem("max_version", "%s is below min_version %s", t.MaxVersion, t.MinVersion)
	case t.MaxVersion != 0 && t.MaxVersion < tls.VersionTLS12 && t.MinVersion == 0:
		return tlsProblem("max_version", "%s is below TLS12, the default of min_version; set min_version too", t.MaxVersion)
	case strings.ContainsAny(t.ServerName, "/@ ") || strings.Contains(t.ServerName, ":") && net.ParseIP(t.ServerName) == nil:
		return tlsProblem("server_name", "must be a host name alone, without scheme, port or path")
	case t.CA != "" && !holdsCertificate([]byte(t.CA)):
		return tlsProblem("ca", "%w", errNoCertificate)
	}
	return nil
}

var errNoCertificate = errors.New("has no PEM certificate, which begins with -----BEGIN CERTIFICATE-----")

func holdsCertificate(content []byte) bool { return x509.NewCertPool().AppendCertsFromPEM(content) }
