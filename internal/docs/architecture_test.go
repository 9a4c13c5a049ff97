package main

import (
	"go/parser"
	"go/token"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"export_status_exporter/internal/docs/markdown"
)

const (
	architecturePage = "docs/architecture.md"
	modulePath       = "export_status_exporter"
)

// imports returns the packages of this module that a package imports, without its
// tests. Packages are named by their folder; the root is main.
func imports(t *testing.T, name string) []string {
	t.Helper()
	folder := name
	if name == "main" {
		folder = "."
	}
	files, err := filepath.Glob(filepath.Join(top(t), filepath.FromSlash(folder), "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %v, %v", name, files, err)
	}
	found := make(map[string]bool)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, each := range parsed.Imports {
			full, err := strconv.Unquote(each.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if short, ok := strings.CutPrefix(full, modulePath+"/"); ok {
				found[short] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// inPicture converts package names to those in the diagram, which has a single box for
// all providers in code.
func inPicture(t *testing.T, names []string) []string {
	t.Helper()
	const all = "provider/KIND"
	var pairs []string
	for _, kind := range kinds(t) {
		pairs = append(pairs, folder(t, kind)+"\n", all+"\n", folder(t, kind)+" ", all+" ")
	}
	picture := strings.NewReplacer(pairs...).Replace(strings.Join(names, "\n") + "\n")
	names = strings.Split(strings.TrimSpace(picture), "\n")
	slices.Sort(names)
	return slices.Compact(names)
}

// binary returns the import graph of the program.
func binary(t *testing.T) (edges, packages []string) {
	t.Helper()
	seen := map[string]bool{"main": true}
	for queue := []string{"main"}; len(queue) > 0; queue = queue[1:] {
		for _, each := range imports(t, queue[0]) {
			edges = append(edges, queue[0]+" --> "+each)
			if !seen[each] {
				seen[each] = true
				queue = append(queue, each)
			}
		}
	}
	slices.Sort(edges)
	return edges, slices.Sorted(maps.Keys(seen))
}

// TestPictureIsTheImportGraph compares the diagram with the imports.
func TestPictureIsTheImportGraph(t *testing.T) {
	pictures := page(t, architecturePage).Code("mermaid")
	if len(pictures) != 1 {
		t.Fatalf("%s has %d pictures", architecturePage, len(pictures))
	}
	var drawn []string
	for _, line := range strings.Split(strings.TrimSpace(pictures[0]), "\n")[1:] {
		drawn = append(drawn, strings.TrimSpace(line))
	}
	slices.Sort(drawn)
	edges, _ := binary(t)
	if diff := cmp.Diff(inPicture(t, edges), drawn); diff != "" {
		t.Errorf("imports (-sources +%s):\n%s", architecturePage, diff)
	}
}

// TestPackagesAreDescribed checks that the table has one row for each package of the
// program.
func TestPackagesAreDescribed(t *testing.T) {
	var described []string
	for _, row := range page(t, architecturePage).Section("Which package imports which?").Rows() {
		folder := ""
		for _, name := range markdown.Quoted(row[0]) {
			if folder == "" {
				folder = path.Dir(name)
			} else {
				name = path.Join(folder, name) // a list names the folder only once
			}
			described = append(described, name)
		}
	}
	slices.Sort(described)
	_, packages := binary(t)
	if diff := cmp.Diff(inPicture(t, packages), described); diff != "" {
		t.Errorf("packages (-sources +%s):\n%s", architecturePage, diff)
	}
}

// importRule is a depguard rule.
type importRule struct {
	Files []string `yaml:"files"`
	Mode  string   `yaml:"list-mode"`
	Deny  []struct {
		Package string `yaml:"pkg"`
	} `yaml:"deny"`
}

// bounds reports whether the rule restricts which of our packages a package may import.
func (r importRule) bounds(t *testing.T, name string) bool {
	t.Helper()
	about := false
	for _, pattern := range r.Files {
		pattern, without := strings.CutPrefix(pattern, "!")
		matched, err := path.Match(strings.TrimPrefix(pattern, "**/"), path.Join(name, "x.go"))
		if err != nil {
			t.Fatal(err)
		}
		if matched && without {
			return false
		}
		about = about || matched
	}
	return about && (r.Mode == "strict" || slices.ContainsFunc(r.Deny, func(denied struct {
		Package string `yaml:"pkg"`
	},
	) bool {
		return strings.HasPrefix(denied.Package, modulePath)
	}))
}

// TestLinterKnowsThePackages checks that a depguard rule exists for each package of the
// program. Otherwise the package could import anything.
func TestLinterKnowsThePackages(t *testing.T) {
	var linter struct {
		Linters struct {
			Settings struct {
				Depguard struct {
					Rules map[string]importRule `yaml:"rules"`
				} `yaml:"depguard"`
			} `yaml:"settings"`
		} `yaml:"linters"`
	}
	if err := yaml.Unmarshal([]byte(read(t, ".golangci.yml")), &linter); err != nil {
		t.Fatal(err)
	}
	_, packages := binary(t)
	for _, name := range packages {
		if name == "main" || name == "internal/app" { // may import everything
			continue
		}
		known := false
		for rule, each := range linter.Linters.Settings.Depguard.Rules {
			known = known || rule != "everywhere" && each.bounds(t, name)
		}
		if !known {
			t.Errorf("no depguard rule in .golangci.yml is about %s", name)
		}
	}
}
