package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

	"export_status_exporter/collector"
	"export_status_exporter/collector/exposition"
	"export_status_exporter/internal/app"
)

// ErrSourceFailed means that at least one source could not be refreshed.
var ErrSourceFailed = errors.New("not every source could be refreshed")

// Once refreshes every source once and writes the accounts' metrics as text,
// for example for node_exporter's textfile collector. It leaves out the process
// metrics, because node_exporter has its own with the same names. If a source
// failed, it returns ErrSourceFailed after writing.
func Once(ctx context.Context, program *app.App, w io.Writer) error {
	now, accounts := program.RefreshAll(ctx)
	metrics, err := collector.Render(exposition.Text(), now, accounts, nil)
	if err == nil {
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
