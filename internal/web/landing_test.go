package web

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"export_status_exporter/account"
)

func TestLandingPage(t *testing.T) {
	page := openLanding(t, richFleet())
	var got []string
	for _, tr := range page.one(t, "tbody").all("tr") {
		line := tr.all("a")[0].attr["href"]
		for _, cell := range append(tr.all("th"), tr.all("td")...) {
			line += "|" + cell.text()
		}
		got = append(got, line)
	}
	want := []string{
		"exports?account=derivatives|derivatives kraken_futures|✕ trouble|1 of 2|0|0|1|–not known|12 s ago",
		"exports?account=archive|archive coinbase_exchange|✕ trouble|0 of 1|–not known|–not known|–not known|–not known|3 h ago",
		"exports?account=new-desk|new-desk kraken|… not refreshed|0 of 2|–not known|–not known|–not known|–not known|–not known",
		"exports?account=treasury|treasury kraken|✓ up 1 warning|2 of 2|2|2|3|–not known|12 s ago",
		"exports?account=fund|fund coinbase_exchange|✓ up|1 of 1|0|1|1|–not known|12 s ago",
		"exports?account=agency|agency onlyfansapi|✓ up 2 warnings|1 of 1|0|2|1|1,240.5|12 s ago",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	mustContain(t, page.text(), "5 of 9 sources up.", "data from 11:59:53, 12 s ago", "rate limited, next attempt in 12 min")
	for _, a := range page.all("a") {
		if href := a.attr["href"]; strings.HasPrefix(href, "?") {
			t.Errorf("%s leads to the landing page itself", href)
		}
	}
}

func TestLandingPageIsBounded(t *testing.T) {
	fleet := Fleet{Now: moment0()}
	for i := range landingLimit + 7 {
		fleet.Accounts = append(fleet.Accounts, view(fmt.Sprint("a", i), "kraken", up("trades")))
	}
	fleet.Accounts = append(fleet.Accounts, view("new", "kraken", account.SourceView{Name: "trades"}))
	page := openLanding(t, fleet)
	if lines := page.one(t, "tbody").all("tr"); len(lines) != landingLimit || lines[0].one(t, "a").text() != "new" {
		t.Errorf("%d lines, the first %s", len(lines), lines[0].text())
	}
	mustContain(t, page.text(), "And 8 more: see Exports.")
	mustContain(t, openLanding(t, Fleet{Now: moment0()}).text(), "This exporter has no accounts. Add one")
}
