package app_test

import (
	"crypto/rand"
	"fmt"
	"strings"
	"testing"

	"export_status_exporter/internal/rig"
)

// TestStartIsQuietAboutInlineSecrets: one log line, with a line of the file,
// covers all accounts with secrets in the configuration.
func TestStartIsQuietAboutInlineSecrets(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	lines := []string{"accounts:"}
	for i := range 61 {
		lines = append(lines, fmt.Sprintf("  - {name: a%d, onlyfansapi: {token: %s}}", i, rand.Text()))
	}
	r.Write(lines...)
	r.Start()
	log := r.Log.String()
	if n := strings.Count(log, `msg="configuration warning"`); n != 1 {
		t.Errorf("%d warnings in\n%s", n, log)
	}
	if !strings.Contains(log, "line=") || !strings.Contains(log, "as are secrets of 60 more accounts") {
		t.Errorf("the log says\n%s", log)
	}
	if n := strings.Count(log, "\n"); n > 10 {
		t.Errorf("%d lines at the start", n)
	}
}
