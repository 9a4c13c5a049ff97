package cli

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"export_status_exporter/internal/human"
	"export_status_exporter/internal/web"
	"export_status_exporter/provider"
)

// column is a column of the table. On a narrow terminal, columns with a minimum
// width shrink, and wide ones are dropped.
type column struct {
	title string
	cell  func(*web.Report) string
	least int // minimum width; 0 means that it never shrinks
	wide  bool
	width int
}

// barCells is the width of a progress bar.
const barCells = 6

// columns returns the columns of the table. The wide ones are shown only if
// everything fits.
func columns() []column {
	return []column{
		{title: "PROVIDER", cell: func(r *web.Report) string { return r.Provider }, wide: true},
		{title: "ACCOUNT", cell: func(r *web.Report) string { return r.Account }, least: 8},
		{title: "TYPE", cell: func(r *web.Report) string { return orDash(r.Type) }, least: 8},
		{title: "STATUS", cell: func(r *web.Report) string { return r.Status }},
		{title: "PROGRESS", cell: progressCell},
		{title: "AGE", cell: ageCell},
		{title: "EXPIRES", cell: expiryCell},
		{title: "REPORT", cell: func(r *web.Report) string { return human.Printable(r.ID) }, least: 9},
	}
}

// table writes the exports in groups by urgency.
func (o ListOptions) table(w io.Writer, d *web.Document) error {
	fitted := fit(columns(), d.Reports, o.Width)
	var b strings.Builder
	last := ""
	for i := range d.Reports {
		r := &d.Reports[i]
		if r.Urgency != last {
			if last != "" {
				b.WriteByte('\n')
			}
			last = r.Urgency
			title := fmt.Sprintf("%s (%d)", strings.ToUpper(strings.ReplaceAll(last, "_", " ")), countOf(d.Reports[i:], last))
			b.WriteString(o.colored(last, title) + "\n")
			if i == 0 {
				b.WriteString(line(fitted, func(c *column) string { return c.title }))
			}
		}
		b.WriteString(line(fitted, func(c *column) string { return c.cell(r) }))
	}
	if len(d.Reports) == 0 {
		b.WriteString("no exports\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// countOf counts the leading reports with an urgency.
func countOf(reports []web.Report, urgency string) (n int) {
	for n < len(reports) && reports[n].Urgency == urgency {
		n++
	}
	return n
}

// fit sets the width of each column so that a line fits the terminal if
// possible.
func fit(all []column, reports []web.Report, width int) []column {
	for i := range all {
		all[i].width = human.Columns(all[i].title)
		for j := range reports {
			all[i].width = max(all[i].width, human.Columns(all[i].cell(&reports[j])))
		}
	}
	if total(all) > width {
		all = slices.DeleteFunc(all, func(c column) bool { return c.wide })
	}
	for total(all) > width {
		widest := -1
		for i := range all {
			if all[i].least > 0 && all[i].width > all[i].least && (widest < 0 || all[i].width > all[widest].width) {
				widest = i
			}
		}
		if widest < 0 {
			break
		}
		all[widest].width--
	}
	return all
}

// total returns the width of a line.
func total(all []column) (n int) {
	for _, c := range all {
		n += c.width + len(gap)
	}
	return n - len(gap)
}

const gap = "  "

// line formats one line of the table.
func line(all []column, cell func(*column) string) string {
	var b strings.Builder
	for i := range all {
		text := human.Fit(cell(&all[i]), all[i].width)
		b.WriteString(text)
		if i < len(all)-1 {
			b.WriteString(strings.Repeat(" ", max(all[i].width-human.Columns(text), 0)) + gap)
		}
	}
	return strings.TrimRight(b.String(), " ") + "\n"
}

// colored returns a text in the color of an urgency.
func (o ListOptions) colored(urgency, text string) string {
	if !o.Color {
		return text
	}
	color := map[string]string{
		"failed": "31", "stuck": "31", "awaiting_start": "33", "unknown": "33", "expiring": "33",
		"under_way": "36", "ready": "32", "over": "2",
	}[urgency]
	return "\x1b[1;" + color + "m" + text + "\x1b[0m"
}

func orDash(s *string) string {
	if s == nil || *s == "" {
		return "-"
	}
	return human.Printable(*s)
}

func progressCell(r *web.Report) string {
	if r.ProgressRatio == nil {
		return "-"
	}
	full := int(math.Floor(*r.ProgressRatio * barCells))
	return fmt.Sprintf("%s%s %4s", strings.Repeat("#", full), strings.Repeat(".", barCells-full), percent(r))
}

func percent(r *web.Report) string {
	if r.ProgressRatio == nil {
		return "-"
	}
	return human.Percent(*r.ProgressRatio)
}

func ageCell(r *web.Report) string {
	if r.AgeSeconds == nil {
		return "-"
	}
	return human.Short(durationOf(max(*r.AgeSeconds, 0)))
}

func expiryCell(r *web.Report) string {
	switch in := r.ExpiresInSeconds; {
	case in == nil || *in > 0 && r.Status != provider.StatusReady.String(): // there is no file to fetch
		return "-"
	case *in > 0:
		return "in " + human.Short(durationOf(*in))
	default:
		return human.Short(durationOf(*in)) + " ago"
	}
}

func durationOf(n float64) time.Duration { return time.Duration(n * float64(time.Second)) }
