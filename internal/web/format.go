package web

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"

	"export_status_exporter/internal/human"
)

// formatSeconds formats a duration that is given in seconds.
func formatSeconds(s float64) string {
	if s < 1 {
		return fmt.Sprintf("%.0f ms", s*1000)
	}
	if s < 60 {
		return strconv.FormatFloat(math.Round(s*10)/10, 'f', -1, 64) + " s"
	}
	return human.Span(time.Duration(s * float64(time.Second)))
}

// instant is a time as a page shows it: relative to the page's own time, in
// full for the tooltip, and in RFC 3339 for programs.
type instant struct {
	Relative, Full, Machine string
}

// when formats a time, nil if it is unknown.
func when(now time.Time, t *time.Time) *instant {
	if t == nil {
		return nil
	}
	said := instant{Full: t.Format("2006-01-02 15:04:05 MST"), Machine: t.Format(time.RFC3339)}
	switch d := now.Sub(*t); {
	case d.Abs() < time.Second:
		said.Relative = "now"
	case d > 0:
		said.Relative = human.Span(d) + " ago"
	default:
		said.Relative = "in " + human.Span(d)
	}
	return &said
}

// date formats a time of data. It omits the time of day at midnight, where
// ranges of data usually begin and end.
func date(t *time.Time) string {
	if t.Equal(t.Truncate(24 * time.Hour)) {
		return t.Format(time.DateOnly)
	}
	return t.Format("2006-01-02 15:04")
}

// count formats a number with thousands separators and at most two decimals.
func count(n float64) string {
	digits := strconv.FormatFloat(math.Round(n*100)/100, 'f', -1, 64)
	sign := ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	whole, fraction, _ := strings.Cut(digits, ".")
	var b strings.Builder
	for i, r := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(r)
	}
	if fraction != "" {
		b.WriteString("." + fraction)
	}
	return sign + b.String()
}

// brief formats numbers from a million on with a unit and about three digits.
func brief(n float64) string {
	for _, unit := range []struct {
		least float64
		name  string
	}{{1e12, "T"}, {1e9, "G"}, {1e6, "M"}} {
		if n >= unit.least {
			return strconv.FormatFloat(math.Floor(n/unit.least*100)/100, 'f', -1, 64) + " " + unit.name
		}
	}
	return count(n)
}

// size formats a number of bytes.
func size(n float64) string {
	units := []string{"B", "kB", "MB", "GB", "TB"}
	at := 0
	for n >= 1000 && at < len(units)-1 {
		n /= 1000
		at++
	}
	return strconv.FormatFloat(math.Round(n*10)/10, 'f', -1, 64) + " " + units[at]
}

// plural formats a number with a noun whose plural ends in s.
func plural(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return count(float64(n)) + " " + noun
}

// visible returns untrusted text with every invisible character spelled out:
// controls, direction marks and zero-width characters could change how the rest
// of the page reads.
func visible(s string) string {
	if strings.IndexFunc(s, disguised) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if disguised(r) {
			fmt.Fprintf(&b, "\\u{%x}", r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func disguised(r rune) bool { return r != ' ' && !unicode.IsGraphic(r) }

// humanize formats one of our own names for people: awaiting_start becomes
// "awaiting start".
func humanize(name string) string { return strings.ReplaceAll(name, "_", " ") }

// humanizeState formats a status or state with the words of the glossary.
func humanizeState(name string) string {
	if name == "held_back" {
		return "paused"
	}
	return humanize(name)
}

// rateWindow formats the window of a rate limit: "this minute", "today".
func rateWindow(name string) string {
	if name == "day" {
		return "today"
	}
	return "this " + visible(name)
}

// glyph returns a symbol for a status or state, so that color is not the only
// difference. It is next to the word and hidden from screen readers.
func glyph(name string) string { return cmp.Or(glyphs[name], "?") }

var glyphs = map[string]string{
	"queued":         "○",
	"processing":     "◐",
	"awaiting_start": "◆",
	"ready":          "✓",
	"up":             "✓",
	"failed":         "✕",
	"failing":        "✕",
	"trouble":        "✕",
	"cancelled":      "−",
	"expired":        "◌",
	"stale":          "◌",
	"held_back":      "‖",
	"not_refreshed":  "…",
}
