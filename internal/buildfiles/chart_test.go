package buildfiles

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"export_status_exporter/config"
	"export_status_exporter/provider/definition"
)

// TestChartFiles: the chart links to the rules and dashboards that there are, so
// that nobody keeps copies. Helm packs what a link leads to.
func TestChartFiles(t *testing.T) {
	const files = "examples/kubernetes/chart/files"
	originals := append(matches(t, "examples/grafana/*.json"), "examples/alerts.yml")
	if len(originals) < 2 {
		t.Fatal("no dashboards")
	}
	if got := len(matches(t, files+"/*")); got != len(originals) {
		t.Errorf("%s has %d files, want %d", files, got, len(originals))
	}
	for _, original := range originals {
		link := filepath.Join(files, filepath.Base(original))
		target, err := filepath.EvalSymlinks(filepath.Join("../..", link))
		if err != nil || target != filepath.Join("../..", original) {
			t.Errorf("%s leads to %s, want %s: %v", link, target, original, err)
		}
	}
}

// TestChartKnowsTheAPIs: the names that the chart takes for an account's block are
// those that the program knows.
func TestChartKnowsTheAPIs(t *testing.T) {
	helpers := read(t, "examples/kubernetes/chart/templates/_helpers.tpl")
	presets := regexp.MustCompile(`(?s)define "exporter.presets" -}}\n(.*?)\n`).FindStringSubmatch(helpers)
	if presets == nil || !slices.Equal(strings.Fields(presets[1]), definition.PresetNames()) {
		t.Errorf("the chart knows the APIs %v, the program %v", presets, definition.PresetNames())
	}
	builtIn := regexp.MustCompile(`\$known := concat \(list ([^)]*)\)`).FindStringSubmatch(helpers)
	if builtIn == nil {
		t.Fatal("the chart lists no providers")
	}
	names := strings.Fields(strings.ReplaceAll(builtIn[1], `"`, ""))
	slices.Sort(names)
	if !slices.Equal(names, config.Kinds()) {
		t.Errorf("the chart knows the providers %v, the program %v", names, config.Kinds())
	}
}
