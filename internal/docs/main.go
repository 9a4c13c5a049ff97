// Command docs generates docs/metrics.md and the dashboards' list of metrics from the
// collector's table, the tables of ready-made definitions in docs/apis.md, the list of
// places that must mention every kind of provider in CONTRIBUTING.md, and the names of
// providers and presets in the chart:
//
//	go run ./internal/docs
//
// Its tests compare the documentation and the examples with the program.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Generated files, relative to the module root.
const (
	metricsFile    = "docs/metrics.md"
	typescriptFile = "examples/grafana/src/promql/table.ts"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	top, err := root()
	if err != nil {
		return err
	}
	files, err := generated(top)
	if err != nil {
		return err
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(top, filepath.FromSlash(name)), content, 0o644); err != nil {
			return fmt.Errorf("writing: %w", err)
		}
	}
	return nil
}

// generated returns the content of all generated files by name.
func generated(top string) (map[string][]byte, error) {
	files := map[string][]byte{typescriptFile: typescriptTable()}
	for name, write := range map[string]func(string) ([]byte, error){
		metricsFile: func(string) ([]byte, error) { return metricsPage() }, apisFile: apisPage, contributingFile: contributingPage, chartFile: chartNames,
	} {
		content, err := write(top)
		if err != nil {
			return nil, err
		}
		files[name] = content
	}
	return files, nil
}

// root returns the root folder of the module. It searches upward from the working
// directory.
func root() (string, error) {
	at, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("finding the module: %w", err)
	}
	for {
		if _, err := os.Stat(filepath.Join(at, "go.mod")); err == nil {
			return at, nil
		}
		above := filepath.Dir(at)
		if above == at {
			return "", errors.New("there is no go.mod here or above")
		}
		at = above
	}
}
