package buildfiles

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write the chart's copies and NOTICE anew")

// TestChartFiles compares the chart's copies of the rules and dashboards with the
// originals. Helm cannot read outside of a chart. To copy them anew:
//
//	go test ./internal/buildfiles -run TestChartFiles -update
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
		copied := filepath.Join(files, filepath.Base(original))
		if *update {
			if err := os.WriteFile(filepath.Join("../..", copied), []byte(read(t, original)), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if read(t, copied) != read(t, original) {
			t.Errorf("%s is not %s: go test ./internal/buildfiles -run TestChartFiles -update", copied, original)
		}
	}
}
