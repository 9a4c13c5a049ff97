package cli

import (
	"context"
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"

	"export_status_exporter/collector"
	"export_status_exporter/internal/app"
	"export_status_exporter/provider"
)

// List asks every source once and writes the reports as a table: aligned, with
// progress bars, for a terminal; with tabs between plain columns for a pipe. A
// line about what it waits for goes to progress, and one for each source that
// failed, of which it returns ErrSourceFailed.
func List(ctx context.Context, program *app.App, w, progress io.Writer, terminal bool) error {
	_, _ = fmt.Fprintf(progress, "asking %d accounts ...\n", program.Size())
	accounts := program.Ask(ctx)
	if err := writeTable(w, accounts, terminal); err != nil {
		return err
	}
	for i := range accounts {
		view := &accounts[i].View
		for j := range view.Sources {
			if failure := view.Sources[j].Failure; failure != nil {
				_, _ = fmt.Fprintf(progress, "%s/%s: %s (%s); %s\n", view.Name, view.Sources[j].Name, failure, failure.Reason, failure.Advise())
			}
		}
	}
	return allUp(accounts)
}

// writeTable writes one line per report.
func writeTable(w io.Writer, accounts []collector.Account, terminal bool) error {
	out := w
	if terminal {
		aligned := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		defer func() { _ = aligned.Flush() }()
		out = aligned
	}
	if _, err := fmt.Fprintln(out, "PROVIDER\tACCOUNT\tSOURCE\tREPORT\tTYPE\tSTATUS\tPROGRESS\tAGE\tEXPIRES"); err != nil {
		return fmt.Errorf("writing the table: %w", err)
	}
	for i := range accounts {
		view := &accounts[i].View
		listed, _ := view.List()
		for _, l := range listed {
			r := l.Report
			_, err := fmt.Fprintln(out, strings.Join([]string{
				view.Provider, view.Name, l.Source.Name, printable(r.ID), printable(r.Type), l.Status.String(),
				progressCell(r.ProgressAt(view.Now), terminal), since(r.Created, view.Now), until(r.Expires, view.Now),
			}, "\t"))
			if err != nil {
				return fmt.Errorf("writing the table: %w", err)
			}
		}
	}
	return nil
}

// printable removes what could move a terminal's cursor or break a column: ids
// and types are a stranger's text.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '?'
	}, s)
}

// barCells is the width of a progress bar.
const barCells = 10

func progressCell(n provider.Number, terminal bool) string {
	switch {
	case !n.Known:
		return "-"
	case !terminal:
		return fmt.Sprintf("%.0f%%", n.Value*100)
	}
	full := int(math.Floor(n.Value * barCells))
	return fmt.Sprintf("%s%s %3.0f%%", strings.Repeat("#", full), strings.Repeat(".", barCells-full), n.Value*100)
}

func since(t, now time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return rough(max(now.Sub(t), 0))
}

func until(t, now time.Time) string {
	switch {
	case t.IsZero():
		return "-"
	case t.After(now):
		return "in " + rough(t.Sub(now))
	default:
		return rough(now.Sub(t)) + " ago"
	}
}

// rough is a duration in its two largest units.
func rough(d time.Duration) string {
	switch {
	case d >= 24*time.Hour:
		return fmt.Sprintf("%dd%dh", d/(24*time.Hour), d%(24*time.Hour)/time.Hour)
	case d >= time.Hour:
		return fmt.Sprintf("%dh%dm", d/time.Hour, d%time.Hour/time.Minute)
	case d >= time.Minute:
		return fmt.Sprintf("%dm%ds", d/time.Minute, d%time.Minute/time.Second)
	default:
		return fmt.Sprintf("%ds", d/time.Second)
	}
}
