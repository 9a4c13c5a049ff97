package web

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestRelativePath(t *testing.T) {
	for _, c := range [][3]string{
		{"/", "/exporter/", "./exporter/"},
		{"/debug/pprof", "/debug/pprof/", "../debug/pprof/"},
		{"/a/b/c", "/x", "../../x"},
		{"//exports", "/exports", "../exports"},
		{"/-/./ready", "/-/ready", "../-/ready"},
		{"/a/../b", "/b", "./b"},
		{"/a/%2E%2e/b/", "/b/", "../b/"},
		{"/../../x", "/x", "./x"},
		{"//", "/", "../"},
		{"/a//", "/a/", "../../a/"},
		{"/x", "//elsewhere.example/", ".//elsewhere.example/"},
	} {
		if got := relativePath(c[0], c[1]); got != c[2] {
			t.Errorf("from %s to %s: %s, want %s", c[0], c[1], got, c[2])
		}
	}
}

// TestRedirectsHaveNoBody: net/http's own has an absolute link, which lacks a prefix that
// a proxy strips.
func TestRedirectsHaveNoBody(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("up 1\n")) })
	mux.Handle("GET /{$}", http.RedirectHandler("/p/", http.StatusFound))
	for path, want := range map[string]struct{ location, body string }{
		"//metrics": {"../metrics", ""}, "/": {"./p/", ""}, "/metrics": {"", "up 1\n"},
	} {
		answer := httptest.NewRecorder()
		RelativeRedirects(mux).ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
		if got := answer.Header().Get("Location"); got != want.location || answer.Body.String() != want.body {
			t.Errorf("%s: Location %q and body %q, want %q and %q", path, got, answer.Body, want.location, want.body)
		}
		if kind := answer.Header().Get("Content-Type"); want.body == "" && kind != "" {
			t.Errorf("%s: a Content-Type, %q", path, kind)
		}
	}
}
