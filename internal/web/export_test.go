package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// openExport is the page of an export.
func openExport(t *testing.T, f Fleet, query string) (*element, int) {
	t.Helper()
	answer := get(t, pagesOf(f).Export, "/export?"+query)
	return parse(t, answer.Body.String()), answer.Code
}

func TestEveryRowLeadsToThePageOfItsExport(t *testing.T) {
	pages := pagesOf(richFleet())
	list := open(t, richFleet(), "/exports")
	for _, tr := range rows(list) {
		id := tr.one(t, "code").text()
		link := tr.one(t, "a", class("type")).attr["href"]
		answer := get(t, pages.Export, "/"+link)
		if answer.Code != http.StatusOK || !strings.HasPrefix(link, "export?") {
			t.Fatalf("%s: %s answers %d", id, link, answer.Code)
		}
		page := parse(t, answer.Body.String())
		if got := page.one(t, "section", class("sheet")).one(t, "code").text(); got != visible(id) {
			t.Errorf("%s leads to %s", id, got)
		}
		mustContain(t, page.one(t, "dl", class("queries")).text(), `report_id="`+id+`"`)
	}
}

func TestPageOfAnExport(t *testing.T) {
	fleet := richFleet()
	r := &fleet.Accounts[1].Sources[0].Snapshot.Reports[1]
	r.FirstSeen, r.Changed, r.SizeBytes = before(3*day), before(2*day), provider.Num(2.5e6)
	page, _ := openExport(t, fleet, "provider=coinbase_exchange&account=fund&source=reports&id=0b6f4a8e-7d4e-4c3b-8a2d-5e1f0c9b7a31")
	if got, want := page.one(t, "title").text(), "account csv export 0b6f4a8e-7d4…0c9b7a31 · Export Status Exporter"; got != want {
		t.Errorf("title %q, want %q", got, want)
	}
	mustContain(t, page.one(t, "section", class("sheet")).text(), "account csv export of coinbase_exchange/fund", "✓ ready", "Ready, but they expire soon")
	moments := page.one(t, "section", having("aria-labelledby", "times")).one(t, "dl").text()
	for _, want := range []string{
		"Requested 2026-07-25 17:00:05 UTC 6 d 19 h ago", "Ready 2026-07-25 17:04:05 UTC", "Expires 2026-08-01 17:00:05 UTC in 5 h",
		"Data from 2026-06-25 00:00:00 UTC", "Data to 2026-07-25 00:00:00 UTC", "First seen 2026-07-29 12:00:05 UTC 3 d ago", "Last change seen 2026-07-30 12:00:05 UTC 2 d ago",
	} {
		mustContain(t, moments, want)
	}
	mustContain(t, page.one(t, "section", having("aria-labelledby", "details")).text(),
		"100%", "Rows 12,480", "Size 2.5 MB", "Expected ready within 4 h", "Took 4 min", "usually take 4 min, at most 4 min (1 export)")
	if help := page.one(t, "section", having("aria-labelledby", "wrong")).one(t, "a").attr["href"]; help != "runbooks/ExportExpiringSoon" {
		t.Errorf("the runbook is at %q", help)
	}
	mustContain(t, page.one(t, "svg").attr["aria-label"], "requested 6 d 19 h ago", "expires in 5 h")
}

func TestPageOfAnExportSaysWhatIsWrong(t *testing.T) {
	for query, want := range map[string][]string{
		"id=TRDF&account=treasury":  {"Failed, and nothing newer of the type is ready", "Runbook ExportFailed", "Took 2 min until it failed"},
		"id=LDGS":                   {"Unfinished for longer than expected", "Runbook ExportStuck", "Took 7 h so far"},
		"id=data_export_17dd04be31": {"Runbook ExportAwaitingStart"},
		"id=account_log":            {"Source account_log: rate limited, next attempt in 12 min", "What to do: raise refresh_interval", "Runbook ExportSourceDown"},
		"id=LDGO":                   {"max_age or max_reports leaves this export out of the lists"},
	} {
		page, status := openExport(t, richFleet(), query)
		if status != http.StatusOK {
			t.Errorf("%s: %d", query, status)
		}
		mustContain(t, page.text(), want...)
	}
	if page, _ := openExport(t, richFleet(), "id=LDGR"); strings.Contains(page.text(), "What is wrong") {
		t.Error("nothing is wrong with a ready export")
	} else if got := page.one(t, "section", class("sheet")).one(t, "p", class("line")).text(); got != "✓ ready" {
		t.Errorf("the status line repeats itself: %q", got)
	}
}

