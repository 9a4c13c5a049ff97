//go:build browser

package browser_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/emulation"
)

// layout is the result of measuring a page.
type layout struct {
	// Width is the width that the page needs. Beyond holds the elements that exceed the
	// page, Spilt those whose content exceeds them, Covered overlapping table cells,
	// and Broken the ids on more than one line.
	Width                          float64
	Beyond, Spilt, Covered, Broken []string
	// Wrapped holds the lines of cards and of the header that take more than one line.
	Wrapped []string
	// Apart reports that the button of the filter is alone in a line.
	Apart bool
	// Shift is the distance between the left edges of the header and the content.
	Shift float64
	// Larger holds secondary text that is larger than the text that it belongs to.
	Larger []string
	// Ground and Ink are the brightness of background and text, from black (0) to white
	// (1).
	Ground, Ink float64
	// Styled is the number of style rules in force.
	Styled int
}

// measure is the script that measures the layout.
const measure = `(() => {
	const width = innerWidth, light = text => {
		const [r, g, b] = text.match(/[\d.]+/g).map(Number)
		return (0.299 * r + 0.587 * g + 0.114 * b) / 255
	}
	const seen = [...document.querySelectorAll("body *")].filter(e => !e.closest(".unseen") && !e.closest("svg *") && e.checkVisibility())
	const short = list => list.slice(0, 5).map(e => e.tagName + "." + e.className + " " + e.textContent.trim().slice(0, 40))
	const style = getComputedStyle(document.body)
	const over = (a, b) => a.width && b.width && a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1
	const covered = [...document.querySelectorAll("tbody tr")].flatMap(tr => {
		const cells = [...tr.children], boxes = cells.map(e => e.getBoundingClientRect())
		return cells.filter((_, i) => boxes.some((box, j) => j < i && over(boxes[i], box)))
	})
	return {
		width: document.documentElement.scrollWidth,
		beyond: short(seen.filter(e => e.getBoundingClientRect().right > width + 0.5 || e.getBoundingClientRect().left < -0.5)),
		spilt: short(seen.filter(e => e.clientWidth > 0 && !e.readOnly && (e.scrollWidth > e.clientWidth + 1 ||
			(getComputedStyle(e).overflowY !== "visible" && e.scrollHeight > e.clientHeight + 1)))),
		covered: short(covered),
		broken: short([...document.querySelectorAll("code.id")].filter(e => e.getClientRects().length !== 1)),
		wrapped: short([...document.querySelectorAll(".account .facts dt, .account .facts dd, .tile .number, header nav, .owner > .quiet, .glance td:last-child, .key > li")].filter(e => e.checkVisibility() && e.getBoundingClientRect().height > 1.9 * parseFloat(getComputedStyle(e).fontSize) * 1.45)),
		apart: width > 1000 && [...document.querySelectorAll("form button")].some(e => Math.abs(e.getBoundingClientRect().bottom - document.querySelector("form > label:last-of-type").getBoundingClientRect().bottom) > 2),
		shift: Math.abs(document.querySelector("h1").getBoundingClientRect().left - document.querySelector("main > *").getBoundingClientRect().left),
		larger: short([...document.querySelectorAll(".owner > .quiet, .report .quiet, .lived > .since")].filter(e =>
			parseFloat(getComputedStyle(e).fontSize) > parseFloat(getComputedStyle(e.closest("table")).fontSize))),
		ground: light(style.backgroundColor), ink: light(style.color),
		styled: [...document.styleSheets].reduce((sum, sheet) => sum + sheet.cssRules.length, 0),
	}
})()`

