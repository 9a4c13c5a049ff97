package answers

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"export_status_exporter/internal/rig"
	"export_status_exporter/internal/sandbox"
)

// gatewayPages are answers that do not come from our APIs: from content
// delivery networks, proxies, firewalls and hotels.
func gatewayPages() map[string]string {
	return map[string]string{
		"a block page":             "<!DOCTYPE html>\n<html><head><title>Attention Required!</title></head><body>blocked</body></html>",
		"a page after white space": "\r\n\t <html></html>",
		"a page after a mark":      "\ufeff<html></html>",
		"a page cut short":         "<!DOCTYPE ht",
		"a proxy's login":          "<html><form action=/login><input name=password></form></html>",
		"a comment first":          "<!-- edge 17 --><html></html>",
		"XML":                      `<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>`,
		"plain text":               "error code: 1020",
		"one word":                 "Forbidden",
		"a sentence":               "RBAC: access denied",
		"other JSON":               `{"cloudflare_error":true,"error_code":1010,"ray_id":"1"}`,
		"a problem document":       `{"type":"about:blank","title":"Forbidden","detail":"no"}`,
		"a redirect in JSON":       `{"login_url":"https://example.com/login"}`,
		"an empty object":          `{}`,
		"an empty list":            `[]`,
		"a JSON text":              `"Forbidden"`,
		"a number":                 `403`,
		"null":                     `null`,
		"NUL bytes":                "\x00\x00\x00",
		"a PDF":                    "%PDF-1.7",
	}
}

// TestAGatewaysPageIsNotTheAPIs: a refusal that is not in the API's own form
// says nothing about the key, but an empty one does.
func TestAGatewaysPageIsNotTheAPIs(t *testing.T) {
	t.Parallel()
	for _, d := range allDialects() {
		for _, status := range []int{http.StatusUnauthorized, http.StatusForbidden} {
			t.Run(fmt.Sprintf("%s/%d", d.provider, status), func(t *testing.T) {
				t.Parallel()
				r, a := d.rig(t)
				for name, body := range gatewayPages() {
					a.ClearFault()
					r.Clock.Advance(7 * time.Hour)
					r.Scrape().Want(t, rig.SourceKey("export_source_up", d.provider, "main", d.source), 1)
					r.Clock.Advance(time.Minute)
					a.SetFault(rig.Serves(status, body))
					testGatewaysPage(t, r, a, &d, name)
				}
			})
			t.Run(fmt.Sprintf("%s/%d/empty", d.provider, status), func(t *testing.T) {
				t.Parallel()
				r, a := d.rig(t)
				a.SetFault(rig.Serves(status, ""), rig.Serves(status, "\r\n"))
				want := map[int]string{401: "auth", 403: "permission"}[status]
				if reasons := r.Scrape().Reasons("main", d.source); len(reasons) != 1 || reasons[0] != want {
					t.Errorf("reasons %v, want %s", reasons, want)
				}
			})
		}
	}
}

func testGatewaysPage(t *testing.T, r *rig.Rig, a *sandbox.Account, d *dialect, name string) {
	t.Helper()
	calls, mark := a.Count(), len(r.Log.String())
	got := r.Scrape()
	if reasons := got.Reasons("main", d.source); len(reasons) != 1 || reasons[0] != "unavailable" {
		t.Errorf("%s: reasons %v, want unavailable", name, reasons)
	}
	if asked := a.Count() - calls; asked != 1 {
		t.Errorf("%s: %d calls, want 1", name, asked)
	}
	got.Want(t, rig.SourceKey("export_source_backoff_until_timestamp_seconds", d.provider, "main", d.source), float64(r.Clock.Now().Add(15*time.Minute).Unix()))
	_, page := r.Request(http.MethodGet, "/exports?format=json", nil)
	for where, text := range map[string]string{"log": r.Log.String()[mark:], "page": page} {
		if !strings.Contains(text, "a gateway in front of the API refuses this address") {
			t.Errorf("%s: the %s does not tell the gateway:\n%s", name, where, text)
		}
		if advice := "check whether the provider blocks this network"; !strings.Contains(text, advice) || strings.Contains(text, "check api_key") || strings.Contains(text, "check token") {
			t.Errorf("%s: the %s advises about the key:\n%s", name, where, text)
		}
	}
}

