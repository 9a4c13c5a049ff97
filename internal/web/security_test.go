package web

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestSecurityHeaders(t *testing.T) {
	pages := pagesOf(richFleet())
	answer := get(t, SecurityHeaders(http.HandlerFunc(pages.Exports)).ServeHTTP, "/exports")
	for name, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
		"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
	} {
		if got := answer.Header().Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	mustContain(t, answer.Header().Get("Permissions-Policy"), "camera=()", "geolocation=()", "microphone=()")
	policy := answer.Header().Get("Content-Security-Policy")
	mustContain(t, policy, "default-src 'none'", "style-src 'self'", "img-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'")
	if strings.ContainsAny(policy, "*") || strings.Contains(policy, "unsafe") || strings.Contains(policy, "sha256") || strings.Contains(policy, "script-src") {
		t.Errorf("the policy is too lenient: %s", policy)
	}
}

func TestAnOperatorsHeaderWins(t *testing.T) {
	guarded := SecurityHeaders(http.NotFoundHandler())
	answer := httptest.NewRecorder()
	answer.Header().Set("X-Frame-Options", "SAMEORIGIN")
	guarded.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/", nil))
	if got := answer.Header().Values("X-Frame-Options"); len(got) != 1 || got[0] != "SAMEORIGIN" {
		t.Errorf("%v", got)
	}
}

func TestStatic(t *testing.T) {
	pages := pagesOf(richFleet())
	page := open(t, richFleet(), "/exports")
	for _, link := range page.all("link") {
		href := link.attr["href"]
		answer := get(t, SecurityHeaders(http.HandlerFunc(pages.Static)).ServeHTTP, "/"+href)
		if answer.Code != http.StatusOK || answer.Body.Len() == 0 {
			t.Fatalf("%s: %d", href, answer.Code)
		}
		if got := answer.Header().Get("Cache-Control"); !strings.Contains(got, "immutable") {
			t.Errorf("%s may not be kept: %s", href, got)
		}
		plain, _, _ := strings.Cut(href, "?")
		request := httptest.NewRequest(http.MethodGet, "/"+plain, nil)
		request.Header.Set("If-None-Match", answer.Header().Get("ETag"))
		again := httptest.NewRecorder()
		pages.Static(again, request)
		if again.Code != http.StatusNotModified || again.Header().Get("Cache-Control") != "no-cache" {
			t.Errorf("%s: %d %s", plain, again.Code, again.Header().Get("Cache-Control"))
		}
	}
	for target, want := range map[string]string{"/static/export.css": "text/css; charset=utf-8", "/static/icon.svg": "image/svg+xml", "/favicon.ico": "image/svg+xml"} {
		if got := get(t, pages.Static, target).Header().Get("Content-Type"); got != want {
			t.Errorf("%s: %s", target, got)
		}
	}
	for _, target := range []string{"/static/", "/static/exports.html", "/static/../pages.go"} {
		if answer := get(t, pages.Static, target); answer.Code != http.StatusNotFound {
			t.Errorf("%s: %d", target, answer.Code)
		}
	}
}
