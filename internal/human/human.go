// Package human formats values for people: durations, long ids and untrusted
// text.
package human

import (
	"fmt"
	"math"
	"strings"
	"time"
	"unicode"
)

// Span formats the absolute value of a duration in at most two units, rounded
// down.
func Span(d time.Duration) string {
	d = d.Abs()
	const day = 24 * time.Hour
	two := func(big time.Duration, bigName string, small time.Duration, smallName string) string {
		if rest := d % big / small; rest > 0 {
			return fmt.Sprintf("%d %s %d %s", d/big, bigName, rest, smallName)
		}
		return fmt.Sprintf("%d %s", d/big, bigName)
	}
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", d/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d < day:
		return two(time.Hour, "h", time.Minute, "min")
	case d < 10*day:
		return two(day, "d", time.Hour, "h")
	default:
		return fmt.Sprintf("%d d", d/day)
	}
}

// Short formats the absolute value of a duration in its largest unit, rounded
// down.
func Short(d time.Duration) string {
	number, rest, _ := strings.Cut(Span(d), " ")
	unit, _, _ := strings.Cut(rest, " ")
	return number + " " + unit
}

// Percent formats a ratio, rounded down, so an unfinished export never shows 100.
func Percent(ratio float64) string { return fmt.Sprintf("%.0f%%", math.Floor(ratio*100)) }

// Printable returns untrusted text on one line: it replaces each character that
// is not printable, such as a line break or a terminal escape, with a space.
func Printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// Columns returns the width of a text in a fixed-width font.
func Columns(s string) (n int) {
	for _, r := range s {
		n += RuneColumns(r)
	}
	return n
}

// RuneColumns returns the width of a character in a fixed-width font. It counts
// everything from the Hangul letters on as wide, except for punctuation. That
// is too much for some characters and too little for none.
func RuneColumns(r rune) int {
	if r >= 0x1100 && (r < 0x2000 || r >= 0x2E80) {
		return 2
	}
	return 1
}

// ellipsis marks the omitted middle of a text.
const ellipsis = "…"

// Fit shortens a text to at most width columns, but no less than 4, by omitting
// its middle.
func Fit(s string, width int) string {
	if Columns(s) <= width {
		return s
	}
	runes, left := []rune(s), max(width, 4)-Columns(ellipsis)
	from, to := 0, len(runes)
	for room := (left + 1) / 2; room >= RuneColumns(runes[from]); from++ {
		room -= RuneColumns(runes[from])
	}
	for room := left - Columns(string(runes[:from])); room >= RuneColumns(runes[to-1]); to-- {
		room -= RuneColumns(runes[to-1])
	}
	return string(runes[:from]) + ellipsis + string(runes[to:])
}
