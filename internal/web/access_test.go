package web

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

func TestPagesAreAccessible(t *testing.T) {
	for target, body := range bodies(t, pagesOf(richFleet())) {
		t.Run(target, func(t *testing.T) { checkAccessible(t, parse(t, body)) })
	}
}

func checkAccessible(t *testing.T, page *element) {
	t.Helper()
	if lang := page.one(t, "html").attr["lang"]; lang != "en" {
		t.Errorf("lang %q", lang)
	}
	for _, once := range []string{"header", "main", "footer", "h1", "title"} {
		page.one(t, once)
	}
	for _, control := range append(page.all("select"), page.all("input")...) {
		if control.attr["type"] == "hidden" || control.attr["aria-label"] != "" {
			continue
		}
		if control.parent.name != "label" || control.parent.one(t, "span").text() == "" {
			t.Errorf("control %s has no label", control.attr["name"])
		}
	}
	for _, th := range page.all("th") {
		if th.attr["scope"] == "" && th.parent.parent.name != "thead" {
			t.Errorf("header %q has no scope", th.text())
		}
	}
	for _, bar := range append(page.all("progress"), append(page.all("svg"), page.all("nav")...)...) {
		if bar.attr["aria-label"] == "" {
			t.Errorf("%s has no label", bar.name)
		}
	}
	for _, image := range page.all("img") {
		if _, ok := image.attr["alt"]; !ok {
			t.Error("an image has no alternative")
		}
	}
	seen := map[string]bool{}
	for _, e := range page.all("*") {
		if id := e.attr["id"]; id != "" {
			if seen[id] {
				t.Errorf("id %s is there twice", id)
			}
			seen[id] = true
		}
		if _, styled := e.attr["style"]; styled || e.name == "script" || e.name == "style" {
			t.Errorf("%s breaks the content security policy", e.name)
		}
	}
	for _, e := range page.all("*") {
		if by := e.attr["aria-labelledby"]; by != "" && !seen[by] {
			t.Errorf("%s is labelled by %s, which is not there", e.name, by)
		}
	}
	for _, badge := range page.all("span", class("badge")) {
		if badge.one(t, "span", class("glyph")).attr["aria-hidden"] != "true" || len(strings.Fields(badge.text())) < 2 {
			t.Errorf("badge %q is told by colour or sign alone", badge.text())
		}
	}
}

// palette returns the colors of the style sheet in one mode.
func palette(t *testing.T, dark bool) map[string][3]float64 {
	t.Helper()
	light, after, found := strings.Cut(stylesheet(), "@media (prefers-color-scheme: dark)")
	if !found {
		t.Fatal("the style sheet has no dark mode")
	}
	block := light
	if dark {
		block, _, _ = strings.Cut(after, "\n}\n")
	}
	colours := map[string][3]float64{}
	for _, match := range regexp.MustCompile(`--([a-z-]+): #([0-9a-f]{6});`).FindAllStringSubmatch(block, -1) {
		n, err := strconv.ParseUint(match[2], 16, 32)
		if err != nil {
			t.Fatal(err)
		}
		colours[match[1]] = [3]float64{float64(n >> 16), float64(n >> 8 & 255), float64(n & 255)}
	}
	return colours
}

// contrast is the ratio that WCAG 2 defines.
func contrast(a, b [3]float64) float64 {
	luminance := func(c [3]float64) float64 {
		var linear [3]float64
		for i, v := range c {
			if v /= 255; v <= 0.04045 {
				linear[i] = v / 12.92
			} else {
				linear[i] = math.Pow((v+0.055)/1.055, 2.4)
			}
		}
		return 0.2126*linear[0] + 0.7152*linear[1] + 0.0722*linear[2]
	}
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func TestContrast(t *testing.T) {
	texts := map[string][]string{
		"ink": {"page", "card"}, "quiet": {"page", "card"}, "link": {"page", "card"}, "card": {"link"},
		"good-ink": {"good", "card"}, "bad-ink": {"bad", "card", "page"}, "warn-ink": {"warn", "card", "page"},
		"busy-ink": {"busy", "card"}, "odd-ink": {"odd", "card", "page"}, "over-ink": {"over", "card"},
	}
	for name, dark := range map[string]bool{"light": false, "dark": true} {
		colours := palette(t, dark)
		if len(colours) != 19 {
			t.Fatalf("%s: %d colours", name, len(colours))
		}
		for text, grounds := range texts {
			for _, ground := range grounds {
				if got := contrast(colours[text], colours[ground]); got < 4.5 {
					t.Errorf("%s: %s on %s has a contrast of %.2f, less than 4.5", name, text, ground, got)
				}
			}
		}
		for _, bar := range []string{"good-ink", "bad-ink", "warn-ink", "busy-ink"} {
			if got := contrast(colours[bar], colours["track"]); got < 3 {
				t.Errorf("%s: a bar of %s has a contrast of %.2f, less than 3", name, bar, got)
			}
		}
	}
}
