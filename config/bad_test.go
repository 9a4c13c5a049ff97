package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"export_status_exporter/config"
	"export_status_exporter/internal/files"
)

// TestBadFiles: there is one file per rule that can be broken and, beside it,
// every problem that the exporter reports. KINDS stands for the kinds of
// providers.
func TestBadFiles(t *testing.T) {
	paths, err := filepath.Glob("testdata/bad/*.yml")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no bad files: %v", err)
	}
	secrets := setSecrets(t)
	for _, file := range paths {
		name := strings.TrimSuffix(filepath.Base(file), ".yml")
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile("testdata/bad/" + name + ".txt")
			if err != nil {
				t.Fatal(err)
			}
			want := strings.ReplaceAll(string(text), "KINDS", strings.Join(config.Kinds(), ", "))
			loaded, err := config.Load(t.Context(), files.New(), file)
			var wrong *config.Error
			if !errors.As(err, &wrong) || loaded != nil {
				t.Fatalf("loaded %v with error %v, want a *config.Error", loaded, err)
			}
			if wrong.File != file || len(wrong.Problems) != strings.Count(want, "\n") {
				t.Errorf("file %s with %d problems", wrong.File, len(wrong.Problems))
			}
			got := strings.ReplaceAll(wrong.Error(), "testdata/bad/", "") + "\n"
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
			for variable, value := range secrets {
				if value = strings.TrimSpace(value); value != "" && strings.Contains(got, value) {
					t.Errorf("the value of %s is in the message", variable)
				}
			}
		})
	}
}
