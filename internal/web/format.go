package web

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"

	"export_status_exporter/internal/human"
)

// seconds says a length of time that is measured in seconds.
func seconds(s float64) string {
	if s < 1 {
		return fmt.Sprintf("%.0f ms", s*1000)
	}
	if s < 60 {
		return strconv.FormatFloat(math.Round(s*10)/10, 'f', -1, 64) + " s"
	}
	return human.Span(time.Duration(s * float64(time.Second)))
}

// instant is a moment as the page says it: relative to the page's own, and in
// full where a person or a program asks for it.
type instant struct {
	Relative, Full, Machine string
}

// when says a moment, nil if it is not known.
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

// date says a moment of data: without the time of day at midnight, which is
// where ranges of data usually begin and end.
func date(t *time.Time) string {
	if t.Equal(t.Truncate(24 * time.Hour)) {
		return t.Format(time.DateOnly)
	}
	return t.Format("2006-01-02 15:04")
}

// count says a number with separators and at most two decimals.
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

// brief says a large number in millions and more, with three digits.
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

// size says a number of bytes.
func size(n float64) string {
	units := []string{"B", "kB", "MB", "GB", "TB"}
	at := 0
	for n >= 1000 && at < len(units)-1 {
		n /= 1000
		at++
	}
	return strconv.FormatFloat(math.Round(n*10)/10, 'f', -1, 64) + " " + units[at]
}

// plural says how many there are of what gets its plural from an s.
func plural(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return count(float64(n)) + " " + noun
}

// percent says a ratio. It is rounded down: what is not done never says 100.
func percent(ratio float64) string { return fmt.Sprintf("%.0f%%", math.Floor(ratio*100)) }

// visible shows a text that came from outside with every character that could
// change how the rest of the page reads (controls, marks of direction, lines
// of no width) spelled out.
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

// words says one of our own names for people: awaiting_start, held_back.
func words(name string) string { return strings.ReplaceAll(name, "_", " ") }

// glyph is a sign for a status or a state, so that none is told by colour
// alone. It stands beside the word and is hidden from those who listen.
func glyph(name string) string {
	switch name {
	case "queued":
		return "○"
	case "processing":
		return "◐"
	case "awaiting_start":
		return "◆"
	case "ready", "up":
		return "✓"
	case "failed", "failing", "trouble":
		return "✕"
	case "cancelled":
		return "−"
	case "expired", "stale":
		return "◌"
	case "held_back":
		return "‖"
	case "not_refreshed":
		return "…"
	default:
		return "?"
	}
}
