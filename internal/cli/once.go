package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"export_status_exporter/collector"
	"export_status_exporter/collector/exposition"
	"export_status_exporter/internal/app"
)

// ErrSourceFailed means that at least one source could not be refreshed.
var ErrSourceFailed = errors.New("not every source could be refreshed")

// Once refreshes every source once and writes the accounts' metrics as text,
// for example for node_exporter's textfile collector. It leaves out the process
// metrics, because node_exporter has its own with the same names. An id can have any
// characters; a terminal gets none that control it. If a source failed, Once returns
// ErrSourceFailed after writing.
func Once(ctx context.Context, program *app.App, w io.Writer, terminal bool) error {
	now, accounts := program.RefreshAll(ctx)
	metrics, err := collector.Render(exposition.Text(), now, accounts, nil)
	switch {
	case err != nil:
	case terminal:
		var text strings.Builder
		_ = metrics.Write(&text) // cannot fail
		err = writePrintable(w, text.String())
	default:
		err = metrics.Write(w)
	}
	if err != nil {
		return fmt.Errorf("metrics: %w", err)
	}
	return allUp(accounts)
}

func allUp(accounts []collector.Account) error {
	for i := range accounts {
		for j := range accounts[i].View.Sources {
			if !accounts[i].View.Sources[j].Up {
				return ErrSourceFailed
			}
		}
	}
	return nil
}
