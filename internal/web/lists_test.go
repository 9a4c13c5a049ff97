package web

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// manyFleet has n exports of each of some statuses, over two accounts.
func manyFleet(n int) Fleet {
	var a, b []provider.Report
	for i := range n {
		age := time.Duration(i+1) * time.Minute
		a = append(a, report(fmt.Sprintf("fail-%04d", i), "otc-fills", provider.StatusFailed, age), report(fmt.Sprintf("queue-%04d", i), "fills", provider.StatusQueued, age))
		b = append(b, report(fmt.Sprintf("ready-%04d", i), "account", provider.StatusReady, age))
	}
	f := Fleet{Now: moment0(), Accounts: []account.View{view("a", "coinbase_exchange", up("reports", a...)), view("b", "coinbase_exchange", up("reports", b...))}}
	for i := range f.Accounts {
		f.Accounts[i].Policy.MaxReports = 100000
	}
	return f
}

func TestGroupsAreBoundedAndCountedTruly(t *testing.T) {
	page := open(t, manyFleet(70), "/exports")
	var heads []string
	for _, each := range page.all("tr", class("group")) {
		heads = append(heads, each.text())
	}
	want := []string{"Failed, and nothing newer of the type is ready (70) Show all 70", "Under way (70) Show all 70", "Ready (70) Show all 70"}
	if diff := cmp.Diff(want, heads); diff != "" {
		t.Error(diff)
	}
	if got := len(rows(page)); got != 3*groupRows {
		t.Errorf("%d rows", got)
	}
	mustContain(t, page.text(), "75 of 210 exports, the most urgent first.")
	all := page.all("tr", class("group"))[1].one(t, "a").attr["href"]
	if all != "?urgency=under_way#exports" {
		t.Errorf("all of a group are at %q", all)
	}
	group := open(t, manyFleet(70), "/exports"+strings.TrimSuffix(all, "#exports"))
	if got := ids(group); len(got) != 70 || !strings.HasPrefix(got[0], "queue-") || !strings.HasPrefix(got[69], "queue-") {
		t.Errorf("the link leads to %d rows", len(got))
	}
	if got := document(t, manyFleet(70), "").Summary.Reports.ByUrgency; got["failed"] != 70 || got["under_way"] != 70 || got["ready"] != 70 || got["stuck"] != 0 {
		t.Errorf("%v", got)
	}
}

// TestPagesShowEveryExportOnce follows the links from the first page to the last.
func TestPagesShowEveryExportOnce(t *testing.T) {
	fleet := manyFleet(70)
	for _, target := range []string{"?sort=age&limit=33", "?urgency=ready&limit=7", "?sort=-expires&limit=210", "?search=E&sort=type&limit=50"} {
		seen := make(map[string]bool)
		var order []string
		pages := 0
		for at := target; at != "" && pages < 100; pages++ {
			page := open(t, fleet, "/exports"+at)
			for _, id := range ids(page) {
				if seen[id] {
					t.Errorf("%s: %s is there twice", target, id)
				}
				seen[id] = true
				order = append(order, id)
			}
			at = ""
			for _, next := range page.all("a", having("rel", "next")) {
				at = strings.TrimSuffix(next.attr["href"], "#exports")
			}
		}
		var whole []string
		for _, r := range document(t, fleet, "limit=5000&"+strings.TrimPrefix(target, "?")).Reports {
			whole = append(whole, r.ID)
		}
		if diff := cmp.Diff(whole, order); diff != "" {
			t.Errorf("%s: %s", target, diff)
		}
	}
}

func TestPager(t *testing.T) {
	fleet := manyFleet(70)
	page := open(t, fleet, "/exports?sort=age&limit=100&page=2")
	pager := page.one(t, "nav", class("pager"))
	if got, want := pager.text(), "101 to 200 of 210 First Previous page 2 of 3 Next Last"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if last := open(t, fleet, "/exports?sort=age&limit=100&page=999999999"); len(rows(last)) != 10 {
		t.Errorf("beyond the last page: %d rows", len(rows(last)))
	}
	if long := open(t, manyFleet(700), "/exports?sort=age&limit=5000"); len(rows(long)) != maxRows || len(long.all("a", having("rel", "next"))) != 1 {
		t.Errorf("the longest page has %d rows", len(rows(long)))
	}
	if none := open(t, fleet, "/exports?sort=age&search=nothing&page=7"); len(rows(none)) != 0 || len(none.all("p", class("empty"))) != 1 {
		t.Error("a page of nothing is not empty")
	}
	if short := open(t, fleet, "/exports?sort=age&limit=5000"); len(short.all("nav", class("pager"))) != 0 {
		t.Error("one page has a pager")
	}
}

