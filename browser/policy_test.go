//go:build browser

package browser_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"export_status_exporter/internal/sandbox"
)

// TestPolicyHolds injects elements that a hostile text would create if it were not
// escaped. The browser must not run or load them, and must report them. It also shows
// that complaints are detected.
func TestPolicyHolds(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	p := started(t)
	for name, plant := range map[string]struct{ html, directive string }{
		"a script":          {`<script>window.owned = true</script>`, "script-src-elem"},
		"a handler":         {`<img src="/favicon.ico" onload="window.owned = true">`, "script-src-attr"},
		"a style":           {`<p style="color: red">`, "style-src-attr"},
		"a style sheet":     {`<style>body { color: red }</style>`, "style-src-elem"},
		"an image":          {`<img src="http://127.0.0.2:9/tracker.png">`, "img-src"},
		"a frame":           {`<iframe src="/exports"></iframe>`, "frame-src"},
		"a foreign script":  {`<script src="/static/icon.svg"></script>`, "script-src-elem"},
		"another base":      {`<base href="http://127.0.0.2:9/">`, "base-uri"},
		"an embedded thing": {`<object data="/exports"></object>`, "object-src"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, path := range []string{"/exports", "/"} {
				tab := browser.open(t, modes()[0], p.address+path)
				ink := eval[string](tab, "getComputedStyle(document.body).color")
				// Scripts in a fragment created this way run, unlike with innerHTML.
				eval[bool](tab, `new Promise(done => {
					document.addEventListener("securitypolicyviolation", () => done(true))
					document.body.append(document.createRange().createContextualFragment(`+quoted(plant.html)+`))
				})`)
				if eval[bool](tab, "window.owned === true") {
					t.Errorf("%s: what was planted has run", path)
				}
				if got := eval[string](tab, "getComputedStyle(document.body).color"); got != ink {
					t.Errorf("%s: what was planted has changed the page's colour to %s", path, got)
				}
				if got := eval[string](tab, "document.baseURI"); got != p.address+path {
					t.Errorf("%s: links now lead to %s", path, got)
				}
				if said := strings.Join(tab.heard(), "\n"); !strings.Contains(said, "ContentSecurityPolicyIssue: "+plant.directive) {
					t.Errorf("%s: no complaint about %s:\n%s", path, plant.directive, said)
				}
			}
		})
	}
}

// TestPageCannotBeFramed checks that other sites cannot embed the page.
func TestPageCannotBeFramed(t *testing.T) {
	t.Parallel()
	p := started(t)
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, `<!DOCTYPE html><html lang="en"><title>Other</title><iframe src="`+p.address+`/exports"></iframe>`)
	}))
	t.Cleanup(other.Close)
	tab := chromium(t).open(t, modes()[0], other.URL)
	if said := strings.Join(tab.heard(), "\n"); !strings.Contains(said, "frame-ancestors") || !strings.Contains(said, "ERR_BLOCKED_BY_RESPONSE") {
		t.Errorf("the page can be framed:\n%s", said)
	}
}

// TestHostileTexts checks that hostile ids, types and words from a provider are
// displayed as plain text.
func TestHostileTexts(t *testing.T) {
	t.Parallel()
	p := started(t)
	texts := []string{
		`<script>window.owned = true</script>`, `"><img src=x onerror="window.owned = true">`, `' onmouseover='window.owned = true`,
		`</td></tr></table></main><style>body { display: none }</style>`, `<base href="http://127.0.0.2:9/">`, `javascript:window.owned = true`,
		"a\u202egnp.exe", "line\nbreak", "nul\x00", "{{.}}", strings.Repeat("long ", 2000), strings.Repeat("W", 10000),
	}
	var reports []sandbox.Report
	for i, text := range texts {
		reports = append(reports, sandbox.Report{ID: text, Type: text, Format: text, Status: text, Created: ago(time.Duration(i+1) * time.Hour)})
	}
	p.providers.AddAccount(sandbox.CoinbaseExchange, fund).SetReports(reports)
	p.clock.Advance(2 * time.Minute)
	p.probeAll(t)
	browser := chromium(t)
	for _, m := range modes() {
		tab := browser.open(t, m, p.address+"/exports?account="+fund)
		tab.checkNoComplaints(t, p.address)
		if eval[bool](tab, "window.owned === true") {
			t.Errorf("%s: a text has run", m.name)
		}
		shown := eval[[]string](tab, `[...document.querySelectorAll("th.report code")].filter(e => e.checkVisibility()).map(e => e.textContent)`)
		if len(shown) != len(texts) || !slices.Contains(shown, texts[0]) || !slices.Contains(shown, `a\u{202e}gnp.exe`) {
			t.Errorf("%s: the ids are shown as %.50q", m.name, shown)
		}
		tab.checkFits(t, m)
		tab.screenshot("hostile-" + m.name)
	}
}
