//go:build browser

package browser_test

import (
	"testing"
)

// sight is the address of a page.
type sight struct {
	name, path string
	// before reports that no account has been refreshed yet.
	before bool
}

func sights() []sight {
	return []sight{
		{name: "exports", path: "/exports"},
		{name: "exports-down", path: "/exports?account=" + desk},
		{name: "exports-status", path: "/exports?status=ready&refresh=off"},
		{name: "exports-nothing", path: "/exports?type=no-such-type"},
		{name: "exports-sorted", path: "/exports?sort=-age&search=a&limit=5&page=2"},
		{name: "export", path: "/export?id=LSTK"},
		{name: "export-down", path: "/export?account=" + desk + "&id=" + uuid("desk")},
		{name: "config", path: "/config"},
		{name: "runbooks", path: "/runbooks/"},
		{name: "runbook", path: "/runbooks/ExportSourceDown"},
		{name: "exports-before", path: "/exports", before: true},
		{name: "landing", path: "/"},
		{name: "landing-before", path: "/", before: true},
	}
}

// TestEveryPageInEveryMode opens each page in each mode. It checks for complaints,
// overflow, wrong colors and accessibility problems.
func TestEveryPageInEveryMode(t *testing.T) {
	t.Parallel()
	axe := axeSource(t)
	browser := chromium(t)
	full, empty := started(t), start(t)
	for _, m := range modes() {
		for _, each := range sights() {
			t.Run(each.name+"/"+m.name, func(t *testing.T) {
				p := full
				if each.before {
					p = empty
				}
				tab := browser.open(t, m, p.address+each.path)
				tab.checkNoComplaints(t, p.address)
				tab.checkFits(t, m)
				tab.screenshot(each.name + "-" + m.name)
				if m.dark == m.phone { // a checker's run takes a second; these two see both colors and both layouts
					tab.checkAccessible(t, axe)
				}
			})
		}
	}
}
