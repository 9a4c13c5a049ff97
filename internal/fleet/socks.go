package fleet

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/net/proxy"

	"export_status_exporter/provider/apiclient"
)

// socks dials through a SOCKS5 proxy. Unlike net/http, it limits how long the proxy may
// take, so that a proxy that accepts connections and stalls does not collect them.
type socks struct {
	// choose returns the proxy for a request, or nil for none.
	choose  func(*http.Request) (*url.URL, error)
	timeout time.Duration
}

// dial implements http.Transport.DialContext.
func (s socks) dial(ctx context.Context, network, address string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	through, err := s.choose(&http.Request{URL: &url.URL{Scheme: "https", Host: address}})
	if err != nil {
		return nil, fmt.Errorf("choosing the proxy: %w", err)
	}
	var direct net.Dialer
	if through == nil {
		return direct.DialContext(ctx, network, address) //nolint:wrapcheck // apiclient classifies it
	}
	port := through.Port()
	if port == "" {
		port = "1080"
	}
	at := net.JoinHostPort(through.Hostname(), port)
	conn, err := direct.DialContext(ctx, network, at)
	if err != nil {
		return nil, &net.OpError{Op: apiclient.OpProxy, Net: network, Err: err}
	}
	var auth *proxy.Auth
	if user := through.User; user != nil {
		auth = &proxy.Auth{User: user.Username()}
		auth.Password, _ = user.Password()
	}
	dialer, err := proxy.SOCKS5(network, at, auth, dialed{conn})
	if err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("preparing the proxy: %w", err)
	}
	// It closes the connection if it fails.
	return dialer.(proxy.ContextDialer).DialContext(ctx, network, address) //nolint:wrapcheck,forcetypeassert // apiclient classifies the error; SOCKS5 documents the type
}

// dialed is a dialer that returns one open connection.
type dialed struct{ conn net.Conn }

// Dial implements proxy.Dialer.
func (d dialed) Dial(string, string) (net.Conn, error) { return d.conn, nil }

// DialContext implements proxy.ContextDialer.
func (d dialed) DialContext(context.Context, string, string) (net.Conn, error) { return d.conn, nil }
