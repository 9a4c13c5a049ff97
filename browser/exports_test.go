//go:build browser

package browser_test

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	gocmp "github.com/google/go-cmp/cmp"
)

// shownRow is a row as displayed.
type shownRow struct {
	row
	// Label is the bar's text for screen readers. Wide is the bar's part of the row's
	// width, or 0 without a bar.
	Label string
	Wide  float64
}

const readRows = `[...document.querySelectorAll("table.reports tbody tr:not(.group)")].filter(e => e.checkVisibility()).map(tr => {
	const bar = tr.querySelector("td.progress progress")
	return {
		id: tr.querySelector("th.report code").textContent,
		type: tr.querySelector("th.report .type").innerText,
		account: tr.querySelector("td.owner a").innerText,
		status: tr.querySelector("td.status .badge").lastChild.textContent.trim().replaceAll(" ", "_"),
		progress: bar ? bar.position : -1,
		label: bar ? bar.getAttribute("aria-label") : "",
		wide: bar ? bar.getBoundingClientRect().width / tr.getBoundingClientRect().width : 0,
	}
})`

// table returns the displayed rows, sorted.
func (p *tab) table() []row {
	p.t.Helper()
	found := []row{}
	for _, each := range eval[[]shownRow](p, readRows) {
		found = append(found, each.row)
	}
	return sorted(found)
}

func sorted(list []row) []row {
	slices.SortFunc(list, func(a, b row) int { return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.ID, b.ID)) })
	return list
}

// expected returns the rows that match a filter.
func expected(keep func(row) bool) []row {
	return sorted(slices.DeleteFunc(rows(), func(each row) bool { return !keep(each) }))
}

// TestRowsAndBars checks that every report has a row with its status and progress bar.
func TestRowsAndBars(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	p := started(t)
	for _, m := range modes() {
		t.Run(m.name, func(t *testing.T) {
			tab := browser.open(t, m, p.address+"/exports")
			if diff := gocmp.Diff(expected(func(row) bool { return true }), tab.table()); diff != "" {
				t.Error(diff)
			}
			for _, each := range eval[[]shownRow](tab, readRows) {
				if each.Progress >= 0 && (each.Label != "Progress of "+each.ID || each.Wide < 0.05 || each.Wide > 0.9) {
					t.Errorf("the bar of %s is labelled %q and takes %.2f of the row", each.ID, each.Label, each.Wide)
				}
			}
		})
	}
	// All statuses must occur.
	var statuses []string
	for _, each := range rows() {
		statuses = append(statuses, each.Status)
	}
	slices.Sort(statuses)
	want := []string{"awaiting_start", "cancelled", "expired", "failed", "processing", "queued", "ready", "unknown"}
	if got := slices.Compact(statuses); !slices.Equal(got, want) {
		t.Errorf("statuses %v, want %v", got, want)
	}
}

// pick selects an option with the keyboard, by typing its first letters.
func pick(name, text string) chromedp.Action[chromedp.Void] {
	return chromedp.SendKeys(chromedp.CSS(`select[name="`+name+`"]`), text)
}

// chosen returns the values of the form.
func (p *tab) chosen() map[string]string {
	p.t.Helper()
	return eval[map[string]string](p, `Object.fromEntries(new FormData(document.querySelector("form")))`)
}

