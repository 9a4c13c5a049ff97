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

// Saved describes a saved API response to try with a definition.
type Saved struct {
	// Source is NAME/SOURCE: an API definition and one of its sources.
	Source string
	// ID is the id that the response was requested for, if the source gets
	// single exports.
	ID string
	// HTTP is the status code of the response.
	HTTP int
	// Now is the time to evaluate the response at, in RFC 3339; empty means the
	// present.
	Now string
}

// TryFile tries a saved response with a definition from the configuration file
// or a preset. It needs no account or secret and makes no API call. It reads
// only apis and api_files of the file, which may be missing unless named is
// set. Errors other than ErrTry mean wrong arguments or an unreadable file.
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
	all, err := config.Definitions(ctx, files.New(), file, named)
	if err != nil {
		return err
	}
	d := all[name]
	if d == nil {
		known := yamlnode.Sorted(all)
		return fmt.Errorf("no API definition %q%s; known are: %s", name, yamlnode.Suggestion(name, known), strings.Join(known, ", "))
	}
	return Try(ctx, d, source, answer, options, stdout, stderr)
}
