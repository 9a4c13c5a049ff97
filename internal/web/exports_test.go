package web

import (
	"net/http"
	"net/http/httptest"
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
		"In a status that the exporter does not know (1)", "  c4d5e6f7-1a2b-4c3d-8e9f-0a1b2c3d4e5f",
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
		"data_export_8f2b61c09a":               {"processing", "chat_messages csv", "agency onlyfansapi · data_exports", "42%", "20,544 of 48,000 rows", "480 credits", "requested 42 min ago", "started 41 min ago"},
		"0b6f4a8e-7d4e-4c3b-8a2d-5e1f0c9b7a31": {"ready", "100%", "6 d 19 h", "ready 6 d 18 h ago", "in 5 h", "2026-06-25 to 2026-07-25"},
		"9a3e2d1c-4b5a-4678-9c0d-ef1234567890": {"expired", "1 d ago", "12,480 rows"},
		"c4d5e6f7-1a2b-4c3d-8e9f-0a1b2c3d4e5f": {"unknown", "says “archiving”"},
		"data_export_17dd04be31":               {"awaiting start", "120 credits"},
		"LDGR":                                 {"ready", "pending deletion"},
		"TRDF":                                 {"failed", "failed 4 h 58 min ago"},
		"TRDE":                                 {"failed", "a newer one is ready"},
		"account_log":                          {"newest row 9 min ago", "184,273 rows"},
	} {
		mustContain(t, rowOf(t, page, id).text(), want...)
	}
	if text := rowOf(t, page, "TRDF").text(); strings.Contains(text, "newer") {
		t.Errorf("nothing newer is ready: %s", text)
	}
}

func TestBarsShowProgress(t *testing.T) {
	page := open(t, richFleet(), "/exports")
	for id, want := range map[string]string{"LDGA": "0", "data_export_8f2b61c09a": "0.428", "LDGR": "1"} {
		bar := rowOf(t, page, id).one(t, "progress")
		if bar.attr["value"] != want || bar.attr["max"] != "1" || !strings.Contains(bar.attr["aria-label"], id) {
			t.Errorf("%s: %v, want %s of 1, labelled", id, bar.attr, want)
		}
	}
	for _, id := range []string{"LDGS", "9a3e2d1c-4b5a-4678-9c0d-ef1234567890"} {
		if tr := rowOf(t, page, id); len(tr.all("progress")) != 0 || !strings.Contains(tr.text(), "not known") {
			t.Errorf("%s has no known progress: %s", id, tr.text())
		}
	}
}

func TestMomentsAreMachineReadable(t *testing.T) {
	page := open(t, richFleet(), "/exports")
	expires := rowOf(t, page, "0b6f4a8e-7d4e-4c3b-8a2d-5e1f0c9b7a31").one(t, "td", class("expires")).one(t, "time")
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
		"treasury":    {"kraken", "trades ✓ up", "Exports 3", "Last success 12 s ago", "Last refresh took 184 ms", "The oldest exports are missing", "Not listed, max_age 1", "Refresh interval 1 min"},
		"derivatives": {"paused", "Exports 1", "rate limited", "Next attempt in 12 min", "Last success 6 min ago"},
		"archive":     {"failing", "stale", "Exports no data", "timeout", "older than 1 h and is not shown"},
		"new-desk":    {"not refreshed", "Last success none yet", "Exports no data"},
		"agency":      {"Credits 1,240.5", "Requests left this minute 54 of 60", "Requests left today 4,310 of 50,000", "does not know data_export_0000gone.", "ignored reports without an id"},
	} {
		mustContain(t, card(t, page, name).text(), want...)
	}
	if text := card(t, page, "archive").text(); strings.Contains(text, "Next attempt") {
		t.Errorf("a source that is not held back has no such moment: %s", text)
	}
	var order []string
	for _, each := range page.all("article", class("account")) {
		order = append(order, each.one(t, "h3").one(t, "a").text())
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
	mustContain(t, page.text(), "15 of 16 exports, the most urgent first.", "max_age and max_reports leave out 1.")
	if title := page.one(t, "title").text(); !strings.HasPrefix(title, "(2) ") {
		t.Errorf("title %q does not count what is in trouble", title)
	}
}

func TestPageOfAFleetThatWasNeverAsked(t *testing.T) {
	fresh := account.SourceView{Name: "trades"}
	text := open(t, Fleet{Now: moment0(), Accounts: []account.View{view("new", "kraken", fresh)}}, "/exports").text()
	mustContain(t, text, "No provider has been called yet.", "There is nothing to show before the first scrape.", "open metrics once")

	fresh.BackoffUntil = after(day)
	fresh.Failure = &provider.Error{Reason: provider.ReasonAuth, Detail: "held back"}
	text = open(t, Fleet{Now: moment0(), Accounts: []account.View{view("new", "kraken", fresh)}}, "/exports").text()
	mustContain(t, text, "paused", "next attempt in 1 d")
	if strings.Contains(text, "No provider has been called yet.") {
		t.Error("a source that is held back is not one that was never asked")
	}
}

func TestPageWithoutAccounts(t *testing.T) {
	mustContain(t, open(t, Fleet{Now: moment0()}, "/exports").text(), "This exporter has no accounts. Add one under accounts: in the configuration file", "0 of 0 sources up")
}

func TestManyAccountsAreRows(t *testing.T) {
	fleet := richFleet()
	for len(fleet.Accounts) <= cardAccounts {
		fleet.Accounts = append(fleet.Accounts, view("quiet-"+string(rune('a'+len(fleet.Accounts))), "kraken", up("trades")))
	}
	page := open(t, fleet, "/exports")
	if len(page.all("article")) != 0 {
		t.Error("accounts have cards")
	}
	lines := page.one(t, "table", class("glance")).one(t, "tbody").all("tr")
	if len(lines) != len(fleet.Accounts) {
		t.Errorf("%d rows for %d accounts", len(lines), len(fleet.Accounts))
	}
	mustContain(t, lines[0].text(), "derivatives", "trouble")
	if cards := open(t, fleet, "/exports?account=quiet-g").all("article"); len(cards) != 1 {
		t.Errorf("one account has %d cards", len(cards))
	}
}

func TestExportsStandBeforeAccounts(t *testing.T) {
	page := open(t, richFleet(), "/exports")
	var order []string
	for _, each := range page.one(t, "main").all("h2") {
		order = append(order, each.text())
	}
	if diff := cmp.Diff([]string{"Summary", "What is wrong", "Exports", "Accounts", "How long exports take"}, order); diff != "" {
		t.Error(diff)
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
	pages.writeHTML(answer, http.StatusOK, "exports.html", 0)
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
