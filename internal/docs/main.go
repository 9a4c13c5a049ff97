// Command docs writes docs/metrics.md and the dashboards' list of metrics from the
// collector's table, in docs/apis.md the tables of definitions that are ready to
// use, in CONTRIBUTING.md the places that know every kind of provider, and in the
// chart the names of providers and presets:
//
//	go run ./internal/docs
//
// Its tests compare all of the documentation and the examples with the
// program.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// The files that are written, relative to the module's root.
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

// generated are the files that are written.
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

// root finds the module's root, upwards from the working folder.
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
