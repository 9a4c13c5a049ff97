package app

import (
	"log"
	"log/slog"
	"strings"
	"testing"
	"time"
)

// TestServerLog: a client of the server writes few and short lines to the log. A
// panic keeps its stack.
func TestServerLog(t *testing.T) {
	t.Parallel()
	var lines strings.Builder
	now := time.Unix(1, 0)
	logger := log.New(&serverLog{logger: slog.New(slog.NewTextHandler(&lines, nil)), now: func() time.Time { return now }}, "", 0)
	for range 50 {
		logger.Print("http: TLS handshake error: " + strings.Repeat("\x01", 60<<10))
	}
	if got := strings.Count(lines.String(), "\n"); got != maxServerLines || lines.Len() > got*8*maxServerLineBytes {
		t.Errorf("%d lines of %d bytes in all", got, lines.Len())
	}
	lines.Reset()
	now = now.Add(time.Second)
	logger.Print("http: panic serving: " + strings.Repeat("stack ", 1000) + "end")
	if !strings.Contains(lines.String(), `end" omitted_before=40`) {
		t.Errorf("after a second: %s", lines.String())
	}
}
