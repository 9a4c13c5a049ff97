package web

import (
	"html/template"
	"time"

	"export_status_exporter/internal/human"
)

// parseTemplates parses the embedded templates. They are constant, so it panics
// on an error.
func parseTemplates(static map[string]asset) *template.Template {
	return template.Must(template.New("").Funcs(template.FuncMap{
		"asset":   func(name string) string { return "static/" + name + "?v=" + static[name].tag },
		"brief":   brief,
		"count":   count,
		"date":    date,
		"glyph":   glyph,
		"percent": human.Percent,
		"plural":  plural,
		// A file without missing items needs no note.
		"positive": func(n *float64) bool { return n != nil && *n > 0 },
		"seconds":  formatSeconds,
		"size":     size,
		"state":    humanizeState,
		"span":     func(s float64) string { return human.Span(time.Duration(s * float64(time.Second))) },
		"lasting":  human.Span,
		"whole":    func(n int) string { return count(float64(n)) },
		"visible":  visible,
		"yes":      func(b bool) bool { return b },
		"when":     when,
		"window":   rateWindow,
		"words":    humanize,
	}).ParseFS(assets, "assets/*.html"))
}
