package web

import (
	"strings"

	"export_status_exporter/internal/human"
)

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
	if human.Columns(whole) <= identColumns {
		return ident{Whole: whole, Start: whole}
	}
	runes := []rune(whole)
	from, width := 0, 0
	for width < identStart {
		width += human.RuneColumns(runes[from])
		from++
	}
	to := len(runes)
	for width = 0; width < identEnd; {
		to--
		width += human.RuneColumns(runes[to])
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
