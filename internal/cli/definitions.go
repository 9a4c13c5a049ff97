package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"export_status_exporter/config/yamlnode"
	"export_status_exporter/internal/files"
	"export_status_exporter/provider/definition"
)

// Saved names a saved answer that is tried against a definition.
type Saved struct {
	// Source is NAME/SOURCE: an API definition and one of its sources.
	Source string
	// ID is what was asked for, where the answer is one of get.
	ID string
	// HTTP is the answer's status code.
	HTTP int
	// Now is the moment of judgement in RFC 3339; empty for the present.
	Now string
}

// maxDefinitionBytes bounds a file with definitions.
const maxDefinitionBytes = 1 << 20

// TryFile tries an answer against a definition of the configuration file, of
// which it reads only apis and api_files, or against a preset. It needs no file,
// no account and no secret, and asks nobody. Errors are about the call, except
// for ErrTry.
func TryFile(ctx context.Context, file string, saved Saved, answer io.Reader, stdout, stderr io.Writer) error {
	options := definition.TryOptions{ID: saved.ID, HTTP: saved.HTTP, Now: time.Now()}
	if saved.Now != "" {
		at, err := time.Parse(time.RFC3339, saved.Now)
		if err != nil {
			return errors.New("--try.now must be a time such as 2026-11-04T00:00:00Z")
		}
		options.Now = at
	}
	known, err := definitions(ctx, file)
	if err != nil {
		return err
	}
	name, source, ok := strings.Cut(saved.Source, "/")
	if !ok {
		return errors.New("--try must be NAME/SOURCE: an API definition and one of its sources")
	}
	d := known[name]
	if d == nil {
		return fmt.Errorf("no API definition %q; there are: %s", name, strings.Join(slices.Sorted(maps.Keys(known)), ", "))
	}
	return Try(ctx, d, source, answer, options, stdout, stderr)
}

// definitions returns the presets and, over them, what a configuration file
// defines. A file that does not exist defines nothing.
func definitions(ctx context.Context, file string) (map[string]*definition.Definition, error) {
	known := definition.Presets()
	reader := files.New()
	reader.Named(file)
	content, err := readDefinitions(ctx, reader, file)
	if errors.Is(err, fs.ErrNotExist) {
		return known, nil
	}
	if err != nil {
		return nil, err
	}
	var document struct {
		APIs  yaml.Node `yaml:"apis"`
		Files []string  `yaml:"api_files"`
	}
	if err := yaml.Unmarshal(content, &document); err != nil {
		return nil, fmt.Errorf("%s is not valid YAML", file)
	}
	own := make(map[string]*definition.Definition)
	if !document.APIs.IsZero() {
		decoder := &yamlnode.Decoder{}
		own = definition.Load(decoder, &document.APIs, "apis", nil)
		if err := problemsOf(file, decoder.Problems); err != nil {
			return nil, err
		}
	}
	for _, pattern := range document.Files {
		if !filepath.IsAbs(pattern) {
			pattern = filepath.Join(filepath.Dir(file), pattern)
		}
		if err := addFiles(ctx, reader, own, pattern); err != nil {
			return nil, err
		}
	}
	maps.Copy(known, own)
	return known, nil
}

// addFiles adds the definitions of the files that a pattern matches.
func addFiles(ctx context.Context, reader *files.Reader, own map[string]*definition.Definition, pattern string) error {
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) == 0 {
		return fmt.Errorf("api_files: no file matches %s", pattern)
	}
	for _, name := range names {
		content, err := readDefinitions(ctx, reader, name)
		if err != nil {
			return err
		}
		more, problems := definition.Parse(content)
		if err := problemsOf(name, problems); err != nil {
			return err
		}
		for api, d := range more {
			if own[api] != nil {
				return fmt.Errorf("%s: the API %q is defined twice", name, api)
			}
			own[api] = d
		}
	}
	return nil
}

// problemsOf makes one error of all problems of a file, each on its line.
func problemsOf(file string, problems []yamlnode.Problem) error {
	var lines []string
	for _, problem := range problems {
		lines = append(lines, fmt.Sprintf("%s:%d: %s: %s", file, problem.Line, problem.Path, problem.Text))
	}
	if len(lines) == 0 {
		return nil
	}
	return errors.New(strings.Join(lines, "\n"))
}

// readDefinitions reads a file through its bounds.
func readDefinitions(ctx context.Context, reader *files.Reader, name string) ([]byte, error) {
	content, err := reader.Read(ctx, name, maxDefinitionBytes)
	if err != nil {
		return nil, fmt.Errorf("reading definitions: %w", err)
	}
	return content, nil
}
