package cli

import (
	"context"
	"fmt"
	"io"

	"export_status_exporter/config"
	"export_status_exporter/internal/files"
)

// CheckConfig tells everything that is wrong with a configuration file, and
// reports whether nothing is. Warnings are not wrong.
func CheckConfig(file string, stdout, stderr io.Writer) bool {
	checked, err := config.Load(context.Background(), files.New(), file)
	if err != nil {
		_, _ = fmt.Fprintln(stderr, err)
		return false
	}
	for _, warning := range checked.Warnings {
		_, _ = fmt.Fprintln(stderr, "warning:", warning)
	}
	for _, note := range checked.Notes {
		_, _ = fmt.Fprintln(stderr, "note:", note)
	}
	_, _ = fmt.Fprintln(stderr, "note: give the exporter keys of its own; a nonce or a budget that another program shares breaks both, and most keys that can read can do more")
	_, _ = fmt.Fprintf(stdout, "%s: no problems, accounts: %d\n", file, len(checked.Accounts))
	return true
}
