package config

import (
	"crypto/sha256"
	"net"
	"net/url"
	"strings"

	promconfig "github.com/prometheus/common/config"

	"export_status_exporter/provider/apiclient"
)

// Connection is how a provider is reached; every provider's block takes it.
// The words are those of Prometheus' own HTTP clients, less what would add
// headers or follow redirects.
type Connection struct {
	BaseURL  URL                  `yaml:"base_url"`
	ProxyURL URL                  `yaml:"proxy_url"`
	NoProxy  string               `yaml:"no_proxy"`
	TLS      promconfig.TLSConfig `yaml:"-"`
	// CASum changes with the content of TLS.CAFile, which is read once per
	// connection; client certificates are read for every handshake.
	CASum [sha256.Size]byte `yaml:"-"`
}

// tlsKeys are the settings of tls_config that are taken. Those left out point
// into a secret store that this program does not have.
func (d *decoder) tlsKeys(c *promconfig.TLSConfig) map[string]setter {
	keys := d.fields(c)
	for _, name := range []string{"ca_ref", "cert_ref", "key_ref"} {
		delete(keys, name)
	}
	return keys
}

// problems returns what is wrong with the connection, by setting, but for the
// files of tls_config.
func (c *Connection) problems(endpoints []apiclient.Endpoint) map[string]string {
	found := make(map[string]string)
	if text := checkBaseURL(c.BaseURL.URL, endpoints); text != "" {
		found["base_url"] = text
	}
	if proxy := c.ProxyURL.URL; proxy != nil && proxy.Scheme != "http" && proxy.Scheme != "https" && proxy.Scheme != "socks5" {
		found["proxy_url"] = "must begin with http://, https:// or socks5://"
	}
	if c.NoProxy != "" && c.ProxyURL.URL == nil {
		found["no_proxy"] = "has no meaning without proxy_url"
	}
	return found
}

func checkBaseURL(u *url.URL, endpoints []apiclient.Endpoint) string {
	switch {
	case u.User != nil:
		return "must not hold a user or password"
	case u.RawQuery != "" || u.Fragment != "" || u.ForceQuery:
		return "must not hold a query or a fragment"
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return "must begin with https://; plain http is for loopback addresses only"
	case u.Scheme != "http" && u.Scheme != "https":
		return "must begin with https://"
	}
	prefix := strings.TrimRight(u.Path, "/")
	for _, endpoint := range endpoints {
		if prefix != "" && strings.HasPrefix(endpoint.Path+"/", prefix+"/") {
			return "must not hold the API's own path: the exporter adds it"
		}
	}
	return ""
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
