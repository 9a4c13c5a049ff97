package cli

import (
	"bytes"
	"context"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"

	"export_status_exporter/collector"
	"export_status_exporter/internal/app"
	"export_status_exporter/internal/fleet"
)

// newDemo returns the demo with a clock that does not advance, until the test ends.
func newDemo(t *testing.T, now time.Time) *app.App {
	t.Helper()
	loggers, err := app.NewLoggers(io.Discard, "error", "logfmt", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	program, err := app.New(app.Options{Demo: true, Loggers: loggers, Settings: fleet.Settings{Now: func() time.Time { return now }}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := program.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return program
}

// TestOnceShowsWhatTheCollectorShows: --once writes the same metrics as a
// scrape of the accounts, in a valid format.
func TestOnceShowsWhatTheCollectorShows(t *testing.T) {
	program := newDemo(t, time.Now())
	var got, want bytes.Buffer
	_ = Once(t.Context(), program, &got) // the demo has trouble, too
	// The clock does not advance, so nothing is refreshed again.
	registry := prometheus.NewPedanticRegistry()
	_, accounts := program.RefreshAll(t.Context())
	registry.MustRegister(collector.New(accounts))
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		if _, err := expfmt.MetricFamilyToText(&want, family); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(sortedLines(want.String()), sortedLines(got.String())); diff != "" {
		t.Errorf("(-collector +once):\n%s", diff)
	}
	if n := strings.Count(got.String(), "# TYPE "); n != len(families) || n < 30 {
		t.Errorf("%d families, want %d, each once", n, len(families))
	}
}

func sortedLines(text string) []string { return slices.Sorted(strings.Lines(text)) }
