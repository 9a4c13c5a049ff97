package main

import (
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// files returns the files of the module with one of the endings. It skips folders that
// do not belong to the project.
func files(t *testing.T, endings ...string) []string {
	t.Helper()
	folder := top(t)
	var found []string
	without := ignored(t)
	err := filepath.WalkDir(folder, func(at string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && slices.Contains(without, entry.Name()) {
			return filepath.SkipDir
		}
		if !entry.IsDir() && slices.Contains(endings, filepath.Ext(at)) {
			name, err := filepath.Rel(folder, at)
			if err != nil {
				return err
			}
			found = append(found, filepath.ToSlash(name))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// pages returns all pages of the module.
func pages(t *testing.T) []string {
	t.Helper()
	found := files(t, ".md")
	if !slices.Contains(found, "README.md") || !slices.Contains(found, metricsFile) {
		t.Fatalf("the pages are not all there: %v", found)
	}
	return found
}

// TestLinksResolve checks that every relative link leads to an existing file, and to an
// existing heading if it has a fragment.
func TestLinksResolve(t *testing.T) {
	for _, name := range pages(t) {
		for _, link := range page(t, name).Links() {
			target, err := url.Parse(link.Target)
			if err != nil {
				t.Errorf("%s:%d: %v", name, link.Line, err)
				continue
			}
			if target.Scheme != "" || target.Host != "" {
				if target.Scheme == "http" && target.Hostname() != "localhost" && target.Hostname() != "127.0.0.1" {
					t.Errorf("%s:%d: %s is not https", name, link.Line, link.Target)
				}
				continue
			}
			to := name
			if target.Path != "" {
				to = path.Join(path.Dir(name), target.Path)
			}
			if strings.HasPrefix(to, "..") || path.IsAbs(target.Path) {
				t.Errorf("%s:%d: %s leads out of the module", name, link.Line, link.Target)
				continue
			}
			if _, err := os.Stat(filepath.Join(top(t), filepath.FromSlash(to))); err != nil {
				t.Errorf("%s:%d: %s leads nowhere", name, link.Line, link.Target)
				continue
			}
			if target.Fragment == "" {
				continue
			}
			if !strings.HasSuffix(to, ".md") || !page(t, to).Anchors()[target.Fragment] {
				t.Errorf("%s:%d: %s has no heading for #%s", name, link.Line, to, target.Fragment)
			}
		}
	}
}

// TestPagesAreListed checks that the README links to every page in docs/.
func TestPagesAreListed(t *testing.T) {
	linked := make(map[string]bool)
	for _, link := range page(t, "README.md").Section("Where is the rest?").Links() {
		linked[link.Target] = true
	}
	for _, name := range pages(t) {
		if path.Dir(name) == "docs" && !linked[name] {
			t.Errorf("README.md does not list %s", name)
		}
	}
}

// TestPathsInTextExist checks paths in docs/ and examples/ that are mentioned without a
// link.
func TestPathsInTextExist(t *testing.T) {
	named := regexp.MustCompile(`(?:^|[^/\w])((?:docs|examples)/[A-Za-z0-9_./-]*\.(?:md|yml|yaml|json|png|service))\b`)
	for _, name := range append(files(t, ".md", ".go", ".yml", ".yaml", ".ts"), "Makefile", ".ci/run") {
		if strings.Contains(name, "testdata/") {
			continue
		}
		for _, match := range named.FindAllStringSubmatch(read(t, name), -1) {
			found := match[1]
			if strings.Contains(found, "NAME") { // a placeholder
				continue
			}
			if _, err := os.Stat(filepath.Join(top(t), filepath.FromSlash(found))); err != nil {
				t.Errorf("%s names %s, which does not exist", name, found)
			}
		}
	}
}
