package cli

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"export_status_exporter/internal/app"
	"export_status_exporter/internal/docs/markdown"
)

// declared are the flags of the program that are not hidden: name to variable
// and default.
func declared(t *testing.T) map[string][2]string {
	t.Helper()
	command, _ := newCommand()
	if _, err := command.ParseContext(nil); err != nil { // it names the variables
		t.Fatal(err)
	}
	flags := make(map[string][2]string)
	for _, flag := range command.Model().Flags {
		if !flag.Hidden {
			flags["--"+flag.Name] = [2]string{flag.Envar, strings.Join(flag.Default, " ")}
		}
	}
	return flags
}

func readme(t *testing.T) markdown.Document {
	t.Helper()
	content, err := os.ReadFile("../../docs/flags.md")
	if err != nil {
		t.Fatal(err)
	}
	return markdown.Parse(string(content))
}

// TestFlagsAreDocumented compares the table of docs/flags.md with the flags.
func TestFlagsAreDocumented(t *testing.T) {
	documented := make(map[string][2]string)
	for _, row := range readme(t).Section("All flags").Rows() {
		name := strings.Trim(row[0], "`")
		if _, twice := documented[name]; twice {
			t.Errorf("%s stands in the table twice", name)
		}
		documented[name] = [2]string{strings.Trim(row[1], "`"), strings.Trim(row[2], "`")}
		if row[3] == "" {
			t.Errorf("%s is not explained", name)
		}
	}
	if runtime.GOOS != "linux" {
		delete(documented, "--web.systemd-socket") // it is there on Linux only
	}
	if diff := cmp.Diff(declared(t), documented); diff != "" {
		t.Errorf("flags: variable, default (-program +docs/flags.md):\n%s", diff)
	}
}

// TestChoicesAreDocumented: the words that a flag takes are those that its
// line of the table names.
func TestChoicesAreDocumented(t *testing.T) {
	choices := map[string][]string{"--log.level": app.LogLevels(), "--log.format": app.LogFormats()}
	for _, row := range readme(t).Section("All flags").Rows() {
		if want, ok := choices[strings.Trim(row[0], "`")]; ok {
			if diff := cmp.Diff(want, markdown.Quoted(row[3])); diff != "" {
				t.Errorf("%s (-program +docs/flags.md):\n%s", row[0], diff)
			}
		}
	}
}

// TestFlagsInTextExist: a flag that any page names is one of the program.
func TestFlagsInTextExist(t *testing.T) {
	t.Chdir("../..")
	flags := declared(t)
	ours := regexp.MustCompile(`--(?:web|config|log|refresh|total)[.-][a-z.-]*[a-z]`)
	pages := []string{"README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "web-config.yml", "examples/prometheus.yml", "examples/export_status_exporter.yml"}
	for _, pattern := range []string{"docs/*.md", "docs/runbooks/*.md"} {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: %v %v", pattern, found, err)
		}
		pages = append(pages, found...)
	}
	for _, name := range pages {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, flag := range ours.FindAllString(string(content), -1) {
			if _, ok := flags[flag]; !ok {
				t.Errorf("%s names %s; the program has %v", name, flag, slices.Sorted(maps.Keys(flags)))
			}
		}
	}
}

// TestVersionVariable: images like to hold their version in a variable of this
// name, which must not stop the program.
func TestVersionVariable(t *testing.T) {
	t.Setenv("EXPORT_STATUS_EXPORTER_VERSION", "1.2.3")
	t.Setenv("EXPORT_STATUS_EXPORTER_HELP", "me")
	command, s := newCommand()
	if _, err := command.Parse([]string{"--demo"}); err != nil || !s.Demo {
		t.Errorf("demo %v: %v", s.Demo, err)
	}
}

// TestVariables: a flag is set by its variable, and the command line wins.
func TestVariables(t *testing.T) {
	t.Setenv("EXPORT_STATUS_EXPORTER_TOTAL_SHARDS", "3")
	t.Setenv("EXPORT_STATUS_EXPORTER_DEMO", "true")
	t.Setenv("EXPORT_STATUS_EXPORTER_LOG_LEVEL", "debug")
	command, s := newCommand()
	if _, err := command.Parse([]string{"--log.level=warn"}); err != nil {
		t.Fatal(err)
	}
	if s.Shard.Total != 3 || !s.Demo || s.logLevel != "warn" {
		t.Errorf("shards %d, demo %v, level %s", s.Shard.Total, s.Demo, s.logLevel)
	}
}