// TestAGatewayIsNotAskedAgainAtOnce: a gateway's refusal pauses its source for
// 15 minutes, then twice as long, and no other source.
func TestAGatewayIsNotAskedAgainAtOnce(t *testing.T) {
	t.Parallel()
	r, all := rigOfAll(t)
	for _, each := range all {
		each.SetFault(rig.Serves(http.StatusForbidden, "<html>blocked</html>"))
	}
	began := r.Clock.Now()
	asked := make(map[sandbox.Provider][]time.Duration)
	for range 160 {
		before := make(map[sandbox.Provider]int64)
		for _, each := range all {
			before[each.provider] = each.Count()
		}
		r.Scrape()
		for _, each := range all {
			if each.Count() > before[each.provider] {
				asked[each.provider] = append(asked[each.provider], r.Clock.Now().Sub(began))
			}
		}
		r.Clock.Advance(time.Minute)
	}
	for _, each := range all {
		if got, want := fmt.Sprint(asked[each.provider]), "[0s 15m0s 45m0s 1h45m0s]"; got != want {
			t.Errorf("%s was asked after %s, want %s", each.provider, got, want)
		}
	}
	r = rig.New(t)
	treasury := r.Sandbox.AddAccount(sandbox.Kraken, "treasury")
	fault := rig.Serves(http.StatusForbidden, "<html>blocked</html>")
	fault.Source = "trades"
	treasury.SetFault(fault)
	r.Write("accounts:", r.Account(treasury))
	r.Start()
	for range 2 {
		got := r.Scrape()
		got.Want(t, rig.SourceKey("export_source_up", sandbox.Kraken, "treasury", "trades"), 0)
		got.Want(t, rig.SourceKey("export_source_up", sandbox.Kraken, "treasury", "ledgers"), 1)
		r.Clock.Advance(time.Minute)
	}
}

// TestAMaintenancePageAdvisesToWait: the advice for a page with status 200 does
// not blame a bug.
func TestAMaintenancePageAdvisesToWait(t *testing.T) {
	t.Parallel()
	pages := map[string]string{}
	for name, body := range gatewayPages() {
		if body[0] != '{' && body[0] != '[' && body[0] != '"' && body != "null" && body != "403" {
			pages[name] = body
		}
	}
	for _, d := range allDialects() {
		r, a := d.rig(t)
		for name, body := range pages {
			r.Clock.Advance(7 * time.Hour)
			before := len(r.Log.String())
			a.SetFault(rig.Serves(http.StatusOK, body))
			if reasons := r.Scrape().Reasons("main", d.source); len(reasons) != 1 || reasons[0] != "malformed" {
				t.Errorf("%s: %s has reasons %v, want malformed", d.provider, name, reasons)
			}
			if log := r.Log.String()[before:]; !strings.Contains(log, `advice="wait: the API may be under maintenance`) || strings.Contains(log, "report a bug") {
				t.Errorf("%s: %s: log\n%s", d.provider, name, log)
			}
		}
	}
}

// TestAProxysRefusalIsTold: a proxy's refusal is a network error with its
// status, and a 407 is not retried.
func TestAProxysRefusalIsTold(t *testing.T) {
	t.Parallel()
	for _, d := range allDialects() {
		for status, want := range map[int]struct {
			calls  int64
			advice string
		}{
			407: {1, "check the user and password in proxy_url"},
			403: {2, "check proxy_url, and whether the proxy can reach the API's host"},
			502: {2, "check proxy_url, and whether the proxy can reach the API's host"},
			503: {2, "check proxy_url, and whether the proxy can reach the API's host"},
			405: {2, "check proxy_url"}, 302: {2, "check proxy_url"},
		} {
			var asked atomic.Int64
			proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
				if request.Method == http.MethodConnect {
					asked.Add(1)
				}
				w.WriteHeader(status)
				_, _ = w.Write([]byte("<html>denied</html>"))
			}))
			t.Cleanup(proxy.Close)
			r := rig.New(t)
			a := r.Sandbox.AddAccount(d.provider, "main")
			text := r.Account(a, append(d.settings, "proxy_url: "+proxy.URL)...)
			r.Write("accounts:", strings.Replace(text, r.Sandbox.URL(d.provider), "https://api.test", 1))
			r.Start()
			if reasons := r.Scrape().Reasons("main", d.source); len(reasons) != 1 || reasons[0] != "network" {
				t.Errorf("%s %d: reasons %v, want network", d.provider, status, reasons)
			}
			if asked.Load() != want.calls {
				t.Errorf("%s %d: the proxy was asked %d times, want %d", d.provider, status, asked.Load(), want.calls)
			}
			if log := r.Log.String(); !strings.Contains(log, fmt.Sprintf("the proxy answers HTTP %d", status)) || !strings.Contains(log, want.advice) || strings.Contains(log, "the connection failed") {
				t.Errorf("%s %d: log\n%s", d.provider, status, log)
			}
		}
	}
}

// TestAProxyThatIsNotThereIsTold: the error says that the connection to the
// proxy failed.
func TestAProxyThatIsNotThereIsTold(t *testing.T) {
	t.Parallel()
	closed := httptest.NewServer(nil)
	closed.Close()
	for _, scheme := range []string{"http", "socks5"} {
		d := dialectOf(sandbox.Kraken)
		r := rig.New(t)
		a := r.Sandbox.AddAccount(d.provider, "main")
		text := r.Account(a, append(d.settings, "proxy_url: "+scheme+strings.TrimPrefix(closed.URL, "http"))...)
		r.Write("accounts:", strings.Replace(text, r.Sandbox.URL(d.provider), "https://api.test", 1))
		r.Start()
		if reasons := r.Scrape().Reasons("main", d.source); len(reasons) != 1 || reasons[0] != "network" {
			t.Errorf("%s: reasons %v, want network", scheme, reasons)
		}
		if log := r.Log.String(); !strings.Contains(log, "the proxy could not be used: connection refused") || !strings.Contains(log, `advice="check proxy_url`) {
			t.Errorf("%s: log\n%s", scheme, log)
		}
	}
}
