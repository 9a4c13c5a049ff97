package fleet

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"time"

	promconfig "github.com/prometheus/common/config"

	"export_status_exporter/config"
	"export_status_exporter/internal/files"
	"export_status_exporter/provider/apiclient"
)

// Bounds on connections to providers.
const (
	maxResponseHeaderBytes = 64 << 10
	idleConnTimeout        = 5 * time.Minute
	tlsHandshakeTimeout    = 10 * time.Second
)

// transports builds one http.Transport for each way of connecting, shared by
// all accounts that connect alike, so that connections are used again.
type transports struct {
	files       *files.Reader
	idlePerHost int
	built       []builtTransport
}

type builtTransport struct {
	proxy   *url.URL
	noProxy string
	tls     promconfig.TLSConfig
	caSum   [32]byte
	round   *http.Transport
}

// get returns the transport for a connection.
func (t *transports) get(c config.Connection) (*http.Transport, error) {
	for _, b := range t.built {
		if reflect.DeepEqual(b.proxy, c.ProxyURL.URL) && b.noProxy == c.NoProxy && b.caSum == c.CASum && reflect.DeepEqual(b.tls, c.TLS) {
			return b.round, nil
		}
	}
	tlsConfig, err := c.ClientTLS(context.Background(), t.files)
	if err != nil {
		return nil, fmt.Errorf("tls_config: %w", err)
	}
	// Every connection to a host after the first resumes its session.
	tlsConfig.ClientSessionCache = tls.NewLRUClientSessionCache(t.idlePerHost)
	round := &http.Transport{
		TLSClientConfig:        tlsConfig,
		TLSHandshakeTimeout:    tlsHandshakeTimeout,
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           0,
		MaxIdleConnsPerHost:    t.idlePerHost,
		IdleConnTimeout:        idleConnTimeout,
		MaxResponseHeaderBytes: maxResponseHeaderBytes,
	}
	if c.ProxyURL.URL != nil {
		proxy := promconfig.ProxyConfig{ProxyURL: promconfig.URL{URL: c.ProxyURL.URL}, NoProxy: c.NoProxy}
		round.Proxy = proxy.Proxy()
		round.OnProxyConnectResponse = refusedByProxy
	}
	t.built = append(t.built, builtTransport{proxy: c.ProxyURL.URL, noProxy: c.NoProxy, tls: c.TLS, caSum: c.CASum, round: round})
	return round, nil
}

// refusedByProxy is the failure of a CONNECT that a proxy refuses. Without it
// net/http keeps nothing of the answer but the words of its status.
func refusedByProxy(_ context.Context, _ *url.URL, _ *http.Request, answer *http.Response) error {
	if answer.StatusCode == http.StatusOK {
		return nil
	}
	return apiclient.ProxyRefusal(answer.StatusCode)
}

// closeIdle ends the connections that nobody uses.
func (t *transports) closeIdle() {
	for _, b := range t.built {
		b.round.CloseIdleConnections()
	}
}
