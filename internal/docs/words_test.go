package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"export_status_exporter/config"
	"export_status_exporter/internal/docs/markdown"
)

// TestDocumentedTypesAreKnown checks that exactly the documented types cause no
// warning.
func TestDocumentedTypesAreKnown(t *testing.T) {
	for kind, source := range map[string]string{"coinbase_exchange": "provider/coinbase/config.go", "onlyfansapi": "provider/onlyfansapi/config.go"} {
		var documented []string
		for _, line := range strings.Split(page(t, configurationPage).Section(kind).Text(), "\n\n") {
			if strings.HasPrefix(line, "Documented types:") {
				documented = markdown.Quoted(line)
			}
		}
		// The program only reports types that it does not know.
		if diff := cmp.Diff(literals(t, source, "documentedTypes"), documented); diff != "" {
			t.Errorf("%s (-program +%s):\n%s", kind, configurationPage, diff)
		}
		for _, each := range append([]string{"no-such-type"}, documented...) {
			c, err := account(t, kind, "types: ["+each+"]")
			if err != nil {
				t.Fatal(err)
			}
			if known := len(c.Warnings) == 0; known != slices.Contains(documented, each) {
				t.Errorf("%s: type %s: %v", kind, each, c.Warnings)
			}
		}
	}
}

// TestDocumentedWordsAreTaken checks that settings with a fixed set of words accept the
// documented words, and list them in the error for any other.
func TestDocumentedWordsAreTaken(t *testing.T) {
	for _, c := range []struct{ kind, setting, form string }{
		{"kraken", "reports", "[%s]"},
		{"kraken", "nonce_unit", "%s"},
		{"kraken_futures", "streams", "[%s]"},
	} {
		words := markdown.Quoted(settings(t, c.kind)[c.setting][2])
		if len(words) < 2 {
			t.Errorf("%s.%s: the page names %v", c.kind, c.setting, words)
		}
		for _, word := range words {
			if _, err := account(t, c.kind, c.setting+": "+fmt.Sprintf(c.form, word)); err != nil {
				t.Errorf("%s.%s: %s: %v", c.kind, c.setting, word, err)
			}
		}
		_, err := account(t, c.kind, c.setting+": "+fmt.Sprintf(c.form, "nonsense"))
		if err == nil {
			t.Errorf("%s.%s takes anything", c.kind, c.setting)
			continue
		}
		_, allowed, _ := strings.Cut(err.Error(), `"nonsense" is `)
		named := regexp.MustCompile(`[a-z_]+`).FindAllString(strings.NewReplacer("neither ", "", "nor ", "", "none of ", "", "and ", "").Replace(allowed), -1)
		if diff := cmp.Diff(slices.Sorted(slices.Values(named)), slices.Sorted(slices.Values(words))); diff != "" {
			t.Errorf("%s.%s (-program +%s):\n%s", c.kind, c.setting, configurationPage, diff)
		}
	}
}

// TestExamplesOfConfigurationLoad checks that the configurations on pages and in
// examples load once their secrets exist.
func TestExamplesOfConfigurationLoad(t *testing.T) {
	examples := map[string]string{"examples/export_status_exporter.yml": read(t, "examples/export_status_exporter.yml")}
	for _, name := range []string{"README.md", configurationPage, "docs/operations.md", "docs/providers.md"} {
		for i, block := range page(t, name).Code("yaml") {
			if strings.Contains(block, "accounts:") {
				examples[fmt.Sprintf("%s, block %d", name, i+1)] = block
			}
		}
	}
	if len(examples) < 2 {
		t.Errorf("found only %v", slices.Sorted(maps.Keys(examples)))
	}
	for name, text := range examples {
		folder := t.TempDir()
		for _, found := range regexp.MustCompile(`\w+_(file|env): (\S+)`).FindAllStringSubmatch(text, -1) {
			value := random()
			if found[1] == "env" {
				t.Setenv(found[2], value)
				continue
			}
			file := filepath.Join(folder, found[2])
			if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(value), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		c, err := config.Parse([]byte(text), filepath.Join(folder, "example.yml"))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, warning := range c.Warnings {
			t.Errorf("%s: %s", name, warning)
		}
	}
}
