package web

import (
	"net/http"
	"strings"
)

// RelativeRedirects rewrites redirects to absolute paths so that they are
// relative to the requested URL, and drops their bodies, which link to the absolute path.
// Behind a proxy that strips a path prefix, absolute paths would lack the prefix.
func RelativeRedirects(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(&relativeWriter{ResponseWriter: w, from: r.URL.EscapedPath()}, r)
	})
}

type relativeWriter struct {
	http.ResponseWriter
	from      string
	redirects bool
}

// Unwrap returns the wrapped writer, for http.ResponseController.
func (r *relativeWriter) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// WriteHeader implements http.ResponseWriter.
func (r *relativeWriter) WriteHeader(status int) {
	if to := r.Header().Get("Location"); strings.HasPrefix(to, "/") && strings.HasPrefix(r.from, "/") {
		r.Header().Set("Location", relativePath(r.from, to))
		r.Header().Del("Content-Type")
		r.redirects = true
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (r *relativeWriter) Write(p []byte) (int, error) {
	if r.redirects {
		return len(p), nil
	}
	return r.ResponseWriter.Write(p)
}

// relativePath returns the path from one URL path to another by way of the
// root. It counts dot segments in from, because clients resolve those first.
func relativePath(from, to string) string {
	folders := strings.Split(from, "/")
	up := 0
	for _, folder := range folders[1 : len(folders)-1] {
		switch strings.ReplaceAll(strings.ToLower(folder), "%2e", ".") {
		case ".":
		case "..":
			up = max(up-1, 0)
		default:
			up++
		}
	}
	if up == 0 {
		return "." + to
	}
	return strings.TrimSuffix(strings.Repeat("../", up), "/") + to
}
