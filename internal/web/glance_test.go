package web

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"export_status_exporter/account"
)

func glanceOf(t *testing.T, f Fleet) *element {
	t.Helper()
	fragment, err := pagesOf(f).Glance()
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, fragment)
}

func TestGlance(t *testing.T) {
	fragment := glanceOf(t, richFleet())
	var got []string
	for _, tr := range fragment.one(t, "tbody").all("tr") {
		line := tr.one(t, "a").attr["href"]
		for _, cell := range tr.children {
			line += "|" + cell.text()
		}
		got = append(got, line)
	}
	want := []string{
		"exports?account=derivatives|derivatives kraken_futures|✕ trouble|1 of 2|0|0|1|–not known",
		"exports?account=archive|archive coinbase_exchange|✕ trouble|0 of 1|–not known|–not known|–not known|–not known",
		"exports?account=new-desk|new-desk kraken|… not refreshed|0 of 2|–not known|–not known|–not known|–not known",
		"exports?account=treasury|treasury kraken|✓ up|2 of 2|2|2|3|–not known",
		"exports?account=fund|fund coinbase_exchange|✓ up|1 of 1|0|1|1|–not known",
		"exports?account=agency|agency onlyfansapi|✓ up|1 of 1|0|2|1|1,240.5",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	mustContain(t, fragment.one(t, "caption").text(), "5 of 9 sources are up. As of 2026-08-01 12:00:05 UTC")
}

func TestGlanceIsBounded(t *testing.T) {
	fleet := Fleet{Now: moment0()}
	for i := range glanceLimit + 7 {
		fleet.Accounts = append(fleet.Accounts, view(fmt.Sprint("a", i), "kraken", up("trades")))
	}
	fleet.Accounts = append(fleet.Accounts, view("new", "kraken", account.SourceView{Name: "trades"}))
	fragment := glanceOf(t, fleet)
	if lines := fragment.one(t, "tbody").all("tr"); len(lines) != glanceLimit || lines[0].one(t, "a").text() != "new" {
		t.Errorf("%d lines, the first %s", len(lines), lines[0].text())
	}
	mustContain(t, fragment.text(), "And 8 more: see Exports.")
	mustContain(t, glanceOf(t, Fleet{Now: moment0()}).text(), "This exporter has no account.")
}
