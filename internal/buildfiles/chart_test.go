package buildfiles

import (
	"path/filepath"
	"testing"
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