// checkFits fails if anything exceeds the screen or its box.
func (p *tab) checkFits(t *testing.T, m mode) layout {
	t.Helper()
	got := eval[layout](p, measure)
	if got.Width > float64(m.width) || len(got.Beyond)+len(got.Spilt) > 0 {
		t.Errorf("%s: the page is %v px wide on %d px; beyond it: %q; too full: %q", m.name, got.Width, m.width, got.Beyond, got.Spilt)
	}
	if len(got.Covered)+len(got.Broken) > 0 {
		t.Errorf("%s: cells on each other: %q; ids on more than one line: %q", m.name, got.Covered, got.Broken)
	}
	if got.Apart {
		t.Errorf("%s: the filter's button is alone in a line", m.name)
	}
	if m.dark != (got.Ground < 0.2) || m.dark != (got.Ink > 0.8) || got.Styled < 50 {
		t.Errorf("%s: dark is %v, but the ground is %.2f and the ink %.2f, with %d rules", m.name, m.dark, got.Ground, got.Ink, got.Styled)
	}
	return got
}

// widths returns the widths of phones, tablets and monitors.
func widths() []int64 { return []int64{360, 768, 1024, 1280, 1920, 2560} }

// TestEveryStateAtEveryWidth checks that nothing is cut off, hidden or overlapping, in
// both color schemes, and that the page is accessible.
func TestEveryStateAtEveryWidth(t *testing.T) {
	t.Parallel()
	axe := axeSource(t)
	browser := chromium(t)
	for name, state := range states() {
		paths := map[string]string{"landing": "/", "exports": "/exports?refresh=off"}
		if list := state.fleet.Accounts; len(list) > 0 && list[0].Sources[0].Snapshot != nil {
			paths["export"] = "/export?" + exportQuery(state.fleet)
		}
		switch name {
		case "empty":
			paths["config"], paths["runbooks"], paths["runbook"], paths["missing"] = "/config", "/runbooks/", "/runbooks/ExportAuthFailing", "/runbooks/Nothing"
			paths["noexport"] = "/export?id=nothing"
		case "many":
			paths["page"], paths["urgent"] = "/exports?sort=-age&page=3&limit=50&refresh=off", "/exports?urgency=stuck&type=type-1&refresh=off"
		case "refused":
			paths["reason"] = "/exports?reason=auth&refresh=off"
		}
		for page, path := range paths {
			t.Run(name+"/"+page, func(t *testing.T) {
				tab := browser.open(t, mode{name: "first", width: 1280, height: 900, scale: 1}, serve(t, state.fleet)+path)
				if eval[int](tab, `document.querySelectorAll("main").length`) != 1 {
					t.Fatalf("there is no page: %s", eval[string](tab, `document.body.innerText.slice(0, 300)`))
				}
				for _, width := range widths() {
					for _, dark := range []bool{false, true} {
						m := mode{name: fmt.Sprint(width), width: width, height: 900, scale: 1, dark: dark}
						if dark {
							m.name += "-dark"
						}
						tab.look(m)
						got := tab.checkFits(t, m)
						if got.Shift > 1 && !slices.Contains([]string{"runbook", "runbooks"}, page) { // prose is centered
							t.Errorf("%s: header and content begin %v px apart", m.name, got.Shift)
						}
						if len(got.Wrapped) > 0 && !state.long {
							t.Errorf("%s: lines of cards wrap: %q", m.name, got.Wrapped)
						}
						tab.screenshot(fmt.Sprintf("state-%s-%s-%s", name, page, m.name))
						if width == 360 && !dark || width == 1280 && dark {
							tab.checkAccessible(t, axe)
						}
					}
				}
			})
		}
	}
}

// TestPrint checks that printed pages contain all content but no controls.
func TestPrint(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	for name, state := range states() {
		m := mode{name: "paper", width: 794, height: 1123, scale: 1} // A4
		tab := browser.open(t, m, serve(t, state.fleet)+"/exports?refresh=off")
		call(tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
		if got := eval[layout](tab, measure); got.Width > 794 || len(got.Beyond)+len(got.Spilt)+len(got.Covered)+len(got.Broken)+len(got.Larger) > 0 {
			t.Errorf("%s: %+v", name, got)
		}
		if seen := eval[[]string](tab, `[...document.querySelectorAll("form, nav, .copy, .chips")].filter(e => e.checkVisibility()).map(e => e.tagName)`); len(seen) > 0 {
			t.Errorf("%s: on paper there are %v", name, seen)
		}
		tab.screenshot("print-" + name)
	}
}
