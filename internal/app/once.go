package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"

	"export_status_exporter/account"
	"export_status_exporter/collector"
	"export_status_exporter/internal/fleet"
)

// ErrSourceFailed says that at least one source could not be refreshed.
var ErrSourceFailed = errors.New("not every source could be refreshed")

// Once asks every source once and writes the accounts' metrics as text, for
// node_exporter's textfile collector, cron and curious people. The metrics of
// the process are left out: node_exporter has its own of these names. It
// returns ErrSourceFailed after writing what there is.
func (a *App) Once(ctx context.Context, w io.Writer) error {
	now := a.options.Now()
	a.askAll(ctx, now)
	members := a.fleet.Current().Members
	moment := prometheus.NewRegistry()
	moment.MustRegister(collector.New(fleet.Shown(members, now)))
	families, err := moment.Gather()
	if err != nil {
		return fmt.Errorf("gathering: %w", err)
	}
	for _, family := range families {
		if _, err := expfmt.MetricFamilyToText(w, family); err != nil {
			return fmt.Errorf("writing: %w", err)
		}
	}
	return allUp(a.fleet.Current().Views(now))
}

// List asks every source once and writes the reports as a table: aligned, with
// progress bars, for a terminal; with tabs between plain columns for a pipe. A
// line about what it waits for goes to progress.
func (a *App) List(ctx context.Context, w, progress io.Writer, terminal bool) error {
	members := a.fleet.Current().Members
	_, _ = fmt.Fprintf(progress, "asking %d accounts ...\n", len(members))
	now := a.options.Now()
	a.askAll(ctx, now)
	views := a.fleet.Current().Views(now)
	if err := writeTable(w, views, terminal); err != nil {
		return err
	}
	for i := range views {
		for j := range views[i].Sources {
			if failure := views[i].Sources[j].Failure; failure != nil {
				_, _ = fmt.Fprintf(progress, "%s/%s: %s (%s); %s\n", views[i].Name, views[i].Sources[j].Name, failure, failure.Reason, failure.Advise())
			}
		}
	}
	return allUp(views)
}

// askAll waits as long as the slowest account may take.
func (a *App) askAll(ctx context.Context, now time.Time) {
	members := a.fleet.Current().Members
	var longest time.Duration
	for _, m := range members {
		longest = max(longest, m.Timeout())
	}
	ctx, cancel := context.WithTimeout(ctx, longest+time.Second)
	defer cancel()
	fleet.Refresh(ctx, members, now)
}

func allUp(views []account.View) error {
	for i := range views {
		for j := range views[i].Sources {
			if !views[i].Sources[j].Up {
				return ErrSourceFailed
			}
		}
	}
	return nil
}
