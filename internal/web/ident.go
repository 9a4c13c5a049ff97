package web

import (
	"strings"

	"export_status_exporter/internal/human"
)

// Maximum width of an id that is shown whole, and of the start and end of a
// longer one, in columns of a fixed-width font.
const (
	identColumns = 22
	identStart   = 12
	identEnd     = 8
)

// ident is an id that fits on one line. The middle of a long id is hidden, but
// can be copied and is read by screen readers.
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

// Short returns the visible part of the id.
func (i ident) Short() string {
	if i.Middle == "" {
		return i.Start
	}
	return strings.Join([]string{i.Start, i.End}, "…")
}
