package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"export_status_exporter/provider/definition"
)

// definitionsOf loads every file of a folder, each of which holds the one
// definition that it is named after.
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
		all = append(all, d)
	}
	return all
}
