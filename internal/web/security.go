package web

import (
	"net/http"
)

// SecurityHeaders adds to every answer what tells a browser to trust it with as
// little as possible: no script at all, styles and images from here only, no
// framing, no storing. A header that is already there stays, so that one which
// an operator sets with --web.config.file wins, and a handler may replace any.
func SecurityHeaders(next http.Handler) http.Handler {
	headers := securityHeaders()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, each := range headers {
			if w.Header().Get(each.name) == "" {
				w.Header().Set(each.name, each.value)
			}
		}
		next.ServeHTTP(w, r)
	})
}

type header struct{ name, value string }

func securityHeaders() []header {
	return []header{
		{"Content-Security-Policy", contentSecurityPolicy},
		{"X-Content-Type-Options", "nosniff"},
		{"X-Frame-Options", "DENY"}, // what frame-ancestors says, for old browsers
		{"Referrer-Policy", "no-referrer"},
		{"Permissions-Policy", "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()"},
		{"Cross-Origin-Opener-Policy", "same-origin"},
		{"Cross-Origin-Resource-Policy", "same-origin"},
		{"Cache-Control", "no-store"},
	}
}

// contentSecurityPolicy allows styles and images of ours, forms that come back
// here, and nothing else: no page has a script or a style of its own.
const contentSecurityPolicy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
