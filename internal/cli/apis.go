package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"export_status_exporter/config"
	"export_status_exporter/config/yamlnode"
	"export_status_exporter/internal/files"
	"export_status_exporter/internal/human"
	"export_status_exporter/provider/definition"
)

// ListAPIs writes a table of the API definitions that an account can use:
// aligned for a terminal, else with tabs between the columns. It reads only
// apis and api_files of the configuration file, which may be missing unless
// named is set.
func ListAPIs(ctx context.Context, file string, named bool, w io.Writer, terminal bool) error {
	known, err := config.Definitions(ctx, files.New(), file, named)
	if err != nil {
		return err
	}
	out := w
	if terminal {
		aligned := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		defer func() { _ = aligned.Flush() }()
		out = aligned
	}
	rows := [][]string{{"NAME", "WHAT", "AUTH", "SOURCES", "NEEDS", "FACTS FROM", "DATE", "TRIED LIVE"}}
	for _, name := range yamlnode.Sorted(known) {
		rows = append(rows, rowOf(known[name], file))
	}
	for _, row := range rows {
		if _, err := fmt.Fprintln(out, strings.Join(row, "\t")); err != nil {
			return fmt.Errorf("writing the table: %w", err)
		}
	}
	return nil
}

// rowOf returns the table row of one definition.
func rowOf(d *definition.Definition, file string) []string {
	auth := d.Auth.Kind
	if d.Auth.Grant != "" {
		auth += " (" + d.Auth.Grant + ")"
	}
	var sources []string
	for _, s := range d.Sources {
		how := "list"
		switch {
		case s.HasList() && s.HasGet():
			how = "list or ids"
		case s.HasGet():
			how = "ids"
		}
		sources = append(sources, s.Name+" ("+how+")")
	}
	needs := append(definition.NewConfig(d).Needs(), d.Params...)
	if d.URL == "" {
		needs = append(needs, "base_url")
	}
	facts, live := d.About["source"], "no"
	if d.Line > 0 && !d.IsPreset() {
		facts = fmt.Sprintf("%s:%d", cmp.Or(d.File, file), d.Line)
	}
	if d.TriedLive() {
		live = "yes"
	}
	row := []string{d.Name, d.About["what"], auth, strings.Join(sources, ", "), strings.Join(needs, ", "), facts, d.About["date"], live}
	for i, cell := range row {
		row[i] = human.Printable(cmp.Or(cell, "-"))
	}
	return slices.Clip(row)
}
