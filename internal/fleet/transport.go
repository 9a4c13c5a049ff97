package fleet

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/url"
	"time"

	promconfig "github.com/prometheus/common/config"

	"export_status_exporter/config"
	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
)

// Limits on connections to providers.
const (
	maxResponseHeaderBytes = 64 << 10
	idleConnTimeout        = 5 * time.Minute
	tlsHandshakeTimeout    = 10 * time.Second
	// dialTimeout applies to connecting, and for a SOCKS5 proxy to the exchange with it.
	// net/http goes on with a dial after the request has ended.
	dialTimeout = 10 * time.Second
)

// transport is a way to connect to providers.
type transport struct {
	shared *apiclient.Transport
	build  func() *apiclient.Transport
}

// RoundTrip implements http.RoundTripper. A retry has connections of its own: over
// HTTP/2, one bad answer can end the connection that it shares with other accounts.
func (t *transport) RoundTrip(request *http.Request) (*http.Response, error) {
	var use provider.Transport = t.shared
	if retry := provider.RetryOf(request.Context()); retry != nil {
		use = retry.Transport(func() provider.Transport {
			own := t.build()
			own.IdleConnTimeout = dialTimeout // for a connection that comes too late
			return own
		})
		if use == nil {
			return nil, request.Context().Err() // the retry has ended before its first request
		}
	}
	return use.RoundTrip(request) //nolint:wrapcheck // apiclient explains errors.
}

// transports builds one transport for each way to connect. Accounts that connect the
// same way share one, so that connections are reused.
type transports struct {
	idlePerHost int
	// before holds the transports of the fleet that this one replaces. Those that get
	// does not return are dropped.
	before map[config.Route]*transport
	built  map[config.Route]*transport
}

// get returns the transport for a connection, and builds it if needed.
func (t *transports) get(c config.Connection) *transport {
	route := c.Route()
	if known := t.built[route]; known != nil {
		return known
	}
	if known := t.before[route]; known != nil {
		t.built[route] = known // connections survive a reload
		return known
	}
	// All but the first connection to a host resume its TLS session.
	sessions, idlePerHost := tls.NewLRUClientSessionCache(t.idlePerHost), t.idlePerHost
	build := func() *apiclient.Transport { return newTransport(c, sessions, idlePerHost) }
	t.built[route] = &transport{shared: build(), build: build}
	return t.built[route]
}

func newTransport(c config.Connection, sessions tls.ClientSessionCache, idlePerHost int) *apiclient.Transport {
	tlsConfig := c.ClientTLS()
	tlsConfig.ClientSessionCache, tlsConfig.VerifyConnection = sessions, checkParts
	round := &http.Transport{
		TLSClientConfig:        tlsConfig,
		TLSHandshakeTimeout:    tlsHandshakeTimeout,
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           0,
		MaxIdleConnsPerHost:    idlePerHost,
		IdleConnTimeout:        idleConnTimeout,
		MaxResponseHeaderBytes: maxResponseHeaderBytes,
		DialContext:            (&net.Dialer{Timeout: dialTimeout}).DialContext,
	}
	if c.ProxyURL.URL != nil {
		settings := promconfig.ProxyConfig{ProxyURL: promconfig.URL{URL: c.ProxyURL.URL}, NoProxy: c.NoProxy}
		if c.ProxyURL.Scheme == "socks5" {
			round.DialContext = socks{choose: settings.Proxy(), timeout: dialTimeout}.dial
		} else {
			round.Proxy = settings.Proxy()
			round.OnProxyConnectResponse = refusedByProxy
		}
	}
	round.DialContext = dial(round.DialContext).metered
	return apiclient.ConfigureHTTP2(round)
}

// refusedByProxy returns the error for a CONNECT request that the proxy
// refuses. Without it, net/http keeps only the text of the status.
func refusedByProxy(_ context.Context, _ *url.URL, _ *http.Request, answer *http.Response) error {
	if answer.StatusCode == http.StatusOK {
		return nil
	}
	return apiclient.ProxyRefusal(answer.StatusCode)
}

// without returns the transports that other does not have.
func (t *transports) without(other *transports) *transports {
	rest := &transports{built: make(map[config.Route]*transport)}
	for route, round := range t.built {
		if other.built[route] != round {
			rest.built[route] = round
		}
	}
	return rest
}

// closeIdle closes idle connections.
func (t *transports) closeIdle() {
	for _, round := range t.built {
		round.shared.CloseIdleConnections()
	}
}
