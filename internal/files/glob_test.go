package files

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestGlob: the matching files are sorted, and an invalid pattern is an error.
func TestGlob(t *testing.T) {
	dir, r := t.TempDir(), New()
	for _, name := range []string{"b.yml", "a.yml", "c.txt"} {
		put(t, filepath.Join(dir, name), "")
	}
	got, err := r.Glob(t.Context(), filepath.Join(dir, "*.yml"))
	if want := []string{filepath.Join(dir, "a.yml"), filepath.Join(dir, "b.yml")}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v", got, err)
	}
	// The first element may have a wildcard, too.
	wild := "/?" + dir[2:]
	if got, err := r.Glob(t.Context(), filepath.Join(wild, "*.yml")); err != nil || !slices.Equal(got, []string{filepath.Join(dir, "a.yml"), filepath.Join(dir, "b.yml")}) {
		t.Errorf("%s: %v, %v", wild, got, err)
	}
	t.Chdir(dir)
	if got, err := r.Glob(t.Context(), "*.yml"); err != nil || !slices.Equal(got, []string{"a.yml", "b.yml"}) {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := r.Glob(t.Context(), filepath.Join(dir, "none", "*")); err != nil || len(got) != 0 {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := r.Glob(t.Context(), filepath.Join(dir, "[")); err == nil || !strings.Contains(err.Error(), "is not a valid pattern") {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.Glob(ctx, filepath.Join(dir, "*")); !errors.Is(err, ErrHangs) {
		t.Errorf("an end that has come: %v", err)
	}
}

// TestPatternsAreBounded: a pattern that leads through a whole file system, or
// around in it for ever, is an error, soon.
func TestPatternsAreBounded(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	put(t, filepath.Join(dir, "a.yml"), "")
	for i := range 300 {
		if err := os.Symlink(".", filepath.Join(dir, strconv.Itoa(i))); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := New().Glob(t.Context(), filepath.Join(dir, "*", "*.yml")); err != nil || len(got) != 300 {
		t.Errorf("%d paths, %v", len(got), err)
	}
	_, err := New().Glob(t.Context(), filepath.Join(dir, "*", "*", "*.yml"))
	if err == nil || !strings.Contains(err.Error(), "more than 100000 names") {
		t.Error(err)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	tree := &names{ctx: ended}
	if paths, err := fs.Glob(tree, filepath.Join(dir, "*", "*")); len(paths) != 0 || err != nil || tree.seen != 0 {
		t.Errorf("after the end, %d names were seen: %v, %v", tree.seen, paths, err)
	}
}
