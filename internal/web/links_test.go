package web_test

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"testing"

	"export_status_exporter/internal/app"
	"export_status_exporter/internal/rig"
)

// links returns the targets of a page or style sheet. A regular expression
// would take minutes under the race detector.
func links(body string) []string {
	var found []string
	for _, before := range []string{"href=", "src=", "action=", "url("} {
		for _, rest := range strings.Split(body, before)[1:] {
			ends := `"'`
			switch {
			case rest != "" && strings.Contains(ends, rest[:1]):
				rest = rest[1:]
			case before == "url(":
				ends += ")"
			default: // a text
				continue
			}
			if end := strings.IndexAny(rest, ends); end >= 0 {
				found = append(found, rest[:end])
			}
		}
	}
	return found
}

// TestEveryLinkWorks follows every link of every page: at the root, below a
// prefix that a proxy strips, below one that it keeps, and below both.
func TestEveryLinkWorks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, stripped, prefix string }{
		{"root", "", ""}, {"stripped", "/public", ""}, {"kept", "", "/deep/er"}, {"both", "/public", "/deep/er"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := rig.TwoAccounts(t, func(o *app.Options) { o.RoutePrefix, o.EnablePprof = app.RoutePrefix(c.prefix), true })
			transport := &http.Transport{}
			defer transport.CloseIdleConnections()
			proxy := httptest.NewServer(http.StripPrefix(c.stripped, &httputil.ReverseProxy{Rewrite: func(p *httputil.ProxyRequest) {
				p.SetURL(&url.URL{Scheme: "http", Host: r.App.Addr()})
			}, Transport: transport}))
			defer proxy.Close()
			client := &http.Client{Transport: transport}
			found := crawl(t, client, proxy.URL+c.stripped+c.prefix+"/")
			for _, path := range []string{"exports", "metrics", "metrics/exporter", "sd", "config", "-/ready", "-/healthy", "debug/pprof/", "debug/pprof/heap", "static/export.css", "static/icon.svg"} {
				if !slices.Contains(found, c.stripped+c.prefix+"/"+path) {
					t.Errorf("no page links to %s; found %q", path, found)
				}
			}
			// Redirects, which no page links to.
			for from, to := range map[string]string{"/debug/pprof": "/debug/pprof/", "//exports": "/exports", "/-/./ready": "/-/ready"} {
				base := proxy.URL + c.stripped + c.prefix
				if at, status, _ := follow(t, client, base+from); status != http.StatusOK || at.Path != c.stripped+c.prefix+to {
					t.Errorf("%s leads to %s, %d", from, at, status)
				}
			}
			if at, status, _ := follow(t, client, proxy.URL+c.stripped+"/"); status != http.StatusOK || at.Path != c.stripped+c.prefix+"/" {
				t.Errorf("the root leads to %s, %d", at, status)
			}
			if c.prefix != "" {
				if _, status, _ := follow(t, client, proxy.URL+c.stripped+"/metrics"); status != http.StatusNotFound {
					t.Errorf("outside of the prefix: %d", status)
				}
			}
		})
	}
}

// crawl follows all links from a page on, and returns the paths it saw.
func crawl(t *testing.T, client *http.Client, begin string) []string {
	t.Helper()
	root, err := url.Parse(begin)
	if err != nil {
		t.Fatal(err)
	}
	seen, todo := map[string]bool{}, []*url.URL{root}
	for len(todo) > 0 {
		next := todo[0]
		todo = todo[1:]
		key := next.Path
		if strings.HasSuffix(key, "/exports") {
			if len(next.Query()) > 2 { // filters combine, without end for this test
				continue
			}
			key += "?" + next.RawQuery
		}
		// Profiles take long, and external links are not followed.
		if seen[key] || strings.HasSuffix(key, "/profile") || strings.HasSuffix(key, "/trace") || next.Host != root.Host {
			continue
		}
		seen[key] = true
		at, status, body := follow(t, client, next.String())
		if status != http.StatusOK {
			t.Errorf("%s: %d", next, status)
		}
		for _, each := range links(body) {
			to, err := at.Parse(strings.ReplaceAll(each, "&amp;", "&"))
			if err != nil {
				t.Errorf("%s links to %q: %v", next, each, err)
				continue
			}
			to.Fragment = ""
			todo = append(todo, to)
		}
	}
	paths := map[string]bool{}
	for key := range seen {
		path, _, _ := strings.Cut(key, "?")
		paths[path] = true
	}
	return slices.Sorted(maps.Keys(paths))
}

// follow asks for an address, and those that it redirects to.
func follow(t *testing.T, client *http.Client, address string) (at *url.URL, status int, body string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.Request.URL, answer.StatusCode, string(content)
}
