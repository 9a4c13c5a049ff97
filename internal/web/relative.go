package web

import (
	"net/http"
	"strings"
)

// RelativeRedirects makes redirects to a path here relative to the address
// that was asked for. A proxy may have stripped a part of that, which an
// absolute path would lack.
func RelativeRedirects(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(&relativeWriter{ResponseWriter: w, from: r.URL.EscapedPath()}, r)
	})
}

type relativeWriter struct {
	http.ResponseWriter
	from string
}

// Unwrap lets http.ResponseController reach the connection.
func (r *relativeWriter) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// WriteHeader implements http.ResponseWriter.
func (r *relativeWriter) WriteHeader(status int) {
	if to := r.Header().Get("Location"); strings.HasPrefix(to, "/") && strings.HasPrefix(r.from, "/") {
		r.Header().Set("Location", relativePath(r.from, to))
	}
	r.ResponseWriter.WriteHeader(status)
}

// relativePath climbs from a path to the root and goes down to another. Who
// follows it resolves the dots in the first path before.
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
