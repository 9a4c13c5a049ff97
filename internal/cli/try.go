package cli

import (
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
	"export_status_exporter/provider"
	"export_status_exporter/provider/definition"
)

// ErrTry means that a saved response does not fit the definition.
var ErrTry = errors.New("the response does not fit the definition")

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
		_, _ = fmt.Fprintln(stderr, line)
	}
	for _, text := range trial.Warnings {
		_, _ = fmt.Fprintln(stderr, "warning: "+text)
	}
	for _, text := range trial.Problems {
		_, _ = fmt.Fprintln(stderr, "problem: "+text)
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
// "try".
func writeTrial(w io.Writer, name, source string, snapshot *provider.Snapshot, now time.Time) error {
	past := &account.Past{DataEnd: make(map[string]time.Time)}
	view := account.SourceView{Name: source, Snapshot: snapshot, Refreshed: true, Up: true, LastSuccess: now, Past: past}
	for i := range snapshot.Reports {
		report := &snapshot.Reports[i]
		if !slices.Contains(past.Types, report.Type) {
			past.Types = append(past.Types, report.Type)
		}
		if report.ReachedReady() && report.DataEnd.After(past.DataEnd[report.Type]) {
			past.DataEnd[report.Type] = report.DataEnd
		}
	}
	slices.Sort(past.Types)
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
	for _, family := range families {
		if !perReport[family.GetName()] && !isDecided(family.GetName()) {
			continue
		}
		if _, err := expfmt.MetricFamilyToText(w, family); err != nil {
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