// TestFilter combines all filters of the form, clears them with the link, and filters
// by clicking a number at the top.
func TestFilter(t *testing.T) {
	t.Parallel()
	p := started(t)
	tab := chromium(t).open(t, modes()[0], p.address+"/exports")
	asked := p.asked()
	submit := chromedp.Click(chromedp.CSS(`button[type="submit"]`))
	for _, step := range []struct {
		name string
		do   []chromedp.Action[chromedp.Void]
		form map[string]string
		keep func(row) bool
	}{
		{
			"status",
			[]chromedp.Action[chromedp.Void]{pick("status", "fai"), submit},
			map[string]string{"search": "", "provider": "", "account": "", "type": "", "status": "failed", "refresh": "30"},
			func(r row) bool { return r.Status == "failed" },
		},
		{
			"and provider",
			[]chromedp.Action[chromedp.Void]{pick("provider", "coin"), submit},
			map[string]string{"search": "", "provider": "coinbase_exchange", "account": "", "type": "", "status": "failed", "refresh": "30"},
			func(r row) bool { return r.Status == "failed" && (r.Account == fund || r.Account == desk) },
		},
		{
			"nothing is left",
			[]chromedp.Action[chromedp.Void]{pick("account", "des"), submit},
			map[string]string{"search": "", "provider": "coinbase_exchange", "account": desk, "type": "", "status": "failed", "refresh": "30"},
			func(row) bool { return false },
		},
		{
			"cleared",
			[]chromedp.Action[chromedp.Void]{chromedp.Click(chromedp.Search(`//a[.="Clear the filter"]`))},
			map[string]string{"search": "", "provider": "", "account": "", "type": "", "status": "", "refresh": "30"},
			func(row) bool { return true },
		},
		{
			"type",
			[]chromedp.Action[chromedp.Void]{pick("type", "trans"), pick("refresh", "n"), submit},
			map[string]string{"search": "", "provider": "", "account": "", "type": "transactions", "status": "", "refresh": "off"},
			func(r row) bool { return r.Type == "transactions" },
		},
		{
			"a number at the top",
			[]chromedp.Action[chromedp.Void]{chromedp.Click(chromedp.CSS(`.tile > a.ready`))},
			map[string]string{"search": "", "provider": "", "account": "", "type": "transactions", "status": "ready", "refresh": "off"},
			func(r row) bool { return r.Type == "transactions" && r.Status == "ready" },
		},
		{
			"the same number again",
			[]chromedp.Action[chromedp.Void]{chromedp.Click(chromedp.CSS(`.tile > a.ready`))},
			map[string]string{"search": "", "provider": "", "account": "", "type": "transactions", "status": "", "refresh": "off"},
			func(r row) bool { return r.Type == "transactions" },
		},
		{
			"and an account",
			[]chromedp.Action[chromedp.Void]{chromedp.Click(chromedp.CSS(`td.owner a`))},
			map[string]string{"search": "", "provider": "", "account": agency, "type": "transactions", "status": "", "refresh": "off"},
			func(r row) bool { return r.Account == agency && r.Type == "transactions" },
		},
		{
			"without the type",
			[]chromedp.Action[chromedp.Void]{chromedp.Click(chromedp.CSS(`.chips a[href="?account=agency&refresh=off"]`))},
			map[string]string{"search": "", "provider": "", "account": agency, "type": "", "status": "", "refresh": "off"},
			func(r row) bool { return r.Account == agency },
		},
		{
			"and a search, sent by the enter key",
			[]chromedp.Action[chromedp.Void]{chromedp.SendKeys(chromedp.CSS(`input[name="search"]`), "MEDIA\r")},
			map[string]string{"search": "MEDIA", "provider": "", "account": agency, "type": "", "status": "", "refresh": "off"},
			func(r row) bool { return r.Type == "media_vault" },
		},
	} {
		t.Run(step.name, func(t *testing.T) {
			tab.t = t
			tab.follow(step.do...)
			if diff := gocmp.Diff(step.form, tab.chosen()); diff != "" {
				t.Errorf("the form: %s", diff)
			}
			want := expected(step.keep)
			if diff := gocmp.Diff(want, tab.table()); diff != "" {
				t.Errorf("the table: %s", diff)
			}
			if said := eval[string](tab, `document.querySelector("main").innerText`); strings.Contains(said, "No export matches the filter.") != (len(want) == 0) {
				t.Errorf("with %d reports the page says:\n%s", len(want), said)
			}
			tab.checkNoComplaints(t, p.address)
		})
	}
	if got := p.asked(); got != asked {
		t.Errorf("reading pages asked the providers %d times", got-asked)
	}
}

