package main

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
)

// TestRunbooksAreRendered checks that exactly the runbooks are embedded, using the hash
// of the source at the beginning of each rendered page. The tests of the renderer,
// which is a module of its own, compare the pages themselves.
func TestRunbooksAreRendered(t *testing.T) {
	const folder = "internal/web/assets/runbooks/"
	rendered, err := filepath.Glob(filepath.Join(top(t), folder, "*.html"))
	if err != nil {
		t.Fatal(err)
	}
	left := make(map[string]bool)
	for _, each := range rendered {
		left[filepath.Base(each)] = true
	}
	pages := 0
	for _, name := range files(t, ".md") {
		if path.Dir(name) != "docs/runbooks" {
			continue
		}
		pages++
		file := strings.TrimSuffix(path.Base(name), ".md") + ".html"
		delete(left, file)
		content, err := os.ReadFile(filepath.Join(top(t), folder, file))
		if err != nil || !strings.HasPrefix(string(content), fmt.Sprintf("<!-- %x -->", sha256.Sum256([]byte(read(t, name))))) {
			t.Errorf("%s is not rendered as it is (%v): run `make docs`", name, err)
		}
	}
	if pages < 10 {
		t.Errorf("only %d runbooks were found", pages)
	}
	for file := range left {
		t.Errorf("%s%s has no page: run `make docs`", folder, file)
	}
}
