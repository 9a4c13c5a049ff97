package config

import (
	"crypto/sha256"
	"net"
	"net/url"
	"strings"

	"export_status_exporter/provider/apiclient"
	"export_status_exporter/provider/definition"
	"export_status_exporter/secret"
)

// Connection configures how to reach a provider; every provider block accepts
// it. The settings are those of Prometheus' own HTTP clients, without those
// that add headers or follow redirects.
type Connection struct {
	BaseURL  URL    `yaml:"base_url"`
	ProxyURL URL    `yaml:"proxy_url"`
	NoProxy  string `yaml:"no_proxy"`
	TLS      TLS    `yaml:"tls_config"`

	client *clientTLS // of TLS, with its files read
}

// Route identifies a transport: connections with equal routes can share one.
// Routes are comparable.
type Route struct {
	proxy   secret.Secret // its address, which may hold a password
	noProxy string
	tls     TLS
	caSum   [sha256.Size]byte
}

// Route returns the route of the connection.
func (c *Connection) Route() Route {
	route := Route{noProxy: c.NoProxy, tls: c.TLS, caSum: c.client.caSum}
	if c.ProxyURL.URL != nil {
		route.proxy = secret.New(c.ProxyURL.String())
	}
	return route
}

// Host returns the host of base_url in one spelling: in lower case, without a
// final dot and without the scheme's default port. Addresses of one server are
// equal then.
func (c *Connection) Host() string {
	host := strings.TrimSuffix(strings.ToLower(c.BaseURL.Hostname()), ".")
	port := strings.TrimLeft(c.BaseURL.Port(), "0")
	if port == "" || c.BaseURL.Scheme == "https" && port == "443" || c.BaseURL.Scheme == "http" && port == "80" {
		return host
	}
	return net.JoinHostPort(host, port)
}

// problems returns the problems of the connection by setting, except for those
// of tls_config.
func (c *Connection) problems(endpoints []apiclient.Endpoint) map[string]string {
	found := make(map[string]string)
	if text := checkBaseURL(c.BaseURL.URL, endpoints); text != "" {
		found["base_url"] = text
	}
	if text := checkProxyURL(c.ProxyURL.URL); text != "" {
		found["proxy_url"] = text
	}
	if c.NoProxy != "" && c.ProxyURL.URL == nil {
		found["no_proxy"] = "has no meaning without proxy_url"
	}
	return found
}

func checkProxyURL(u *url.URL) string {
	switch {
	case u == nil:
		return ""
	case u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "socks5":
		return "must begin with http://, https:// or socks5://"
	case strings.Trim(u.Path, "/") != "" || strings.Contains(u.RawQuery+u.Fragment, "@"):
		// This is the rest of a password, and its beginning seems to be the port.
		return "must not contain a path; in its password, write / as %2F, ? as %3F and # as %23"
	}
	return ""
}

func checkBaseURL(u *url.URL, endpoints []apiclient.Endpoint) string {
	switch {
	case *u == (url.URL{}):
		return "" // the block reports what the URL lacks
	case u.User != nil || strings.Contains(u.Path, "@"): // a slash in a password ends the host early
		return "must not contain a user or password"
	case u.RawQuery != "" || u.Fragment != "" || u.ForceQuery:
		return "must not contain a query or a fragment"
	case u.Scheme == "http" && !definition.Loopback(u.Hostname()):
		return "must begin with https://; plain http is for loopback addresses only"
	case u.Scheme != "http" && u.Scheme != "https":
		return "must begin with https://"
	}
	prefix := strings.TrimRight(u.Path, "/")
	for _, endpoint := range endpoints {
		if prefix != "" && strings.HasPrefix(endpoint.Path+"/", prefix+"/") {
			return "must not contain the API's own path: the exporter adds it"
		}
	}
	return ""
}
