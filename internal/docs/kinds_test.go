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

// folder is where the code of a kind is.
func folder(t *testing.T, kind string) string {
	t.Helper()
	c, err := account(t, kind)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimPrefix(reflect.TypeOf(c.Accounts[0].Provider).Elem().PkgPath(), modulePath+"/")
}

// folded is a text as it is compared: names are written in several forms.
func folded(text string) string { return strings.ToLower(strings.ReplaceAll(text, "_", "")) }

// TestEveryPlaceKnowsEveryKind names each place that does not know a kind of
// provider. It is the list of CONTRIBUTING.md.
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

// knows reports whether a file that matches the name has the mark.
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

// mixed are the files that name many kinds and need not name all, each with the
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

// TestNoOtherPlaceListsTheKinds: a file that names four kinds or more is a place
// that knows them all, or there is a reason why it need not. Tests look at single
// kinds on purpose; what must hold for all of them loops over their list.
func TestNoOtherPlaceListsTheKinds(t *testing.T) {
	const many = 4
	excused := mixed()
	listed := make(map[string]bool)
	for _, each := range places() {
		listed[each.file] = true
	}
	named := make(map[string]*regexp.Regexp)
	for _, kind := range kinds(t) {
		// Also as prose and as identifiers write it.
		named[kind] = regexp.MustCompile(`(?i)\b(` + strings.ReplaceAll(kind, "_", "[ _-]?") + `|` + path.Base(folder(t, kind)) + `)\b`)
	}
	used := make(map[string]bool)
	for name, content := range texts(t) {
		n := 0
		for _, kind := range kinds(t) {
			if named[kind].MatchString(content) {
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

// texts are those of the module but its tests.
func texts(t *testing.T) map[string]string {
	t.Helper()
	found := make(map[string]string)
	err := fs.WalkDir(os.DirFS(top(t)), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if slices.Contains([]string{".git", ".tools", "node_modules", "testdata"}, entry.Name()) {
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

// TestGeneratedFilesAreCurrent: make docs would change nothing.
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
