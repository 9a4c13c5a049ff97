package web

import (
	"fmt"
	"testing"
	"time"

	"export_status_exporter/account"
)

// scraped is a view that was scraped and refreshed some time ago.
func scraped(name string, ago time.Duration) account.View {
	source := up("trades")
	source.LastSuccess = before(ago)
	v := view(name, "kraken", source)
	v.Scraped = before(ago)
	return v
}

func TestEveryPageSaysHowOldItsDataIs(t *testing.T) {
	pages := pagesOf(Fleet{Now: moment0(), Accounts: []account.View{scraped("a", 56*time.Second), scraped("b", 70*time.Second)}})
	for target, body := range bodies(t, pages) {
		page := parse(t, body)
		if got := page.one(t, "p", class("asof")).text(); got != "data from 11:59:09, 56 s ago" && got != "data from 11:59:09, 56 s ago · reloads every 30 s" {
			t.Errorf("%s: %q", target, got)
		}
		if found := page.all("p", class("late")); len(found) > 0 {
			t.Errorf("%s warns: %s", target, found[0].text())
		}
	}
}

// bodies returns all pages by URL.
func bodies(t *testing.T, pages *Pages) map[string]string {
	t.Helper()
	return map[string]string{
		"/":                      get(t, pages.Landing, "/").Body.String(),
		"/exports":               get(t, pages.Exports, "/exports").Body.String(),
		"/exports?sort=age":      get(t, pages.Exports, "/exports?sort=age").Body.String(),
		"/export?id=nothing":     get(t, pages.Export, "/export?id=nothing").Body.String(),
		"/export?id=LDGR":        get(t, pages.Export, "/export?id=LDGR").Body.String(),
		"/runbooks/":             get(t, pages.Runbook, "/runbooks/").Body.String(),
		"/runbooks/ExportFailed": get(t, pages.Runbook, "/runbooks/ExportFailed").Body.String(),
		"/runbooks/Nothing":      get(t, pages.Runbook, "/runbooks/Nothing").Body.String(),
		"/config":                settingsBody(t, pages, "/config", "timeout: 10s # default\n").Body.String(),
	}
}

func TestBannerWhenNothingScrapes(t *testing.T) {
	fleet := func(ages ...time.Duration) Fleet {
		f := Fleet{Now: moment0()}
		for i, ago := range ages {
			f.Accounts = append(f.Accounts, scraped(fmt.Sprint("a", i), ago))
		}
		return f
	}
	never := view("never", "kraken", account.SourceView{Name: "trades"})
	slow := scraped("slow", 14*time.Minute)
	slow.Policy.RefreshInterval = 5 * time.Minute
	late := 4 * time.Minute
	for name, c := range map[string]struct {
		fleet Fleet
		want  string
	}{
		"just in time":             {fleet(3 * time.Minute), ""},
		"nothing, late":            {fleet(3*time.Minute+1, 50*time.Minute), "Nothing has scraped this exporter since 11:57:04 (3 min ago). What you see is from then. Check that Prometheus runs, and that it scrapes this exporter."},
		"since the day before":     {fleet(day), "Nothing has scraped this exporter since 2026-07-31 12:00:05 (1 d ago). What you see is from then. Check that Prometheus runs, and that it scrapes this exporter."},
		"one of two":               {fleet(time.Second, late), "1 account had no scrape for more than 3 refresh intervals: a1. Check that Prometheus still scrapes all accounts."},
		"more than have a name":    {fleet(1, late, late, late, late, late, late, late), "7 accounts had no scrape for more than 3 refresh intervals: a1, a2, a3, a4, a5 and 2 more. Check that Prometheus still scrapes all accounts."},
		"by the account's own":     {Fleet{Now: moment0(), Accounts: []account.View{slow}}, ""},
		"never scraped":            {Fleet{Now: moment0(), Accounts: []account.View{never}}, ""},
		"never scraped, and other": {Fleet{Now: moment0(), Accounts: []account.View{never, scraped("a", day)}}, "Nothing has scraped this exporter since 2026-07-31 12:00:05 (1 d ago). What you see is from then. Check that Prometheus runs, and that it scrapes this exporter."},
	} {
		banner := ""
		for _, each := range open(t, c.fleet, "/exports").all("p", class("late")) {
			banner += each.text()
		}
		if banner != c.want {
			t.Errorf("%s: %q, want %q", name, banner, c.want)
		}
		if overdue := document(t, c.fleet, "").Summary.Accounts.Overdue; (overdue > 0) != (c.want != "") {
			t.Errorf("%s: %d accounts are overdue in JSON", name, overdue)
		}
	}
}

func TestJSONHasTheMomentOfTheData(t *testing.T) {
	summary := document(t, Fleet{Now: moment0(), Accounts: []account.View{scraped("a", time.Hour), scraped("b", time.Minute)}}, "").Summary
	if want := before(time.Minute); !summary.DataAt.Equal(want) || !summary.ScrapedAt.Equal(want) {
		t.Errorf("data at %v, scraped at %v", summary.DataAt, summary.ScrapedAt)
	}
	summary = document(t, Fleet{Now: moment0(), Accounts: []account.View{scraped("a", time.Hour), scraped("b", time.Minute)}}, "account=a").Summary
	if want := before(time.Hour); !summary.DataAt.Equal(want) {
		t.Errorf("of the filter's account: data at %v", summary.DataAt)
	}
	if summary = document(t, Fleet{Now: moment0()}, "").Summary; summary.DataAt != nil || summary.ScrapedAt != nil {
		t.Errorf("without accounts: %+v", summary)
	}
}
