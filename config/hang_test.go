package config

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"export_status_exporter/internal/files"
)

// TestAfterAFileThatHangs: after a file that hangs, no other file is read, and
// only the first is reported.
func TestAfterAFileThatHangs(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // no file comes in time
	text := `
accounts:
  - {name: a, onlyfansapi: {token_file: one}}
  - {name: b, stripe: {token_file: two}}
  - {name: c, jira: {username_file: three, password_file: four, params: {site: x}, ids: {tasks: [1]}, tls_config: {ca_file: five}}}
`
	_, err := parse(ctx, files.New(), []byte(text), filepath.Join(t.TempDir(), "exporter.yml"))
	var wrong *Error
	if !errors.As(err, &wrong) || len(wrong.Problems) != 1 || wrong.Problems[0].Line != 3 {
		t.Errorf("error %v", err)
	}
}

// TestAfterAPatternThatHangs: after a folder of api_files that hangs, no other
// folder and no secret is read, and only the first is reported.
func TestAfterAPatternThatHangs(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	text := `
api_files: [one/*.yml, two/*.yml, three/*.yml]
accounts:
  - {name: a, onlyfansapi: {token_file: four}}
`
	_, err := parse(ctx, files.New(), []byte(text), filepath.Join(t.TempDir(), "exporter.yml"))
	var wrong *Error
	if !errors.As(err, &wrong) || len(wrong.Problems) != 1 || wrong.Problems[0].Path != "api_files[0]" {
		t.Errorf("error %v", err)
	}
}
