package app_test

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"export_status_exporter/internal/app"
)

// TestLinesAreInUTC: the lines of exporter-toolkit have their time in UTC too.
func TestLinesAreInUTC(t *testing.T) {
	t.Parallel()
	var written strings.Builder
	loggers, err := app.NewLoggers(&written, "info", "logfmt", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	line := slog.NewRecord(time.Date(2026, 3, 1, 12, 0, 0, 0, time.FixedZone("", 3600)), slog.LevelInfo, "listening", 0)
	for _, handler := range []slog.Handler{loggers.Slog.Handler(), loggers.Slog.With("a", "b").WithGroup("c").Handler()} {
		written.Reset()
		if err := handler.Handle(t.Context(), line); err != nil || !strings.Contains(written.String(), "time=2026-03-01T11:00:00Z") {
			t.Errorf("%s: %v", written.String(), err)
		}
	}
}