func TestExportsThatAreNotThere(t *testing.T) {
	for query, want := range map[string]string{
		"":                         "The URL has no id of an export.",
		"account=fund":             "The URL has no id of an export.",
		"id=nothing":               "The exporter has no export with this id.",
		"id=TRDF&account=fund":     "The exporter has no export with this id.",
		"id=TRDF&source=ledgers":   "The exporter has no export with this id.",
		"id=TRDF&provider=nothing": "The exporter has no export with this id.",
		"id=" + strings.Repeat("a", 5000) + "&account=" + strings.Repeat("b", 5000): "The exporter has no export with this id.",
	} {
		page, status := openExport(t, richFleet(), query)
		if status != http.StatusNotFound {
			t.Errorf("%.40s: %d", query, status)
		}
		mustContain(t, page.text(), want)
		if len(page.text()) > 3000 {
			t.Errorf("%.40s: the page has %d letters", query, len(page.text()))
		}
	}
	page, _ := openExport(t, richFleet(), "id=gone&account=fund&source=reports")
	mustContain(t, page.one(t, "pre").text(), `last_over_time(export_status{account="fund", source="reports", report_id="gone"}[30d]) == 1`)
}

func TestOneIDOfSeveralExports(t *testing.T) {
	fleet := Fleet{Now: moment0()}
	for i := range maxMatches + 3 {
		fleet.Accounts = append(fleet.Accounts, view("a"+strings.Repeat("b", i), "kraken", up("trades", report("same", "trades", provider.StatusReady, day))))
	}
	page, status := openExport(t, fleet, "id=same")
	links := page.one(t, "ul", class("matches")).all("a")
	if status != http.StatusOK || len(links) != maxMatches {
		t.Errorf("%d, %d links", status, len(links))
	}
	mustContain(t, page.text(), "25 exports and 3 more with this id:")
	target, _ := url.Parse(links[1].attr["href"])
	if one, _ := openExport(t, fleet, target.RawQuery); len(one.all("section", class("sheet"))) != 1 {
		t.Errorf("%s is not one export", target)
	}
}

// TestQueriesQuote: whatever an id holds, a query is about it alone.
func TestQueriesQuote(t *testing.T) {
	got := selector(label{"provider", "kraken"}, label{"account", ""}, label{"type", ""}, label{"report_id", "a\"b\\c\n{}\u202e"})
	if want := `{provider="kraken", type="", report_id="a\"b\\c\n{}\u202e"}`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	r := report(`x"} or up{a="`, "fills", provider.StatusFailed, day)
	page, _ := openExport(t, Fleet{Now: moment0(), Accounts: []account.View{view("a", "kraken", up("trades", r))}}, url.Values{"id": {r.ID}}.Encode())
	var got2 []string
	for _, each := range page.all("pre") {
		got2 = append(got2, each.text())
	}
	const of = `provider="kraken", account="a", source="trades"`
	want := []string{
		`export_status{` + of + `, report_id="x\"} or up{a=\""} == 1`,
		`export_progress_ratio{` + of + `, report_id="x\"} or up{a=\""}`,
		`sum by (status) (export_reports{` + of + `, type="fills"})`,
		`histogram_quantile(0.9, sum by (le) (rate(export_duration_seconds_bucket{provider="kraken", type="fills"}[30d])))`,
		`max_over_time(export_reports{` + of + `, type="fills", status="failed"}[30d])`,
	}
	if diff := cmp.Diff(want, got2); diff != "" {
		t.Error(diff)
	}
}

func TestHowLongExportsTake(t *testing.T) {
	took := func(id, kind string, d time.Duration) provider.Report {
		r := report(id, kind, provider.StatusReady, day)
		r.Completed = r.Created.Add(d)
		return r
	}
	backwards := took("e", "fills", -time.Hour) // clocks that differ tell nothing
	fleet := Fleet{Now: moment0(), Accounts: []account.View{
		view("a", "kraken", up("trades", took("a", "fills", time.Minute), took("b", "fills", 3*time.Hour), backwards)),
		view("b", "kraken", up("trades", took("c", "fills", 10*time.Minute), took("d", "account", time.Hour), report("q", "other", provider.StatusQueued, day))),
	}}
	var got []string
	for _, each := range open(t, fleet, "/exports").one(t, "ul", class("waits")).all("li") {
		got = append(got, each.text())
	}
	want := []string{"account kraken usually 1 h, at most 1 h (1 export)", "fills kraken usually 10 min, at most 3 h (3 exports)"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
