package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"export_status_exporter/config"
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

// TryFile tries an answer against a definition of the configuration file, of
// which it reads only apis and api_files, or against a preset. It needs no file
// unless somebody named one, no account and no secret, and asks nobody. Errors are
// about the call, except for ErrTry.
func TryFile(ctx context.Context, file string, named bool, saved Saved, answer io.Reader, stdout, stderr io.Writer) error {
	options := definition.TryOptions{ID: saved.ID, HTTP: saved.HTTP, Now: time.Now()}
	if saved.Now != "" {
		at, err := time.Parse(time.RFC3339, saved.Now)
		if err != nil {
			return errors.New("--try.now must be a time such as 2026-11-04T00:00:00Z")
		}
		options.Now = at
	}
	name, source, ok := strings.Cut(saved.Source, "/")
	if !ok {
		return errors.New("--try must be NAME/SOURCE: an API definition and one of its sources")
	}
	known, err := config.Definitions(ctx, files.New(), file, named)
	if err != nil {
		return err
	}
	d := known[name]
	if d == nil {
		return fmt.Errorf("no API definition %q%s; there are: %s", name, yamlnode.Suggestion(name, known), strings.Join(yamlnode.Sorted(known), ", "))
	}
	return Try(ctx, d, source, answer, options, stdout, stderr)
}
