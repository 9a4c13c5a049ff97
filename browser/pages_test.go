//go:build browser

package browser_test

import (
	"testing"
)

// sight is an address that people look at.
type sight struct {
	name, path string
	// before says that no provider was asked yet.
	before bool
}

func sights() []sight {
	return []sight{
		{name: "exports", path: "/exports"},
		{name: "exports-down", path: "/exports?account=" + desk},
		{name: "exports-status", path: "/exports?status=ready&refresh=off"},
		{name: "exports-nothing", path: "/exports?type=no-such-type"},
		{name: "exports-before", path: "/exports", before: true},
		{name: "landing", path: "/"},
		{name: "landing-before", path: "/", before: true},
	}
}

// layout is how a page stands on its screen.
type layout struct {
	// Width is what the page needs, Beyond the elements that stick out of it,
	// Spilt those that something sticks out of.
	Width         float64
	Beyond, Spilt []string
	// Ground and Ink are the colours of the page, from black 0 to white 1.
	Ground, Ink float64
	// Styled counts the rules that are in force.
	Styled int
}

// measure looks at the layout. A table that scrolls by itself may be wider than
// the screen, except for the reports, which are to be read on a phone.
const measure = `(() => {
	const width = innerWidth, light = text => {
		const [r, g, b] = text.match(/[\d.]+/g).map(Number)
		return (0.299 * r + 0.587 * g + 0.114 * b) / 255
	}
	const scrolls = e => e.closest(".scroll") && !(e.closest(".reports") && width < 760)
	const seen = [...document.querySelectorAll("body *")].filter(e =>
		!scrolls(e) && !e.closest(".unseen") && getComputedStyle(e.closest("thead") ?? e).clipPath === "none" && e.checkVisibility())
	const short = list => list.slice(0, 5).map(e => e.tagName + "." + e.className + " " + e.textContent.trim().slice(0, 40))
	const style = getComputedStyle(document.body)
	return {
		width: document.documentElement.scrollWidth,
		beyond: short(seen.filter(e => e.getBoundingClientRect().right > width + 0.5)),
		spilt: short(seen.filter(e => e.clientWidth > 0 && e.scrollWidth > e.clientWidth + 1)),
		ground: light(style.backgroundColor), ink: light(style.color),
		styled: [...document.styleSheets].reduce((sum, sheet) => sum + sheet.cssRules.length, 0),
	}
})()`

// checkFits fails if anything sticks out of the screen or of its box.
func (p *tab) checkFits(t *testing.T, m mode) layout {
	t.Helper()
	got := eval[layout](p, measure)
	if got.Width > float64(m.width) || len(got.Beyond)+len(got.Spilt) > 0 {
		t.Errorf("%s: the page is %v px wide on %d px; beyond it: %q; too full: %q", m.name, got.Width, m.width, got.Beyond, got.Spilt)
	}
	return got
}

// TestEveryPageInEveryMode opens each page in each mode: nothing is complained
// about, nothing sticks out, the colours are those of the mode, and everybody
// can use it.
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
				got := tab.checkFits(t, m)
				if m.dark != (got.Ground < 0.2) || m.dark != (got.Ink > 0.8) || got.Styled < 50 {
					t.Errorf("dark is %v, but the ground is %.2f and the ink %.2f, with %d rules", m.dark, got.Ground, got.Ink, got.Styled)
				}
				tab.screenshot(each.name + "-" + m.name)
				tab.checkAccessible(t, axe)
			})
		}
	}
}
