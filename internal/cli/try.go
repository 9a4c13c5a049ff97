package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"

	"export_status_exporter/account"
	"export_status_exporter/collector"
	"export_status_exporter/config"
	"export_status_exporter/config/yamlnode"
	"export_status_exporter/internal/files"
	"export_status_exporter/internal/human"
	"export_status_exporter/provider"
	"export_status_exporter/provider/definition"
)

// ErrTry means that a saved response does not fit the definition.
var ErrTry = errors.New("the response does not fit the definition")

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

// decided are the metrics, besides those of single exports, that one response
// determines. The others depend on refreshes over time.
var decided = []string{
	"export_reports", "export_oldest_unfinished_timestamp_seconds", "export_latest_", "export_credits_balance",
	"export_rate_limit_", "export_source_unreadable_values",
}

// Try reads a saved response with a definition and makes no API call. It
// explains on stderr what each path of the definition finds, and writes the
// resulting metrics to stdout. If there are problems, it returns ErrTry after
// both.
func Try(ctx context.Context, d *definition.Definition, source string, answer io.Reader, options definition.TryOptions, stdout, stderr io.Writer) error {
	trial, err := d.Try(ctx, source, answer, options)
	if err != nil {
		return err
	}
	for _, line := range trial.Explanation {
		_, _ = fmt.Fprintln(stderr, human.Printable(line))
	}
	for _, text := range trial.Warnings {
		_, _ = fmt.Fprintln(stderr, "warning: "+human.Printable(text))
	}
	for _, text := range trial.Problems {
		_, _ = fmt.Fprintln(stderr, "problem: "+human.Printable(text))
	}
	if err := writeTrial(stdout, d.Name, source, &trial.Snapshot, options.Now); err != nil {
		return err
	}
	if len(trial.Problems) > 0 {
		return ErrTry
	}
	return nil
}

// writeTrial writes the metrics of a snapshot as those of an account named
// "try", for people: without control characters.
func writeTrial(w io.Writer, name, source string, snapshot *provider.Snapshot, now time.Time) error {
	view := account.SourceView{Name: source, Snapshot: snapshot, Refreshed: true, Up: true, LastSuccess: now, Past: account.PastOf(snapshot)}
	registry := prometheus.NewRegistry()
	registry.MustRegister(collector.New([]collector.Account{{View: account.View{
		Name: "try", Provider: name, Now: now, Sources: []account.SourceView{view},
		Policy: account.Policy{MaxReports: math.MaxInt, MaxAge: math.MaxInt64},
	}}}))
	families, err := registry.Gather()
	if err != nil {
		return fmt.Errorf("gathering: %w", err)
	}
	perReport := make(map[string]bool)
	for _, metric := range collector.Table() {
		perReport[metric.Name] = metric.Scope == collector.PerReport
	}
	var text bytes.Buffer
	for _, family := range families {
		if !perReport[family.GetName()] && !isDecided(family.GetName()) {
			continue
		}
		if _, err := expfmt.MetricFamilyToText(&text, family); err != nil {
			return fmt.Errorf("writing: %w", err)
		}
	}
	return writePrintable(w, text.String())
}

// writePrintable writes lines of text that may hold a provider's control characters.
func writePrintable(w io.Writer, text string) error {
	for line := range strings.Lines(text) {
		if _, err := fmt.Fprintln(w, human.Printable(strings.TrimSuffix(line, "\n"))); err != nil {
			return fmt.Errorf("writing: %w", err)
		}
	}
	return nil
}

func isDecided(family string) bool {
	return slices.ContainsFunc(decided, func(each string) bool {
		return family == each || strings.HasSuffix(each, "_") && strings.HasPrefix(family, each)
	})
}
