package web

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"export_status_exporter/provider"
)

// TestRunbooks: each page of docs/runbooks is served, with links that lead to
// others, and is well formed.
func TestRunbooks(t *testing.T) {
	files, err := filepath.Glob("../../docs/runbooks/*.md")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d runbooks, %v", len(files), err)
	}
	pages := pagesOf(richFleet())
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".md")
		target := "/runbooks/" + name
		if name == runbookIndex {
			target = "/runbooks/"
		}
		answer := get(t, pages.Runbook, target)
		if answer.Code != http.StatusOK {
			t.Fatalf("%s: %d", target, answer.Code)
		}
		page := parse(t, answer.Body.String())
		markdown, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		title, _, _ := strings.Cut(strings.TrimPrefix(string(markdown), "# "), "\n")
		article := page.one(t, "article")
		if got := article.all("h2")[0].text(); got != title {
			t.Errorf("%s begins with %q", target, got)
		}
		for _, a := range article.all("a") {
			href, _, _ := strings.Cut(a.attr["href"], "#")
			if strings.HasPrefix(href, "https://") || href == "" {
				continue
			}
			if _, ok := pages.runbooks[strings.Replace(href, "./", runbookIndex, 1)]; !ok {
				t.Errorf("%s links to %s, which is not there", target, href)
			}
		}
		for _, link := range page.all("link") {
			if !strings.HasPrefix(link.attr["href"], "../static/") {
				t.Errorf("%s: %s is not at the root", target, link.attr["href"])
			}
		}
	}
	if got := len(pages.RunbookNames()); got != len(files)-1 {
		t.Errorf("%d names for %d runbooks", got, len(files)-1)
	}
}

func TestARunbookThatIsNotThere(t *testing.T) {
	pages := pagesOf(richFleet())
	for target, lists := range map[string]bool{
		"/runbooks/Nothing": true, "/runbooks/exportfailed": true, "/runbooks/ExportFailed.md": true, "/runbooks/%3Cscript%3E": true,
		"/runbooks/a/b": false, "/runbooks/../exports": false, "/runbooks/" + strings.Repeat("a", 8000): true,
	} {
		answer := get(t, pages.Runbook, target)
		if answer.Code != http.StatusNotFound || strings.Contains(answer.Body.String(), "<script") || answer.Body.Len() > 8000 {
			t.Errorf("%.40s: %d, %d bytes", target, answer.Code, answer.Body.Len())
		}
		if got := strings.Contains(answer.Body.String(), `<a href="ExportFailed">`); got != lists {
			t.Errorf("%.40s: lists the others: %v", target, got)
		}
	}
}

// TestEveryUrgencyHasItsRunbook: every urgency that is a problem links to an
// existing runbook, and the others to none.
func TestEveryUrgencyHasItsRunbook(t *testing.T) {
	books := runbooks()
	for u := urgencyFailed; u <= urgencyOver; u++ {
		wrong := u < urgencyUnderWay
		name := urgencies[u].runbook
		if _, ok := books[name]; ok != wrong {
			t.Errorf("%s: the runbook %q is there: %v", u, name, ok)
		}
	}
	for _, name := range []string{runbookIncomplete, "ExportDataStale", "ExportSourceTruncated"} {
		if _, ok := books[name]; !ok {
			t.Errorf("no runbook %s", name)
		}
	}
}

func TestFailingRowsLeadToTheirRunbook(t *testing.T) {
	fleet := richFleet()
	incomplete := &fleet.Accounts[1].Sources[0].Snapshot.Reports[0]
	incomplete.Status, incomplete.FailedItems = provider.StatusReady, provider.Num(3)
	page := open(t, fleet, "/exports")
	for id, want := range map[string]string{
		"TRDF": "ExportFailed", "LDGS": "ExportStuck", "data_export_17dd04be31": "ExportAwaitingStart",
		"c4d5e6f7-1a2b-4c3d-8e9f-0a1b2c3d4e5f": "ExportAnswerNotUnderstood", "0b6f4a8e-7d4e-4c3b-8a2d-5e1f0c9b7a31": "ExportExpiringSoon",
		"6f1c9d0e-0f5b-4b4e-9b4a-1f9d3a7c2e55": runbookIncomplete,
	} {
		if got := rowOf(t, page, id).one(t, "a", class("help")).attr["href"]; got != "runbooks/"+want {
			t.Errorf("%s leads to %s, want %s", id, got, want)
		}
	}
	for _, id := range []string{"LDGA", "LDGR", "TRDE"} {
		if len(rowOf(t, page, id).all("a", class("help"))) != 0 {
			t.Errorf("nothing is to be done about %s", id)
		}
	}
}