func TestSortingByEachColumn(t *testing.T) {
	fleet := richFleet()
	value := map[string]func(Report) (string, bool){
		"status":   func(r Report) (string, bool) { return fmt.Sprint(slices.Index(statusNames(), r.Status)), true },
		"type":     func(r Report) (string, bool) { return *r.Type, true },
		"account":  func(r Report) (string, bool) { return r.Account, true },
		"progress": func(r Report) (string, bool) { return known(r.ProgressRatio) },
		"age":      func(r Report) (string, bool) { return known(r.AgeSeconds) },
		"expires": func(r Report) (string, bool) {
			if r.Status != "ready" && r.Status != "expired" {
				return "", false
			}
			return known(r.ExpiresInSeconds)
		},
		"data": func(r Report) (string, bool) {
			if r.DataEnd == nil {
				return "", false
			}
			return r.DataEnd.Format(time.RFC3339), true
		},
	}
	for _, column := range sortNames() {
		for _, direction := range []string{"", "-"} {
			reports := document(t, fleet, "sort="+direction+column).Reports
			if len(reports) != 15 {
				t.Fatalf("%s: %d reports", column, len(reports))
			}
			ended := false
			last := ""
			for _, r := range reports {
				at, ok := value[column](r)
				if !ok {
					ended = true
					continue
				}
				if ended {
					t.Errorf("%s%s: %s is after what is not known", direction, column, r.ID)
				}
				if last != "" && at != last && (at > last) != (direction == "") {
					t.Errorf("%s%s: %s after %s", direction, column, at, last)
				}
				last = at
			}
		}
	}
}

func statusNames() (names []string) {
	for _, each := range provider.Statuses() {
		names = append(names, each.String())
	}
	return names
}

// known formats a number so that texts sort like numbers.
func known(n *float64) (string, bool) {
	if n == nil {
		return "", false
	}
	return fmt.Sprintf("%020.4f", *n+1e9), true
}

func TestHeadsSortInThreeClicks(t *testing.T) {
	head := func(target, title string) (link, order string) {
		for _, th := range open(t, richFleet(), "/exports"+target).one(t, "thead").all("th") {
			if a := th.one(t, "a"); strings.HasPrefix(a.text(), title) {
				return strings.TrimSuffix(a.attr["href"], "#exports"), th.attr["aria-sort"]
			}
		}
		t.Fatalf("no head %s", title)
		return "", ""
	}
	at := "?account=treasury"
	for _, want := range [][2]string{{"?account=treasury&sort=-age", ""}, {"?account=treasury&sort=age", "descending"}, {"?account=treasury", "ascending"}, {"?account=treasury&sort=-age", ""}} {
		link, order := head(at, "Life")
		if link != want[0] || order != want[1] {
			t.Errorf("at %s: %s, %q; want %v", at, link, order, want)
		}
		at = link
	}
	if mustNot := open(t, richFleet(), "/exports?sort=nonsense"); len(mustNot.all("tr", class("group"))) < 2 {
		t.Error("an unknown column sorts")
	}
	mustContain(t, open(t, richFleet(), "/exports?sort=type").text(), "Group by urgency")
}

func TestSearchAndID(t *testing.T) {
	for query, want := range map[string][]string{
		"search=ldgr":                {"LDGR"},
		"search=LDG":                 {"LDGS", "LDGA", "LDGR"},
		"search=TREAS&status=failed": {"TRDF", "TRDE"},
		"search=chat":                {"data_export_8f2b61c09a"},
		"search=%20chat%20":          {"data_export_8f2b61c09a"},
		"search=nothing-has-this":    {},
		"id=LDGR":                    {"LDGR"},
		"id=ldgr":                    {},
		"id=LDG":                     {},
		"id=LDGR&account=fund":       {},
		"id=LDGO":                    {}, // counted, and not listed
		"urgency=stuck":              {"LDGS"},
		"urgency=over&status=failed": {"TRDE"},
		"reason=rate_limited":        {"account_log"},
		"reason=nothing":             {},
	} {
		page := open(t, richFleet(), "/exports?"+query)
		if diff := cmp.Diff(want, ids(page)); diff != "" {
			t.Errorf("?%s: %s", query, diff)
		}
		chips := page.one(t, "ul", class("chips")).all("li")
		if len(chips) != strings.Count(query, "=")+1 {
			t.Errorf("?%s: %d chips", query, len(chips))
		}
	}
	d := document(t, richFleet(), "search=ldg")
	if got := d.Summary.Reports; *got.Total != 3 || *got.Listed != 3 || got.ByStatus["ready"] != 1 || got.ByUrgency["stuck"] != 1 {
		t.Errorf("%+v", got)
	}
}

func TestChipsTakeOneFilterAway(t *testing.T) {
	page := open(t, richFleet(), "/exports?account=treasury&status=failed&urgency=over&sort=age&page=2")
	var got []string
	for _, each := range page.one(t, "ul", class("chips")).all("a") {
		got = append(got, each.text()+" "+each.attr["href"])
	}
	want := []string{
		"account treasury ✕: remove this filter ?sort=age&status=failed&urgency=over",
		"status failed ✕: remove this filter ?account=treasury&sort=age&urgency=over",
		"urgency over ✕: remove this filter ?account=treasury&sort=age&status=failed",
		"Clear the filter ?",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	hidden := make(map[string]string)
	for _, each := range page.one(t, "form").all("input", having("type", "hidden")) {
		hidden[each.attr["name"]] = each.attr["value"]
	}
	if diff := cmp.Diff(map[string]string{"urgency": "over", "sort": "age"}, hidden); diff != "" {
		t.Errorf("what the form keeps: %s", diff)
	}
}