// TestAnAccountThatIsDown checks that the page shows the failure, its reason, the next
// attempt and the advice.
func TestAnAccountThatIsDown(t *testing.T) {
	t.Parallel()
	p := started(t)
	tab := chromium(t).open(t, modes()[0], p.address+"/exports")
	problem := eval[string](tab, `document.querySelector(".problem").innerText`)
	for _, want := range []string{
		desk + " coinbase_exchange: key refused, next attempt in 14 min",
		"auth: api.exchange.coinbase.com GET /reports: HTTP 401",
		"What to do: check api_key", "Runbook ExportAuthFailing",
		"Source reports, last success 4 min ago.",
	} {
		if !strings.Contains(problem, want) {
			t.Errorf("the first problem does not say %q:\n%s", want, problem)
		}
	}
	first := eval[string](tab, `document.querySelector(".account").innerText`)
	for _, want := range []string{desk, "paused", "auth", "4 min ago", "Exports\n1"} { // the last good data remains
		if !strings.Contains(first, want) {
			t.Errorf("the first account does not say %q:\n%s", want, first)
		}
	}
	if title := eval[string](tab, "document.title"); !strings.HasPrefix(title, "(1) Exports") {
		t.Errorf("the tab is called %q", title)
	}
	if got := eval[[]string](tab, `[...document.querySelectorAll(".account:not(.trouble) h3 a")].map(e => e.innerText)`); !slices.Equal(got, []string{treasury, fund, derivatives, agency}) {
		t.Errorf("accounts without trouble: %v", got)
	}
	tab.follow(chromedp.Click(chromedp.CSS(".problem h3 a")))
	if diff := gocmp.Diff(expected(func(r row) bool { return r.Account == desk }), tab.table()); diff != "" {
		t.Error(diff)
	}
}

// TestPageOfAnExport goes from a row to its page and to its runbook. It checks that
// texts to copy are selected completely with one click or the keyboard.
func TestPageOfAnExport(t *testing.T) {
	t.Parallel()
	p := started(t)
	asked := p.asked()
	tab := chromium(t).open(t, modes()[0], p.address+"/exports?status=failed&refresh=off")
	const id = "table.reports tbody tr:not(.group) code.id"
	whole := eval[string](tab, `document.querySelector("`+id+`").title`)
	tab.do(chromedp.Click(chromedp.CSS(id)))
	if got := eval[string](tab, "getSelection().toString()"); got != whole || len(whole) < 24 {
		t.Errorf("a click on the id selects %q, want %q", got, whole)
	}
	tab.do(chromedp.Click(chromedp.CSS(".copy summary")))
	if got := eval[string](tab, `document.querySelector(".copy[open] input").value`); got != whole {
		t.Errorf("the copy control shows %q", got)
	}
	tab.follow(chromedp.Click(chromedp.CSS("table.reports th.report a.type")))
	if got := eval[string](tab, `document.querySelector(".sheet code").innerText`); got != whole {
		t.Errorf("the page is about %q", got)
	}
	tab.do(chromedp.Click(chromedp.CSS(".queries code")))
	if got := eval[string](tab, "getSelection().toString().trim()"); !strings.HasPrefix(got, "export_status{") || !strings.HasSuffix(got, `report_id="`+whole+`"} == 1`) {
		t.Errorf("a click on the query selects %q", got)
	}
	tab.checkNoComplaints(t, p.address)
	tab.follow(chromedp.Click(chromedp.CSS("a.help")))
	if got := eval[string](tab, "location.pathname"); got != "/runbooks/ExportFailed" {
		t.Errorf("the runbook is at %s", got)
	}
	tab.follow(chromedp.Click(chromedp.Search(`//a[.="All runbooks"]`)))
	if got := eval[string](tab, "location.pathname"); got != "/runbooks/" {
		t.Errorf("all runbooks are at %s", got)
	}
	tab.checkNoComplaints(t, p.address)
	if got := p.asked(); got != asked {
		t.Errorf("reading pages asked the providers %d times", got-asked)
	}
}
