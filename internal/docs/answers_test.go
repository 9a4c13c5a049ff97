package main

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"export_status_exporter/internal/cli"
)

var update = flag.Bool("update", false, "write the expected samples instead of comparing with them")

// apiFolders returns the folders with definitions, answers and samples: the presets and
// the examples.
func apiFolders() []string { return []string{"provider/definition/presets", "examples/apis"} }

// matching returns the matching files of a folder, relative to the module root.
func matching(t *testing.T, folder, pattern string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(top(t), folder, pattern))
	if err != nil || len(names) == 0 {
		t.Fatal(folder, pattern, err)
	}
	return names
}

// command is the command in the first line of a file of samples.
type command struct {
	saved  cli.Saved
	config string // a file with definitions, unless it is a preset
	answer string
}

// parseCommand parses the first line of a file of samples.
func parseCommand(t *testing.T, line string) command {
	t.Helper()
	words := strings.Fields(strings.TrimPrefix(line, "# "))
	if len(words)%2 == 0 || words[0] != "export_status_exporter" {
		t.Fatalf("%q is no command", line)
	}
	var c command
	for i := 1; i < len(words); i += 2 {
		switch value := words[i+1]; words[i] {
		case "--config.file":
			c.config = value
		case "--try":
			c.saved.Source = value
		case "--try.id":
			c.saved.ID = value
		case "--try.http":
			c.saved.HTTP, _ = strconv.Atoi(value)
		case "--try.now":
			c.saved.Now = value
		case "<":
			c.answer = value
		default:
			t.Fatalf("%q is no flag", words[i])
		}
	}
	return c
}

// run tries the answer and returns the expected content of the file: the command,
// messages about pages and problems, and the samples without status series that are
// zero.
func (c command) run(t *testing.T, line, folder string) string {
	t.Helper()
	answer, err := os.Open(filepath.Join(folder, c.answer))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Close() }()
	config := filepath.Join(folder, c.config)
	if c.config == "" {
		config = filepath.Join(t.TempDir(), "none.yml")
	}
	var samples, told bytes.Buffer
	if err := cli.TryFile(t.Context(), config, c.config != "", c.saved, answer, &samples, &told); err != nil && !errors.Is(err, cli.ErrTry) {
		t.Fatal(err)
	}
	lines := []string{line}
	for text := range strings.Lines(told.String()) {
		if !strings.HasPrefix(text, "item ") && !strings.HasPrefix(text, " ") {
			lines = append(lines, "# "+strings.TrimSpace(text))
		}
	}
	for text := range strings.Lines(samples.String()) {
		state := strings.HasPrefix(text, "export_status{") || strings.HasPrefix(text, "export_reports{")
		if !strings.HasPrefix(text, "#") && (!state || !strings.HasSuffix(text, " 0\n")) {
			lines = append(lines, strings.TrimSpace(text))
		}
	}
	return strings.Join(lines, "\n") + "\n"
}

// TestAnswersGiveTheirSamples tries every documented answer of a preset or an example
// with the command at the top of its samples.
func TestAnswersGiveTheirSamples(t *testing.T) {
	for _, folder := range apiFolders() {
		for _, name := range matching(t, folder, "*.prom") {
			t.Run(filepath.Base(name), func(t *testing.T) {
				content, err := os.ReadFile(name)
				if err != nil {
					t.Fatal(err)
				}
				line, _, _ := strings.Cut(string(content), "\n")
				got := parseCommand(t, line).run(t, line, filepath.Dir(name))
				if *update {
					if err := os.WriteFile(name, []byte(got), 0o600); err != nil {
						t.Fatal(err)
					}
				}
				if diff := cmp.Diff(string(content), got); diff != "" {
					t.Errorf("other samples; if they should be, run with -update (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// TestAnswersAreTried checks that every answer has the name of its samples, that the
// command in the samples uses it, and that every source has an answer.
func TestAnswersAreTried(t *testing.T) {
	for _, folder := range apiFolders() {
		var tried []string
		for _, name := range matching(t, folder, "*.prom") {
			content, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			line, _, _ := strings.Cut(string(content), "\n")
			c := parseCommand(t, line)
			base := strings.TrimSuffix(filepath.Base(name), ".prom")
			if c.answer != base+".json" {
				t.Errorf("%s is about %s", name, c.answer)
			}
			if !strings.HasPrefix(base+".", strings.Replace(c.saved.Source, "/", ".", 1)+".") {
				t.Errorf("%s tries %s", name, c.saved.Source)
			}
			tried = append(tried, c.answer)
		}
		for _, name := range matching(t, folder, "*.json") {
			if !slices.Contains(tried, filepath.Base(name)) {
				t.Errorf("%s has no samples", name)
			}
		}
		for _, each := range definitionsOf(t, folder) {
			for _, source := range each.SourceNames() {
				if !slices.ContainsFunc(tried, func(name string) bool { return strings.HasPrefix(name, each.Name+"."+source+".") }) {
					t.Errorf("%s/%s has no answer", each.Name, source)
				}
			}
		}
	}
}
