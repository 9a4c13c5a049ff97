package web

import (
	"net/http"
)

// SecurityHeaders adds headers to every response that restrict the browser as
// much as possible: no scripts, only our own styles and images, no framing, no
// caching. It keeps a header that is already set, so --web.config.file and
// handlers can override each one.
func SecurityHeaders(next http.Handler) http.Handler {
	headers := map[string]string{
		"Content-Security-Policy":      contentSecurityPolicy,
		"X-Content-Type-Options":       "nosniff",
		"X-Frame-Options":              "DENY", // like frame-ancestors, for old browsers
		"Referrer-Policy":              "no-referrer",
		"Permissions-Policy":           "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Cache-Control":                "no-store",
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, value := range headers {
			if w.Header().Get(name) == "" {
				w.Header().Set(name, value)
			}
		}
		next.ServeHTTP(w, r)
	})
}

// contentSecurityPolicy allows our own styles, images and forms, and nothing
// else. No page has a script or an inline style.
const contentSecurityPolicy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
