package web

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"export_status_exporter/account"
)

func TestFilters(t *testing.T) {
	for _, tc := range []struct {
		query    string
		reports  []string
		accounts []string
	}{
		{"provider=onlyfansapi&status=processing", []string{"data_export_8f2b61c09a"}, []string{"agency"}},
		{"account=treasury&status=failed", []string{"TRDF", "TRDE"}, []string{"treasury"}},
		{"account=treasury&type=ledgers&status=queued", []string{"LDGA"}, []string{"treasury"}},
		{"type=account_log", []string{"account_log"}, []string{"derivatives", "archive", "new-desk", "treasury", "fund", "agency"}},
		{"provider=kraken&account=fund", []string{}, nil},
		{"provider=nothing", []string{}, nil},
		{"account=TREASURY", []string{}, nil},
		{"status=done", []string{}, []string{"derivatives", "archive", "new-desk", "treasury", "fund", "agency"}},
		{"status=awaiting%20start&account=agency", []string{}, []string{"agency"}},
		{"account=treasury&status=failed&unknown=1&status=ready", []string{"TRDF", "TRDE"}, []string{"treasury"}},
		{"account=treasury&status=failed&%zz", []string{"TRDF", "TRDE"}, []string{"treasury"}},
	} {
		t.Run(tc.query, func(t *testing.T) {
			page := open(t, richFleet(), "/exports?"+tc.query)
			if diff := cmp.Diff(tc.reports, ids(page)); diff != "" {
				t.Error(diff)
			}
			var accounts []string
			for _, each := range page.all("article", class("account")) {
				accounts = append(accounts, each.one(t, "h3").one(t, "a").text())
			}
			if diff := cmp.Diff(tc.accounts, accounts); diff != "" {
				t.Error(diff)
			}
			if len(tc.reports) == 0 {
				mustContain(t, page.text(), "No export matches the filter.")
			}
			if len(tc.accounts) == 0 {
				mustContain(t, page.text(), "No account matches the filter.")
			}
		})
	}
}

func TestFormShowsTheFilterThatIsInForce(t *testing.T) {
	page := open(t, richFleet(), "/exports?provider=kraken&type=ledgers&status=nonsense&refresh=off")
	form := page.one(t, "form")
	want := map[string]string{"provider": "kraken", "account": "", "type": "ledgers", "status": "nonsense", "refresh": "off"}
	for name, value := range want {
		chosen := form.one(t, "select", having("name", name)).one(t, "option", having("selected", "selected"))
		if chosen.attr["value"] != value {
			t.Errorf("%s: %q is chosen, want %q", name, chosen.attr["value"], value)
		}
	}
	mustContain(t, form.text(), "nonsense (none)", "awaiting start", "otc-fills", "new-desk")
	if form.attr["method"] != "get" || form.attr["action"] != "" {
		t.Errorf("the form goes elsewhere: %v", form.attr)
	}
	if all := page.one(t, "a", class("clear")).attr["href"]; all != "?refresh=off" {
		t.Errorf("clearing the filter goes to %q", all)
	}
	if json := page.one(t, "nav").all("a")[4].attr["href"]; json != "?format=json&provider=kraken&refresh=off&status=nonsense&type=ledgers" {
		t.Errorf("JSON is at %q", json)
	}
}

func TestTilesFilterAndUndo(t *testing.T) {
	page := open(t, richFleet(), "/exports?account=treasury&status=failed")
	failed := page.one(t, "ul", class("tiles")).one(t, "a", class("failed"))
	if failed.attr["href"] != "?account=treasury#exports" || failed.attr["aria-current"] != "true" {
		t.Errorf("the chosen tile does not undo itself: %v", failed.attr)
	}
	ready := page.one(t, "ul", class("tiles")).one(t, "a", class("ready"))
	if ready.attr["href"] != "?account=treasury&status=ready#exports" || ready.text() != "3 ✓ ready" {
		t.Errorf("the tile of another status: %v %s", ready.attr, ready.text())
	}
}

func TestAFieldOfVeryManyValuesIsTypedIn(t *testing.T) {
	fleet := Fleet{Now: moment0()}
	for i := range maxOptions + 1 {
		fleet.Accounts = append(fleet.Accounts, view("a"+strings.Repeat("x", i), "kraken", account.SourceView{Name: "trades"}))
	}
	input := open(t, fleet, "/exports?account=axx").one(t, "form").one(t, "input", having("name", "account"))
	if input.attr["value"] != "axx" || input.parent.name != "label" {
		t.Errorf("%v", input.attr)
	}
}

func TestQueryIsBounded(t *testing.T) {
	long := strings.Repeat("é", maxValueBytes)
	q := parseQuery(url.Values{"account": {long}, "type": {"\xff"}, "limit": {"999999999"}, "refresh": {"NaN"}})
	if len(q.account) > maxValueBytes+len("…") || !strings.HasSuffix(q.account, "é…") {
		t.Errorf("account %q", q.account)
	}
	if q.kind != "\uFFFD" || q.limit != maxLimit || q.refresh != defaultRefresh {
		t.Errorf("%+v", q)
	}
	for _, limit := range []string{"", "0", "-1", "1e9", "x", "99999999999999999999"} {
		if q := parseQuery(url.Values{"limit": {limit}}); q.limit != defaultLimit {
			t.Errorf("limit %q gives %d", limit, q.limit)
		}
	}
	// A truncated name must not match another one.
	fleet := Fleet{Now: moment0(), Accounts: []account.View{view(strings.Repeat("a", maxValueBytes), "kraken", up("trades"))}}
	if page := open(t, fleet, "/exports?account="+strings.Repeat("a", maxValueBytes+1)); len(page.all("article")) != 0 {
		t.Error("a longer name matches a shorter one")
	}
}

func TestLinksKeepTheQuery(t *testing.T) {
	q := parseQuery(url.Values{
		"provider": {"a&b=c"}, "account": {"#?+ /"}, "type": {"é"}, "status": {"%"}, "urgency": {"failed"},
		"id": {"a\nb"}, "search": {"x y"}, "reason": {"auth"}, "sort": {"-age"}, "page": {"3"}, "limit": {"7"}, "refresh": {"60"},
	})
	values, err := url.ParseQuery(strings.TrimPrefix(q.self(), "?"))
	if err != nil {
		t.Fatal(err)
	}
	if again := parseQuery(values); again != q {
		t.Errorf("%+v became %+v", q, again)
	}
}

func FuzzQuery(f *testing.F) {
	f.Add("status=failed&limit=3")
	f.Add(`account="><script>alert(1)</script>&type=%00%ff&status=%E2%80%AE`)
	f.Add("limit=-1&refresh=off&provider=" + strings.Repeat("a", 300))
	pages := pagesOf(richFleet())
	whole := ids(parse(f, get(f, pages.Exports, "/exports").Body.String()))
	f.Fuzz(func(t *testing.T, raw string) {
		values, _ := url.ParseQuery(raw)
		values.Del("format")
		page := parse(t, get(t, pages.Exports, "/exports?"+values.Encode()).Body.String())
		if len(page.all("script")) != 0 || len(page.all("form")) != 1 {
			t.Errorf("the query changed the page: %q", raw)
		}
		for _, id := range ids(page) {
			if !slices.Contains(whole, id) {
				t.Errorf("the filter added report %s", id)
			}
		}
	})
}
