package web

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// refused is an account whose key is refused.
func refused(name, kind string, wait time.Duration) account.View {
	source := up("reports")
	source.Up, source.BackoffUntil = false, after(wait)
	source.Failure = &provider.Error{Reason: provider.ReasonAuth, Tried: "GET /reports", Detail: "HTTP 401", Advice: "check api_key"}
	return view(name, kind, source)
}

func TestEqualFailuresAreOneProblem(t *testing.T) {
	fleet := Fleet{Now: moment0(), Accounts: []account.View{view("fine", "kraken", up("trades"))}}
	for i := range 60 {
		fleet.Accounts = append(fleet.Accounts, refused(fmt.Sprintf("client-%02d", i), "coinbase_exchange", 14*time.Minute+time.Duration(i)*time.Second))
	}
	page := open(t, fleet, "/exports")
	problem := page.one(t, "ul", class("problems")).one(t, "li", class("problem"))
	mustContain(t, problem.text(), "60 accounts coinbase_exchange: key refused, next attempt in 14 min", "auth: GET /reports: HTTP 401", "What to do: check api_key.", "60 sources", "The first 25.")
	if named := problem.one(t, "ul", class("named")).all("li"); len(named) != problemSources {
		t.Errorf("%d sources are named", len(named))
	}
	link := problem.one(t, "h3").one(t, "a").attr["href"]
	if link != "?reason=auth" {
		t.Errorf("the accounts are at %q", link)
	}
	if lines := open(t, fleet, "/exports"+link).one(t, "table", class("glance")).one(t, "tbody").all("tr"); len(lines) != 60 {
		t.Errorf("the link leads to %d accounts", len(lines))
	}
	if help := problem.one(t, "p", class("advice")).one(t, "a").attr["href"]; help != "runbooks/ExportAuthFailing" {
		t.Errorf("the runbook is at %q", help)
	}
}

func TestDifferentFailuresAreDifferentProblems(t *testing.T) {
	other := refused("b", "coinbase_exchange", time.Minute)
	other.Sources[0].Failure = &provider.Error{Reason: provider.ReasonAuth, Detail: "HTTP 403", Advice: "check api_key"}
	elsewhere := refused("c", "kraken", time.Minute)
	late := view("d", "kraken", up("trades"))
	late.Sources[0].Up, late.Sources[0].Failure = false, &provider.Error{Reason: provider.ReasonTimeout}
	page := open(t, Fleet{Now: moment0(), Accounts: []account.View{refused("a", "coinbase_exchange", time.Hour), other, elsewhere, late}}, "/exports")
	var titles []string
	for _, each := range page.all("li", class("problem")) {
		titles = append(titles, each.one(t, "h3").text())
	}
	want := "2 accounts coinbase_exchange: key refused, next attempt in 1 min|c kraken: key refused, next attempt in 1 min|d kraken: no answer in time"
	if got := strings.Join(titles, "|"); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	mustContain(t, page.all("li", class("problem"))[0].text(), "the first of several messages")
}

// TestEveryReasonHasItsWords: every reason has its own title and an existing
// runbook.
func TestEveryReasonHasItsWords(t *testing.T) {
	books := runbooks()
	seen := make(map[string]provider.Reason)
	for _, reason := range provider.Reasons() {
		title, book := reasons[reason].title, reasons[reason].runbook
		if other, taken := seen[title]; taken {
			t.Errorf("%s and %s are both %q", reason, other, title)
		}
		seen[title] = reason
		if _, ok := books[book]; !ok {
			t.Errorf("%s: no runbook %s", reason, book)
		}
	}
}

func TestLateDataIsWrong(t *testing.T) {
	source := up("reports", report("old", "fills", provider.StatusReady, 3*day))
	source.DataEnd = map[string]time.Time{"fills": before(3 * day)}
	shown := view("fund", "coinbase_exchange", source)
	within := day
	shown.Expect = expect().With(provider.Override{DataWithin: &within}, nil)
	page := open(t, Fleet{Now: moment0(), Accounts: []account.View{shown}}, "/exports")
	mustContain(t, page.one(t, "li", class("late")).text(), "1 type of exports: data older than expected", "fund reports fills: data to 3 d ago, expected within 1 d", "Runbook ExportDataStale")
}
