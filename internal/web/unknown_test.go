package web

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// neverUp is a source that was asked, and never answered.
func neverUp(name string) account.SourceView {
	return account.SourceView{
		Name: name, Refreshed: true, Duration: 266 * time.Millisecond,
		Failure: &provider.Error{Reason: provider.ReasonUnavailable, Tried: "GET /reports", Detail: "HTTP 503"},
	}
}

// outdated is a source whose data are too old to be shown.
func outdated(name string) account.SourceView {
	source := neverUp(name)
	source.LastSuccess, source.Stale = before(3*time.Hour), true
	return source
}

// darkFleet has no data at all.
func darkFleet() Fleet {
	return Fleet{Now: moment0(), Accounts: []account.View{
		view("refused", "kraken", neverUp("trades"), neverUp("ledgers")),
		view("old", "coinbase_exchange", outdated("reports")),
		view("new", "onlyfansapi", account.SourceView{Name: "data_exports"}),
	}}
}

// dimFleet has data of one source only, with no reports in it, so a known 0
// appears next to unknown numbers.
func dimFleet() Fleet {
	fleet := darkFleet()
	fleet.Accounts = append(fleet.Accounts, view("half", "kraken", up("trades"), neverUp("ledgers")))
	return fleet
}

// tileNumbers are the numbers of the statuses at the top of the page.
func tileNumbers(t *testing.T, page *element) []string {
	t.Helper()
	var numbers []string
	for _, a := range page.one(t, "ul", class("tiles")).all("a") {
		numbers = append(numbers, a.one(t, "span", class("number")).text())
	}
	return numbers
}

// ofEveryStatus is the same number for each status.
func ofEveryStatus(number string) []string {
	numbers := make([]string, 0, len(provider.Statuses()))
	for range provider.Statuses() {
		numbers = append(numbers, number)
	}
	return numbers
}

const noData = "None of the accounts has data to show. The top of this page says why."

func TestPageDoesNotCountWhatIsNotKnown(t *testing.T) {
	for _, c := range []struct {
		name  string
		fleet Fleet
		query string
		tiles string
		says  string
	}{
		{"nothing is known", darkFleet(), "", "–not known", noData},
		{"of the filter's account", dimFleet(), "?account=old", "–not known", noData},
		{"of the filter's accounts, whatever the status", darkFleet(), "?provider=kraken&status=failed", "–not known", noData},
		{"of an account that was not asked", darkFleet(), "?account=new", "–not known", "There is nothing to show before the first scrape."},
		{"one source is known", dimFleet(), "", "0", "The providers list no exports. Request one at a provider. It appears here within a refresh interval."},
		{"a source of the filter's account is known", dimFleet(), "?account=half", "0", "No export matches the filter."},
		{"there is no such account", darkFleet(), "?account=nobody", "0", "No export matches the filter."},
		{"there is no account", Fleet{Now: moment0()}, "", "0", "This exporter has no accounts. Add one under accounts: in the configuration file, then reload."},
	} {
		t.Run(c.name, func(t *testing.T) {
			page := open(t, c.fleet, "/exports"+c.query)
			if diff := cmp.Diff(ofEveryStatus(c.tiles), tileNumbers(t, page)); diff != "" {
				t.Error(diff)
			}
			if got := page.all("section", having("aria-labelledby", "exports"))[0].one(t, "p", class("empty")).text(); got != c.says {
				t.Errorf("the page says %q, want %q", got, c.says)
			}
		})
	}
}

func TestLandingPageDoesNotCountWhatIsNotKnown(t *testing.T) {
	got := make(map[string][]string)
	for _, tr := range openLanding(t, dimFleet()).one(t, "tbody").all("tr") {
		for _, cell := range tr.all("td")[2:6] {
			got[tr.one(t, "a").text()] = append(got[tr.one(t, "a").text()], cell.text())
		}
	}
	const dash = "–not known"
	want := map[string][]string{
		"refused": {dash, dash, dash, dash},
		"old":     {dash, dash, dash, dash},
		"new":     {dash, dash, dash, dash},
		"half":    {"0", "0", "0", dash},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestJSONDoesNotCountWhatIsNotKnown(t *testing.T) {
	none := noReports()
	for _, c := range []struct {
		name     string
		fleet    Fleet
		query    string
		summary  ReportCounts
		accounts map[string]map[string]int
	}{
		{
			"nothing is known", darkFleet(), "",
			ReportCounts{},
			map[string]map[string]int{"refused": nil, "old": nil, "new": nil},
		},
		{
			"one source is known", dimFleet(), "",
			ReportCounts{ByStatus: none, ByUrgency: noUrgencies(), Total: new(0), Listed: new(0)},
			map[string]map[string]int{"refused": nil, "old": nil, "new": nil, "half": none},
		},
		{
			"nothing of the filter's account", dimFleet(), "account=old&status=ready",
			ReportCounts{},
			map[string]map[string]int{"old": nil},
		},
		{
			"there is no such account", darkFleet(), "account=nobody",
			ReportCounts{ByStatus: none, ByUrgency: noUrgencies(), Total: new(0), Listed: new(0)},
			map[string]map[string]int{},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := document(t, c.fleet, c.query)
			if diff := cmp.Diff(c.summary, d.Summary.Reports); diff != "" {
				t.Error(diff)
			}
			got := make(map[string]map[string]int)
			for i := range d.Accounts {
				got[d.Accounts[i].Name] = d.Accounts[i].ReportsByStatus
			}
			if diff := cmp.Diff(c.accounts, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestUnknownCountsAreWrittenAsNull: an unknown count is null, neither 0 nor
// missing.
func TestUnknownCountsAreWrittenAsNull(t *testing.T) {
	body := get(t, pagesOf(darkFleet()).Exports, "/exports?format=json").Body.String()
	for part, want := range map[string]int{
		`"reports_by_status": null`: 3, `"by_status": null`: 1, `"by_urgency": null`: 1, `"total": null`: 1, `"listed": null`: 1, `"shown": 0`: 1,
	} {
		if got := strings.Count(body, part); got != want {
			t.Errorf("%s stands there %d times, want %d, in %s", part, got, want, body)
		}
	}
}

// TestARefreshIsNotASuccess: the duration is that of the last refresh, even a
// failed one, so it is shown apart from the last success.
func TestARefreshIsNotASuccess(t *testing.T) {
	page := open(t, darkFleet(), "/exports")
	for name, want := range map[string]string{
		"refused": "Exports no data Last success none yet Last refresh took 266 ms",
		"old":     "Exports no data Last success 3 h ago Last refresh took 266 ms",
		"new":     "Exports no data Last success none yet",
	} {
		if got := card(t, page, name).all("dl")[0].text(); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
