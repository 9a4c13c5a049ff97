//go:build browser

package browser_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	gocmp "github.com/google/go-cmp/cmp"
)

// TestLandingPage checks the overview of accounts and the links.
func TestLandingPage(t *testing.T) {
	t.Parallel()
	p := started(t)
	tab := chromium(t).open(t, modes()[0], p.address+"/")
	if title := eval[string](tab, "document.title"); title != "Export Status Exporter" {
		t.Errorf("the tab is called %q", title)
	}
	// The texts in the order of the columns.
	want := [][]string{
		{"desk coinbase_exchange", "trouble", "0 of 1", "0", "0", "1", "–", "4 min ago"},
		{"treasury kraken", "up", "2 of 2", "0", "3", "1", "–", "1 s ago"},
		{"fund coinbase_exchange", "up", "1 of 1", "1", "1", "2", "–", "1 s ago"},
		{"derivatives kraken_futures", "up", "1 of 1", "0", "0", "1", "–", "1 s ago"},
		{"agency onlyfansapi", "up", "1 of 1", "1", "2", "1", "1,240", "now"},
	}
	got := eval[[][]string](tab, `[...document.querySelectorAll(".glance tbody tr")].map(tr =>
		[...tr.cells].map(cell => { const copy = cell.cloneNode(true); copy.querySelectorAll(".glyph, .unseen").forEach(e => e.remove()); return copy.textContent.trim().replace(/\s+/g, " ") }))`)
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	links := eval[[]string](tab, `[...document.links].map(e => e.href)`)
	for _, path := range []string{"/exports", "/metrics", "/metrics/exporter", "/sd", "/config", "/runbooks/", "/-/ready", "/-/healthy", "/exports?account=desk"} {
		if !slices.Contains(links, p.address+path) {
			t.Errorf("no link to %s in %v", path, links)
		}
	}
	for _, link := range links {
		if !strings.HasPrefix(link, p.address+"/") {
			t.Errorf("a link leads elsewhere: %s", link)
			continue
		}
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, link, nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := p.client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			t.Errorf("%s answers %d", link, answer.StatusCode)
		}
	}
	tab.follow(chromedp.Click(chromedp.Search(`//a[.="Exports"]`)))
	if got := tab.table(); len(got) != len(rows()) {
		t.Errorf("the link leads to %d rows, want %d", len(got), len(rows()))
	}
	tab.checkNoComplaints(t, p.address)
}
