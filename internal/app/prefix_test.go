package app_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"export_status_exporter/internal/app"
	"export_status_exporter/internal/cli"
	"export_status_exporter/internal/rig"
)

func TestRoutePrefixForm(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]app.RoutePrefix{
		"/": "", "": "", "//": "", "/x": "/x", "x": "/x", "/x/": "/x", "/a/b.c/d-e_f~g": "/a/b.c/d-e_f~g",
	} {
		if got, ok := app.ParseRoutePrefix(given); !ok || got != want {
			t.Errorf("%q: %q, %v", given, got, ok)
		}
	}
	for _, wrong := range []string{"/a//b", "/..", "/a/../b", "/./a", "/a b", "/a%20b", "/{x}", "/a?b", "/a#b", "http://h/x", "/ä", "/a\n"} {
		if got, ok := app.ParseRoutePrefix(wrong); ok {
			t.Errorf("%q is taken as %q", wrong, got)
		}
	}
}

// TestHealthPrefix: the health check uses the route prefix.
func TestHealthPrefix(t *testing.T) {
	t.Parallel()
	asked := make(chan string, 1)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { asked <- r.URL.Path }))
	defer server.Close()
	if err := cli.Health(t.Context(), server.Listener.Addr().String(), "/deep/er", ""); err != nil {
		t.Error(err)
	}
	if got := <-asked; got != "/deep/er/-/healthy" {
		t.Errorf("asked %s", got)
	}
}

// TestDiscoveryWithoutHost: a request without Host gets the local address, and
// one with a Host that cannot be scraped gets an error.
func TestDiscoveryWithoutHost(t *testing.T) {
	t.Parallel()
	r := rig.TwoAccounts(t, nil)
	for host, want := range map[string]string{
		"":                              `"` + r.App.Addr() + `"`,
		"Host: there:1\r\n":             `"there:1"`,
		"Host: \r\n":                    `"` + r.App.Addr() + `"`,
		"Host: there:0\r\n":             "400 Bad Request",
		"Host: there:port\r\n":          "400 Bad Request",
		"Host: user@there\r\n":          "400 Bad Request",
		"Host: there/probe?x=1\r\n":     "400 Bad Request",
		"Host: {{there}}\r\n":           "400 Bad Request",
		"Host: [::1]:10917\r\n":         `"[::1]:10917"`,
		"Host: exporter.example\r\n":    `"exporter.example"`,
		"Host: there:1, other:2\r\n":    "400 Bad Request",
		"Host: there:1/\r\n":            "400 Bad Request",
		"Host: javascript:alert(1)\r\n": "400 Bad Request",
	} {
		connection, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", r.App.Addr())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(connection, "GET /sd HTTP/1.0\r\n"+host+"\r\n"); err != nil {
			t.Fatal(err)
		}
		answer, err := io.ReadAll(connection)
		if err != nil || !strings.Contains(string(answer), want) || strings.Contains(string(answer), `[""]`) {
			t.Errorf("%q: %s %v, want %s", host, answer, err, want)
		}
		_ = connection.Close()
	}
	// A handler without a socket has no address.
	request := httptest.NewRequestWithContext(context.WithValue(t.Context(), http.LocalAddrContextKey, nil), http.MethodGet, "/sd", nil)
	request.Host = ""
	answer := httptest.NewRecorder()
	r.App.Handler().ServeHTTP(answer, request)
	if answer.Code != http.StatusBadRequest {
		t.Errorf("without any host: %d %s", answer.Code, answer.Body)
	}
}
