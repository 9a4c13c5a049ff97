package apiclient_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
	"export_status_exporter/provider/providertest"
)

// socksProxy is a SOCKS5 proxy that answers every greeting with the given method, every
// password with the verdict and every request with the code, and then disconnects.
func socksProxy(t *testing.T, method, verdict, code byte) *url.URL {
	t.Helper()
	address := providertest.Listen(t, func(conn net.Conn) { serveSocks(conn, method, verdict, code) })
	return &url.URL{Scheme: "socks5", User: url.UserPassword("jo", "CANARY"), Host: address}
}

func serveSocks(conn net.Conn, method, verdict, code byte) {
	in := bufio.NewReader(conn)
	head := make([]byte, 2)
	_, _ = io.ReadFull(in, head)
	_, _ = io.CopyN(io.Discard, in, int64(head[1]))
	_, _ = conn.Write([]byte{5, method})
	if method == 2 {
		for range 2 { // version and user, then password
			_, _ = io.ReadFull(in, head[:1])
			if head[0] == 1 {
				_, _ = io.ReadFull(in, head[1:2])
				head[0] = head[1]
			}
			_, _ = io.CopyN(io.Discard, in, int64(head[0]))
		}
		_, _ = conn.Write([]byte{1, verdict})
	}
	request := make([]byte, 5)
	if _, err := io.ReadFull(in, request); err == nil {
		_, _ = io.CopyN(io.Discard, in, int64(request[4])+2)
		_, _ = conn.Write([]byte{5, code, 0, 1, 0, 0, 0, 0, 0, 0})
	}
}

// TestASocksProxysRefusalIsSaid checks that a SOCKS5 reply is shown as a network error,
// and that a rejected password is not tried again.
func TestASocksProxysRefusalIsSaid(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		method, verdict, code byte
		detail                string
		final                 bool
	}{
		{0, 0, 1, "the proxy answers: general SOCKS server failure", false},
		{0, 0, 2, "the proxy answers: connection not allowed by ruleset", false},
		{0, 0, 4, "the proxy answers: host unreachable", false},
		{0, 0, 5, "the proxy answers: connection refused", false},
		{0, 0, 99, "the proxy does not forward the connection: the connection failed", false},
		{2, 1, 0, "the proxy refuses the user and password", true},
		{0xff, 0, 0, "the proxy refuses the user and password", true},
	} {
		failed := throughProxy(t, socksProxy(t, c.method, c.verdict, c.code))
		if failed == nil || failed.Reason != provider.ReasonNetwork || failed.Detail != c.detail || failed.Final != c.final || !strings.Contains(failed.Advise(), "proxy_url") {
			t.Errorf("%+v: %+v", c, failed)
		}
	}
}

// TestAProxyThatIsNotThere checks the error for a proxy that cannot be reached.
func TestAProxyThatIsNotThere(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	_ = listener.Close()
	for _, scheme := range []string{"http", "https", "socks5"} {
		failed := throughProxy(t, &url.URL{Scheme: scheme, Host: address})
		if failed == nil || failed.Reason != provider.ReasonNetwork || failed.Detail != "the proxy could not be used: connection refused" || !strings.Contains(failed.Advise(), "proxy_url") {
			t.Errorf("%s: %+v", scheme, failed)
		}
	}
}

// throughProxy sends an HTTPS request through a proxy.
func throughProxy(t *testing.T, proxy *url.URL) *provider.Error {
	t.Helper()
	transport := &http.Transport{Proxy: http.ProxyURL(proxy)}
	t.Cleanup(transport.CloseIdleConnections)
	client := apiclient.New(providertest.Deps(transport), &providertest.Observer{}, apiclient.API{Endpoints: endpoints()})
	return failure(t, client.Do(t.Context(), list(), func(*apiclient.Response) error { return nil }))
}
