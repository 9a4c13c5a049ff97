package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
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
	_ = Once(t.Context(), program, &got, false) // the demo has trouble, too
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

// TestOnceOnATerminal: an id is written as it is, but not to a terminal.
func TestOnceOnATerminal(t *testing.T) {
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"exports": [{"id": "a\u001b[2J\u009bb", "state": "done"}]}`)
	}))
	defer api.Close()
	file := filepath.Join(t.TempDir(), "config.yml")
	config := "apis:\n  depot:\n    url: " + api.URL + "\n    auth: none\n    sources:\n      exports: {list: {path: /e, items: exports}, report: {id: id, status: state}, statuses: {ready: [done]}}\n" +
		"accounts:\n  - {name: one, depot: {}}\n"
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	loggers, err := app.NewLoggers(io.Discard, "error", "logfmt", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	program, err := app.New(app.Options{ConfigFile: file, Loggers: loggers, Settings: fleet.Settings{Now: time.Now}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = program.Stop(context.WithoutCancel(t.Context())) }()
	for terminal, want := range map[bool]string{false: "a\u001b[2J\u009bb", true: "a [2J b"} {
		var got bytes.Buffer
		if err := Once(t.Context(), program, &got, terminal); err != nil {
			t.Error(err)
		}
		if !strings.Contains(got.String(), fmt.Sprintf(`report_id="%s"`, want)) {
			t.Errorf("terminal %v: no id %q in\n%s", terminal, want, got.String())
		}
	}
}

func sortedLines(text string) []string { return slices.Sorted(strings.Lines(text)) }
