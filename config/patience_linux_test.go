package config_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sys/unix"

	"export_status_exporter/config"
	"export_status_exporter/internal/files"
)

// slowly makes a file respond only after a while: another open file holds a
// lease on it until then.
func slowly(t *testing.T, path, content string, after time.Duration) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	holder, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := unix.FcntlInt(holder.Fd(), unix.F_SETLEASE, unix.F_WRLCK); err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(after, func() { _ = holder.Close() })
}

// TestLoadsAreBounded: whatever is loaded, all files together are waited for
// until files.LoadWait, also where each responds within files.Wait.
func TestLoadsAreBounded(t *testing.T) {
	const each = files.Wait - time.Second
	for name, load := range map[string]func(ctx context.Context, file string) error{
		"Load": func(ctx context.Context, file string) error {
			_, err := config.Load(ctx, files.New(), file)
			return err
		},
		"Parse": func(_ context.Context, file string) error {
			_, err := config.Parse([]byte(accounts(5)), file)
			return err
		},
		"Definitions": func(ctx context.Context, file string) error {
			_, err := config.Definitions(ctx, files.New(), file, true)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			file := filepath.Join(dir, "exporter.yml")
			if err := os.WriteFile(file, []byte(accounts(5)), 0o600); err != nil {
				t.Fatal(err)
			}
			synctest.Test(t, func(t *testing.T) {
				for i := range 5 {
					slowly(t, fmt.Sprintf("%s/%d.yml", dir, i), "apis: {}\n", time.Duration(i+1)*each)
					slowly(t, fmt.Sprintf("%s/%d.key", dir, i), "abcdefghij\n", time.Duration(i+1)*each)
				}
				began := time.Now()
				err := load(t.Context(), file)
				if took := time.Since(began); took != files.LoadWait || !strings.Contains(fmt.Sprint(err), "was not read") {
					t.Errorf("ended after %s: %v", took, err)
				}
				<-time.After(5 * each) // all files respond
				synctest.Wait()
			})
		})
	}
}

// accounts is a configuration that names n files of definitions and n of keys.
func accounts(n int) string {
	var text strings.Builder
	text.WriteString("api_files: [")
	for i := range n {
		fmt.Fprintf(&text, "%d.yml, ", i)
	}
	text.WriteString("]\naccounts:\n")
	for i := range n {
		fmt.Fprintf(&text, "  - {name: a%d, onlyfansapi: {token_file: %d.key}}\n", i, i)
	}
	return text.String()
}
