package main

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"export_status_exporter/config/yamlnode"
	"export_status_exporter/internal/docs/markdown"
	"export_status_exporter/provider/definition"
)

// definitionsOf loads all files of a folder. Each must contain one definition with the
// name of the file, and say where it comes from.
func definitionsOf(t *testing.T, folder string) []*definition.Definition {
	t.Helper()
	var all []*definition.Definition
	for _, name := range matching(t, folder, "*.yml") {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		loaded, problems := definition.Parse(content)
		if len(problems) > 0 {
			t.Fatalf("%s: %v", name, problems)
		}
		d := loaded[strings.TrimSuffix(filepath.Base(name), ".yml")]
		if d == nil || len(loaded) != 1 {
			t.Fatalf("%s holds other definitions than its own", name)
		}
		for _, key := range []string{"what", "source", "date", "answer", "permission"} {
			if d.About[key] == "" || strings.Contains(d.About[key], "|") {
				t.Errorf("%s: x-about.%s is %q", name, key, d.About[key])
			}
		}
		if d.About["tried_live"] != "false" {
			t.Errorf("%s: nobody tried it live", name)
		}
		if _, lines, _ := strings.Cut(string(content), "apis:\n"); strings.Count(lines, "\n") > 25 {
			t.Errorf("%s holds more than 25 lines", name)
		}
		all = append(all, d)
	}
	return all
}

// TestAPIsPageIsCurrent checks that the generated tables are up to date.
func TestAPIsPageIsCurrent(t *testing.T) {
	want, err := apisPage(top(t))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), read(t, apisFile)); diff != "" {
		t.Errorf("%s is not what go run ./internal/docs writes (-want +got):\n%s", apisFile, diff)
	}
}

// TestEveryKeyIsDocumented compares the keys that the loader accepts with the tables of
// the reference.
func TestEveryKeyIsDocumented(t *testing.T) {
	known := make(map[string]map[string]bool)
	decoder := &yamlnode.Decoder{Keys: func(path string, keys []string) {
		title := placeTitle(path)
		if title == "" {
			t.Errorf("%s stands in no section of %s", path, apisFile)
			return
		}
		if known[title] == nil {
			known[title] = make(map[string]bool)
		}
		for _, key := range keys {
			known[title][key] = true
		}
	}}
	for _, folder := range append(apiFolders(), "provider/definition/testdata") {
		for _, name := range matching(t, folder, "*.yml") {
			var file struct {
				APIs yaml.Node `yaml:"apis"`
			}
			if err := yaml.Unmarshal([]byte(read(t, strings.TrimPrefix(name, top(t)))), &file); err != nil {
				t.Fatal(err)
			}
			definition.Load(decoder, &file.APIs, "apis", nil)
		}
	}
	if len(decoder.Problems) > 0 {
		t.Fatal(decoder.Problems)
	}
	reference := page(t, apisFile).Section("Reference")
	version := regexp.MustCompile(`^\d+\.\d+\.\d+$`)
	for title, keys := range known {
		var documented []string
		for _, row := range reference.Section(title).Rows() {
			documented = append(documented, strings.Trim(row[0], "`"))
			if !version.MatchString(row[1]) {
				t.Errorf("%s: %s is known since %q, which is no version", title, row[0], row[1])
			}
		}
		if diff := cmp.Diff(slices.Sorted(maps.Keys(keys)), slices.Sorted(slices.Values(documented))); diff != "" {
			t.Errorf("%s (-program +%s):\n%s", title, apisFile, diff)
		}
	}
	sections := reference.Headings(3)
	if diff := cmp.Diff(slices.Sorted(maps.Keys(known)), slices.Sorted(slices.Values(sections))); diff != "" {
		t.Errorf("sections (-program +%s):\n%s", apisFile, diff)
	}
}

// placeTitle returns the title of the reference's section about the mapping at a path.
func placeTitle(path string) string {
	parts := strings.Split(strings.ReplaceAll(path, "...", ""), ".") // apis.NAME.sources.NAME.list
	switch {
	case len(parts) == 2:
		return "A definition"
	case len(parts) == 3 && parts[2] == "fail_if":
		return "fail_if"
	case len(parts) == 3 && parts[2] == "auth":
		return "auth"
	case len(parts) == 4 && parts[2] == "auth":
		return parts[3]
	case len(parts) == 4 && parts[2] == "sources":
		return "A source"
	case len(parts) == 5 && (parts[4] == "list" || parts[4] == "get"):
		return "list and get"
	case len(parts) == 5:
		return parts[4]
	case len(parts) == 6 && parts[4] == "statuses":
		return "A condition"
	default:
		return ""
	}
}

// TestAccountOfAnAPIIsDocumented compares the settings of a block that uses a
// definition with the page.
func TestAccountOfAnAPIIsDocumented(t *testing.T) {
	var documented []string
	for _, row := range page(t, apisFile).Section("What does an account need?").Rows() {
		documented = append(documented, markdown.Quoted(row[0])...)
	}
	want := append(slices.Sorted(maps.Keys(tags(definition.Config{}))), "base_url")
	if diff := cmp.Diff(slices.Sorted(slices.Values(want)), slices.Sorted(slices.Values(documented))); diff != "" {
		t.Errorf("settings (-program +%s):\n%s", apisFile, diff)
	}
}
