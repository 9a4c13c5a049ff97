package web

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

func TestReportsStandInTheOrderOfUrgency(t *testing.T) {
	page := open(t, richFleet(), "/exports")
	var got []string
	for _, tr := range page.one(t, "table").all("tr") {
		if class("group")(tr) {
			got = append(got, tr.text())
		} else if len(tr.all("th", class("report"))) == 1 {
			got = append(got, "  "+tr.all("code")[0].text())
		}
	}
	want := []string{
		"Failed, and nothing newer of the type is ready (1)", "  TRDF",
		"Unfinished for longer than expected (1)", "  LDGS",
		"Waiting for a person to start them (1)", "  data_export_17dd04be31",
		"In a status the provider does not document (1)", "  c4d5e6f7-1a2b-4c3d-8e9f-0a1b2c3d4e5f",
		"Ready, but they expire soon, and nothing newer is ready (1)", "  0b6f4a8e-7d4e-4c3b-8a2d-5e1f0c9b7a31",
		"Under way (3)", "  data_export_8f2b61c09a", "  6f1c9d0e-0f5b-4b4e-9b4a-1f9d3a7c2e55", "  LDGA",
		"Ready (4)", "  data_export_5c3b7e9d10", "  LDGR", "  TRDR", "  account_log",
		"Over (3)", "  TRDE", "  data_export_aa0195ce72", "  9a3e2d1c-4b5a-4678-9c0d-ef1234567890",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestRowsSayWhatIsKnown(t *testing.T) {
	page := open(t, richFleet(), "/exports")
	for id, want := range map[string][]string{
		"data_export_8f2b61c09a":               {"processing", "chat_messages csv", "agency onlyfansapi · data_exports", "42%", "20,544 of 48,000 rows, 480 credits", "42 min", "begun 41 min ago"},
		"0b6f4a8e-7d4e-4c3b-8a2d-5e1f0c9b7a31": {"ready", "100%", "6 d 19 h", "done 6 d 18 h ago", "in 5 h", "2026-06-25 to 2026-07-25"},
		"9a3e2d1c-4b5a-4678-9c0d-ef1234567890": {"expired", "1 d ago", "12,480 rows"},
		"c4d5e6f7-1a2b-4c3d-8e9f-0a1b2c3d4e5f": {"unknown", "says “archiving”"},
		"data_export_17dd04be31":               {"awaiting start", "120 credits"},
		"LDGR":                                 {"ready", "pending deletion"},
		"TRDF":                                 {"failed", "failed 4 h 58 min ago"},
		"TRDE":                                 {"failed", "a newer one is ready"},
		"account_log":                          {"newest row 9 min ago", "184,273 rows"},
	} {
		mustContain(t, row(t, page, id).text(), want...)
	}
	if text := row(t, page, "TRDF").text(); strings.Contains(text, "newer") {
		t.Errorf("nothing newer is ready: %s", text)
	}
}

func TestBarsShowProgress(t *testing.T) {
	page := open(t, richFleet(), "/exports")
	for id, want := range map[string]string{"LDGA": "0", "data_export_8f2b61c09a": "0.428", "LDGR": "1"} {
		bar := row(t, page, id).one(t, "progress")
		if bar.attr["value"] != want || bar.attr["max"] != "1" || !strings.Contains(bar.attr["aria-label"], id) {
			t.Errorf("%s: %v, want %s of 1, labelled", id, bar.attr, want)
		}
	}
	for _, id := range []string{"LDGS", "9a3e2d1c-4b5a-4678-9c0d-ef1234567890"} {
		if row := row(t, page, id); len(row.all("progress")) != 0 || !strings.Contains(row.text(), "not known") {
			t.Errorf("%s has no known progress: %s", id, row.text())
		}
	}
}

func TestMomentsAreMachineReadable(t *testing.T) {
	page := open(t, richFleet(), "/exports")
	expires := row(t, page, "0b6f4a8e-7d4e-4c3b-8a2d-5e1f0c9b7a31").one(t, "td", class("expires")).one(t, "time")
	if want := "2026-08-01T17:00:05Z"; expires.attr["datetime"] != want {
		t.Errorf("datetime %q, want %q", expires.attr["datetime"], want)
	}
	if want := "2026-08-01 17:00:05 UTC"; expires.attr["title"] != want {
		t.Errorf("title %q, want %q", expires.attr["title"], want)
	}
}

func TestAccountsSayHowTheirSourcesAre(t *testing.T) {
	page := open(t, richFleet(), "/exports")
	for name, want := range map[string][]string{
		"treasury": {"kraken", "asked at most every 1 min", "trades ✓ up 3 reports", "last success 12 s ago · last refresh took 184 ms", "the oldest reports are missing", "not listed: 1 older than max_age"},
		"derivatives": {
			"held back", "1 report", "rate limited: futures.kraken.com GET /api/history/v3/account-log: the provider answered 429",
			"Nothing is asked before 2026-08-01 12:12:05 UTC (in 12 min).", "What to do: raise refresh_interval, or give the exporter a key of its own.",
			"last success 6 min ago",
		},
		"archive":  {"failing", "stale", "no data", "timeout: api.exchange.coinbase.com GET /reports: no answer within 10s", "What to do: check the network, or raise timeout.", "older than 1 h and is not shown"},
		"new-desk": {"not refreshed", "no success yet", "no data"},
		"agency":   {"Credits 1,240.5", "Requests left this minute 54 of 60", "Requests left this day 4,310 of 50,000", "does not know data_export_0000gone.", "left out reports without an id"},
	} {
		mustContain(t, card(t, page, name).text(), want...)
	}
	if text := card(t, page, "archive").text(); strings.Contains(text, "Nothing is asked") {
		t.Errorf("a source that is not held back has no such moment: %s", text)
	}
	var order []string
	for _, h := range page.all("h3") {
		order = append(order, h.all("a")[0].text())
	}
	if diff := cmp.Diff([]string{"derivatives", "archive", "new-desk", "treasury", "fund", "agency"}, order); diff != "" {
		t.Error(diff)
	}
}

func TestSummaryCountsTheFleet(t *testing.T) {
	page := open(t, richFleet(), "/exports")
	var got []string
	for _, li := range page.one(t, "ul", class("tiles")).all("li") {
		got = append(got, li.text())
	}
	want := []string{
		"5 of 9 sources up", "2 of 6 accounts in trouble", "1 ○ queued", "3 ◐ processing", "1 ◆ awaiting start",
		"6 ✓ ready", "2 ✕ failed", "1 − cancelled", "1 ◌ expired", "1 ? unknown",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	mustContain(t, page.one(t, "caption").text(), "15 of 16 reports, the most urgent first.", "max_age and max_reports leave out 1.")
	if title := page.one(t, "title").text(); !strings.HasPrefix(title, "(2) ") {
		t.Errorf("title %q does not count what is in trouble", title)
	}
}

func TestPageOfAFleetThatWasNeverAsked(t *testing.T) {
	fresh := account.SourceView{Name: "trades"}
	text := open(t, Fleet{Now: moment0(), Accounts: []account.View{view("new", "kraken", fresh)}}, "/exports").text()
	mustContain(t, text, "No provider was asked yet.", "There is nothing to show before the first scrape.")

	fresh.BackoffUntil = after(day)
	fresh.Failure = &provider.Error{Reason: provider.ReasonAuth, Detail: "held back"}
	text = open(t, Fleet{Now: moment0(), Accounts: []account.View{view("new", "kraken", fresh)}}, "/exports").text()
	mustContain(t, text, "held back", "(in 1 d)")
	if strings.Contains(text, "No provider was asked yet.") {
		t.Error("a source that is held back is not one that was never asked")
	}
}

func TestPageWithoutAccounts(t *testing.T) {
	mustContain(t, open(t, Fleet{Now: moment0()}, "/exports").text(), "This exporter has no account.", "There is no report to show.", "0 of 0 sources up")
}

func TestManyQuietAccountsFold(t *testing.T) {
	fleet := richFleet()
	for len(fleet.Accounts) < 20 {
		fleet.Accounts = append(fleet.Accounts, view("quiet-"+string(rune('a'+len(fleet.Accounts))), "kraken", up("trades")))
	}
	page := open(t, fleet, "/exports")
	folded := page.one(t, "details")
	mustContain(t, folded.one(t, "summary").text(), "17 accounts without trouble")
	if got := len(folded.all("article")); got != 17 {
		t.Errorf("%d accounts are folded, want 17", got)
	}
	for _, loud := range []string{"derivatives", "archive", "new-desk"} {
		if slices.Contains(folded.all("article"), card(t, page, loud)) {
			t.Errorf("%s needs a person and is folded", loud)
		}
	}
}

func TestLimitsBoundThePage(t *testing.T) {
	page := open(t, richFleet(), "/exports?limit=2")
	if diff := cmp.Diff([]string{"TRDF", "LDGS"}, ids(page)); diff != "" {
		t.Error(diff)
	}
	mustContain(t, page.text(), "2 of 16 reports", "2 of 6 accounts, those in trouble first.", "Show up to 5,000")
	if more := page.one(t, "caption").one(t, "a").attr["href"]; more != "?limit=5000" {
		t.Errorf("the link to more is %q", more)
	}
	if kept := page.one(t, "form").one(t, "input").attr["value"]; kept != "2" {
		t.Errorf("the form drops the limit: %q", kept)
	}
}

func TestPageReloadsItself(t *testing.T) {
	for target, want := range map[string]string{
		"/exports": "30", "/exports?refresh=10&status=failed": "10", "/exports?refresh=off": "", "/exports?refresh=1": "30",
		"/exports?format=json": "", "/exports?refresh=-5": "30",
	} {
		answer := get(t, pagesOf(richFleet()).Exports, target)
		if got := answer.Header().Get("Refresh"); got != want {
			t.Errorf("GET %s: Refresh %q, want %q", target, got, want)
		}
	}
}

func TestReadingAsksOnceForTheViews(t *testing.T) {
	calls := 0
	pages := New(func() Fleet { calls++; return richFleet() }, Info{})
	for i, target := range []string{"/exports", "/exports?format=json", "/exports?status=failed"} {
		get(t, pages.Exports, target)
		if calls != i+1 {
			t.Fatalf("GET %s: views were taken %d times", target, calls-i)
		}
	}
}

func TestUnknownFormatIsTheCallersMistake(t *testing.T) {
	answer := get(t, pagesOf(richFleet()).Exports, "/exports?format=<b>")
	if answer.Code != http.StatusBadRequest || strings.Contains(answer.Body.String(), "<") {
		t.Errorf("%d %s", answer.Code, answer.Body)
	}
}

func TestAnAnswerThatCannotBeMadeIsNotHalfSent(t *testing.T) {
	pages := pagesOf(richFleet())
	answer := httptest.NewRecorder()
	pages.writeHTML(answer, "exports.html", 0)
	if answer.Code != http.StatusInternalServerError || strings.Contains(answer.Body.String(), "<html") {
		t.Errorf("%d %s", answer.Code, answer.Body)
	}
	answer = httptest.NewRecorder()
	d := build(richFleet(), parseQuery(nil), Info{})
	d.GeneratedAt = d.GeneratedAt.AddDate(9000, 0, 0) // not a time of RFC 3339
	pages.writeJSON(answer, d)
	if answer.Code != http.StatusInternalServerError || strings.Contains(answer.Body.String(), "{") {
		t.Errorf("%d %s", answer.Code, answer.Body)
	}
}
