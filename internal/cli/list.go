package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"golang.org/x/term"

	"export_status_exporter/account"
	"export_status_exporter/internal/app"
	"export_status_exporter/internal/human"
	"export_status_exporter/internal/web"
)

// ListOptions configures List.
type ListOptions struct {
	// Only are the urgencies to list; empty means all.
	Only []string
	// JSON writes the document of /exports?format=json.
	JSON bool
	// Width is the width of the terminal in columns, 0 without a terminal.
	Width int
	// Color also marks urgencies with colors.
	Color bool
}

// List refreshes every source once and writes the exports, most urgent first.
// On a terminal, it groups them and fits the lines to the width. Otherwise it
// writes one line each, with tabs between the columns and no text shortened.
// Status lines, and one line per failed source, go to progress. If a source
// failed, List returns ErrSourceFailed.
func List(ctx context.Context, program *app.App, w, progress io.Writer, o ListOptions) error {
	_, _ = fmt.Fprintf(progress, "refreshing accounts: %d ...\n", program.Size())
	var fleet web.Fleet
	_, accounts := program.RefreshAll(ctx)
	for i := range accounts {
		fleet.Now = accounts[i].View.Now
		fleet.Accounts = append(fleet.Accounts, accounts[i].View)
	}
	document := web.Whole(fleet, web.Info{Version: program.Version()})
	document.Reports = slices.DeleteFunc(document.Reports, func(r web.Report) bool {
		return len(o.Only) > 0 && !slices.Contains(o.Only, r.Urgency)
	})
	document.Summary.Reports.Shown = len(document.Reports)
	if err := o.write(w, document); err != nil {
		return fmt.Errorf("writing the list: %w", err)
	}
	tellFailures(progress, fleet.Accounts)
	return allUp(accounts)
}

func (o ListOptions) write(w io.Writer, d *web.Document) error {
	switch {
	case o.JSON:
		encoder := json.NewEncoder(w)
		encoder.SetIndent("", "  ")
		return encoder.Encode(d)
	case o.Width > 0:
		return o.table(w, d)
	default:
		return plain(w, d.Reports)
	}
}

// tellFailures writes one line for each failed source.
func tellFailures(w io.Writer, views []account.View) {
	for i := range views {
		for j := range views[i].Sources {
			if failure := views[i].Sources[j].Failure; failure != nil {
				_, _ = fmt.Fprintf(w, "%s/%s: %s (%s); %s\n", views[i].Name, views[i].Sources[j].Name, failure, failure.Reason, failure.Advise())
			}
		}
	}
}

// plain writes one line per export, for programs. Columns keep their positions;
// new ones are added at the end.
func plain(w io.Writer, reports []web.Report) error {
	if _, err := fmt.Fprintln(w, "PROVIDER\tACCOUNT\tSOURCE\tREPORT\tTYPE\tSTATUS\tPROGRESS\tAGE\tEXPIRES\tURGENCY"); err != nil {
		return err
	}
	for i := range reports {
		r := &reports[i]
		line := strings.Join([]string{
			r.Provider, r.Account, r.Source, human.Printable(r.ID), orDash(r.Type), r.Status, percent(r), ageCell(r), expiryCell(r), r.Urgency,
		}, "\t")
		if _, err := fmt.Fprintln(w, line); err != nil {
			return err
		}
	}
	return nil
}

// listOptions returns the options from the flags and the terminal.
func (s *settings) listOptions(stdout *os.File) ListOptions {
	o := ListOptions{Only: s.only, JSON: s.listFormat == "json"}
	terminal := term.IsTerminal(int(stdout.Fd()))
	if terminal {
		const usual = 80
		o.Width = usual
		if width, _, err := term.GetSize(int(stdout.Fd())); err == nil && width > 0 {
			o.Width = width
		}
	}
	_, plain := os.LookupEnv("NO_COLOR")
	o.Color = s.color == "always" || s.color == "auto" && terminal && !plain
	return o
}
