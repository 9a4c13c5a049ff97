package fleet

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"export_status_exporter/config"
	"export_status_exporter/provider/providertest"
)

// TestAStalledSocksProxyIsLeft: the connection to a SOCKS5 proxy that stalls at any
// point of the exchange is closed after the time limit, although nobody cancels the
// dial.
func TestAStalledSocksProxyIsLeft(t *testing.T) {
	t.Parallel()
	for _, sent := range []string{"", "\x05", "\x05\x00", "\x05\x00\x05\x00\x00\x01"} {
		left := make(chan struct{})
		address := providertest.Listen(t, func(conn net.Conn) {
			_, _ = io.WriteString(conn, sent)
			_, _ = io.Copy(io.Discard, conn) // until the client disconnects
			close(left)
		})
		through := &url.URL{Scheme: "socks5", Host: address}
		conn, err := socks{choose: http.ProxyURL(through), timeout: 50 * time.Millisecond}.dial(context.Background(), "tcp", "api.test:443")
		if !errors.Is(err, os.ErrDeadlineExceeded) && !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%q: %v, %v", sent, conn, err)
		}
		<-left
	}
}

// TestSocksProxies: requests go through the SOCKS5 proxy, with the host's name and the
// password, unless no_proxy lists the host.
func TestSocksProxies(t *testing.T) {
	t.Parallel()
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.Host) }))
	t.Cleanup(api.Close)
	asked := make(chan string, 8)
	proxied := providertest.Listen(t, func(conn net.Conn) { forward(conn, api.Listener.Addr().String(), asked) })
	for _, c := range []struct {
		settings, target string
		want             string
	}{
		{"proxy_url: 'socks5://" + proxied + "'", "http://api.test/", "\x05\x01\x00|\x05\x01\x00\x03\x08api.test\x00\x50"},
		{"proxy_url: 'socks5://jo:word@" + proxied + "'", "http://api.test:81/", "\x05\x02\x00\x02|\x01\x02jo\x04word|\x05\x01\x00\x03\x08api.test\x00\x51"},
		{"proxy_url: 'socks5://" + proxied + "', no_proxy: 127.0.0.0/8", api.URL, ""},
	} {
		parsed, err := config.Parse([]byte("accounts: [{name: a, onlyfansapi: {token: x, "+c.settings+"}}]"), "exporter.yml")
		if err != nil {
			t.Fatal(err)
		}
		pool := &transports{idlePerHost: 1, built: make(map[config.Route]*transport)}
		round := pool.get(parsed.Accounts[0].Connection)
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.target, nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := round.RoundTrip(request)
		if err != nil {
			t.Fatalf("%s: %v", c.settings, err)
		}
		body, err := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if err != nil || string(body) != request.URL.Host {
			t.Errorf("%s: body %s, %v", c.settings, body, err)
		}
		pool.closeIdle()
		got := ""
		if c.want != "" {
			got = <-asked
		}
		if got != c.want {
			t.Errorf("%s: the proxy was told %q, want %q", c.settings, got, c.want)
		}
	}
}

// forward serves one SOCKS5 connection, and sends what the client said to asked.
func forward(conn net.Conn, target string, asked chan<- string) {
	var said []string
	buffer := make([]byte, 256)
	hear := func(answer string) {
		n, _ := conn.Read(buffer)
		said = append(said, string(buffer[:n]))
		_, _ = io.WriteString(conn, answer)
	}
	n, _ := conn.Read(buffer)
	said = append(said, string(buffer[:n]))
	if strings.HasSuffix(said[0], "\x02") {
		_, _ = io.WriteString(conn, "\x05\x02")
		hear("\x01\x00")
	} else {
		_, _ = io.WriteString(conn, "\x05\x00")
	}
	hear("\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
	asked <- strings.Join(said, "|")
	behind, err := net.Dial("tcp", target)
	if err != nil {
		return
	}
	go func() {
		_, _ = io.Copy(behind, conn)
		_ = behind.Close()
	}()
	_, _ = io.Copy(conn, behind)
}
