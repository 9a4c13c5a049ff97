package main

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"export_status_exporter/internal/sandbox"
)

// folder returns the folder with the code of a kind.
func folder(t *testing.T, kind string) string {
	t.Helper()
	c, err := account(t, kind)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimPrefix(reflect.TypeOf(c.Accounts[0].Provider).Elem().PkgPath(), modulePath+"/")
}

// folded returns a text in the form used for comparison, because names have several
// forms.
func folded(text string) string { return strings.ToLower(strings.ReplaceAll(text, "_", "")) }

// TestEveryPlaceKnowsEveryKind checks that every place mentions every kind of provider.
// It verifies the list in CONTRIBUTING.md.
func TestEveryPlaceKnowsEveryKind(t *testing.T) {
	for _, kind := range kinds(t) {
		names := strings.NewReplacer("KIND", path.Base(folder(t, kind)), "NAME", kind)
		for _, each := range places() {
			if !knows(t, names.Replace(each.file), names.Replace(each.mark)) {
				t.Errorf("%s does not know %s, for there is no %q in it: %s", names.Replace(each.file), kind, names.Replace(each.mark), each.what)
			}
		}
		if !slices.Contains(sandbox.Providers(), sandbox.Provider(kind)) {
			t.Errorf("the sandbox, and with it the demo, the soak and the tests of faults, does not know %s", kind)
		}
	}
}

// knows reports whether a file with a matching name contains the mark.
func knows(t *testing.T, name, mark string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(top(t), filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(files, func(file string) bool {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Contains(folded(string(content)), folded(mark))
	})
}

// mixed returns files that mention many kinds but need not mention all, with the
// reason.
func mixed() map[string]string {
	return map[string]string{
		".ci/rules":                     "routes of the example of Alertmanager",
		"examples/alertmanager.yml":     "who gets what is the reader's choice",
		"examples/alerts.yml":           "alerts are about all; some give examples",
		"README.md":                     "examples",
		"docs/operations.md":            "examples",
		"docs/runbooks/":                "what is odd at one API",
		".goreleaser.yml":               "the description of the package",
		"CHANGELOG.md":                  "history",
		"docs/metrics.md":               "generated",
		chartFile:                       "generated",
		"internal/web/assets/runbooks/": "generated",
		"internal/sandbox/":             "which API has which parts",
	}
}

// TestNoOtherPlaceListsTheKinds checks that a file that mentions four or more kinds is
// a place, or is listed with a reason. Test files may use single kinds; what must hold
// for all kinds is checked in a loop over them.
func TestNoOtherPlaceListsTheKinds(t *testing.T) {
	const many = 4
	excused := mixed()
	listed := make(map[string]bool)
	for _, each := range places() {
		listed[each.file] = true
	}
	named := make(map[string]*regexp.Regexp)
	for _, kind := range kinds(t) {
		// Also match the forms in prose and identifiers.
		named[kind] = regexp.MustCompile(`(?i)\b(` + strings.ReplaceAll(kind, "_", "[ _-]?") + `|` + path.Base(folder(t, kind)) + `)\b`)
	}
	used := make(map[string]bool)
	for name, content := range texts(t) {
		n, lower := 0, strings.ToLower(content)
		for _, kind := range kinds(t) {
			first, _, _ := strings.Cut(kind, "_") // is in every form, and quick to look for
			if strings.Contains(lower, first) && named[kind].MatchString(content) {
				n++
			}
		}
		if n < many || listed[name] {
			continue
		}
		known := false
		for prefix := range excused {
			if strings.HasPrefix(name, prefix) {
				used[prefix], known = true, true
			}
		}
		if !known {
			t.Errorf("%s names %d kinds: derive them from config.Kinds, or add the file to places", name, n)
		}
	}
	for prefix := range excused {
		if !used[prefix] {
			t.Errorf("nothing at %s names %d kinds; take it out of the list", prefix, many)
		}
	}
}

// texts returns the text files of the module, except tests.
func texts(t *testing.T) map[string]string {
	t.Helper()
	found := make(map[string]string)
	without := ignored(t)
	err := fs.WalkDir(os.DirFS(top(t)), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if entry.Name() == "testdata" || slices.Contains(without, entry.Name()) {
				return fs.SkipDir
			}
			return nil
		}
		if !entry.Type().IsRegular() || strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, "_test.yml") {
			return nil
		}
		content, err := os.ReadFile(filepath.Join(top(t), filepath.FromSlash(name)))
		if len(content) < 1<<20 {
			found[name] = string(content)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// ignored returns the names of the folders that git ignores, and of its own.
func ignored(t *testing.T) []string {
	t.Helper()
	names := []string{".git"}
	for line := range strings.Lines(read(t, ".gitignore")) {
		if name, folder := strings.CutSuffix(strings.TrimSpace(line), "/"); folder {
			names = append(names, strings.TrimPrefix(name, "/"))
		}
	}
	return names
}

// TestGeneratedFilesAreCurrent checks that make docs would not change anything.
func TestGeneratedFilesAreCurrent(t *testing.T) {
	files, err := generated(top(t))
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range files {
		if diff := cmp.Diff(string(content), read(t, name)); diff != "" {
			t.Errorf("%s is not what make docs writes (-written +file):\n%s", name, diff)
		}
	}
}
