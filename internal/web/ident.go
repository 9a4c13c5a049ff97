package web

import "strings"

// Bounds, in columns of a fixed-width font, on an id that is shown whole and on
// the ends of a longer one.
const (
	identColumns = 22
	identStart   = 12
	identEnd     = 8
)

// ident is an id on one line. The middle of a long one is there to be copied and
// heard, not to be seen.
type ident struct{ Whole, Start, Middle, End string }

func newIdent(id string) ident {
	whole := visible(id)
	if columns(whole) <= identColumns {
		return ident{Whole: whole, Start: whole}
	}
	runes := []rune(whole)
	from, width := 0, 0
	for width < identStart {
		width += runeColumns(runes[from])
		from++
	}
	to := len(runes)
	for width = 0; width < identEnd; {
		to--
		width += runeColumns(runes[to])
	}
	return ident{whole, string(runes[:from]), string(runes[from:to]), string(runes[to:])}
}

// Short is the id as it is seen.
func (i ident) Short() string {
	if i.Middle == "" {
		return i.Start
	}
	return strings.Join([]string{i.Start, i.End}, "…")
}

func columns(s string) (n int) {
	for _, r := range s {
		n += runeColumns(r)
	}
	return n
}

// runeColumns takes everything from the Hangul letters on for wide, which is too
// much for some and too little for none.
func runeColumns(r rune) int {
	if r >= 0x1100 {
		return 2
	}
	return 1
}
