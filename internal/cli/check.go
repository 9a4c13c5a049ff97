package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"export_status_exporter/config"
	"export_status_exporter/internal/files"
)

// CheckConfig prints every problem and warning of a configuration file, and
// reports whether there are no problems.
func CheckConfig(file string, stdout, stderr io.Writer) bool {
	checked, err := config.Load(context.Background(), files.New(), file)
	if err != nil {
		var wrong *config.Error
		if errors.As(err, &wrong) {
			_, _ = fmt.Fprintln(stderr, err)
			warn(stderr, file, wrong.Warnings)
			return false
		}
		if errors.Is(err, fs.ErrNotExist) {
			err = fmt.Errorf("%w; set --config.file", err)
		}
		_, _ = fmt.Fprintln(stderr, err)
		return false
	}
	warn(stderr, file, checked.Warnings)
	for _, note := range append(checked.Notes, expectations(checked)...) {
		_, _ = fmt.Fprintln(stderr, "note:", note)
	}
	_, _ = fmt.Fprintln(stderr, "note: give the exporter keys of its own: programs that share a key break each other's nonces and spend one budget; most keys that can read can also do more")
	_, _ = fmt.Fprintf(stdout, "%s: no problems, accounts: %d\n", file, len(checked.Accounts))
	return true
}

func warn(to io.Writer, file string, warnings []config.Warning) {
	for _, warning := range warnings {
		where := file
		if warning.Line > 0 {
			where = fmt.Sprintf("%s:%d", file, warning.Line)
		}
		_, _ = fmt.Fprintf(to, "%s: warning: %s\n", where, warning.Text)
	}
}

// expectations returns a note about the accounts that expect no data. If their
// exports stop, no alert fires.
func expectations(c *config.Config) []string {
	const most = 10
	var names []string
	for _, account := range c.Accounts {
		if !account.Expect.ExpectsData() {
			names = append(names, account.Name)
		}
	}
	whose, rest := "their", ""
	if len(names) == 1 {
		whose = "its"
	}
	if len(names) > most {
		rest = fmt.Sprintf(" and %d more", len(names)-most)
		names = names[:most]
	}
	if len(names) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("no data is expected of %s%s, so no alert fires when %s exports stop; set expect.data_within to get one", strings.Join(names, ", "), rest, whose)}
}
