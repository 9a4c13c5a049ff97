package main

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	dto "github.com/prometheus/client_model/go"

	"export_status_exporter/collector"
)

// TestMetricsPageIsCurrent checks that the generated files are up to date.
func TestMetricsPageIsCurrent(t *testing.T) {
	page, err := metricsPage()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][]byte{metricsFile: page, typescriptFile: typescriptTable()} {
		if diff := cmp.Diff(string(want), read(t, name)); diff != "" {
			t.Errorf("%s is not what go run ./internal/docs writes (-want +got):\n%s", name, diff)
		}
	}
}

// notOnADemo returns metrics that do not occur in a healthy fleet.
func notOnADemo() []string {
	return []string{
		"export_unrecognized_status_info",               // all words are documented
		"export_api_key_expires_timestamp_seconds",      // the key is not checked
		"export_size_bytes",                             // no provider in code sends it
		"export_source_unreadable_values",               // all values are readable
		"export_duration_seconds",                       // no report became ready while the exporter was running
		"export_source_failing",                         // all sources are up
		"export_source_backoff_until_timestamp_seconds", // no source is in backoff
	}
}

// ofALibrary reports whether a metric comes from a library, which documents it.
func ofALibrary(name string) bool {
	return name == "export_status_exporter_build_info" || strings.HasPrefix(name, "go_") || strings.HasPrefix(name, "process_")
}

// lookup returns the metric of the table with the given name.
func lookup(name string) (collector.Metric, bool) {
	table := collector.Table()
	at := slices.IndexFunc(table, func(m collector.Metric) bool { return m.Name == name })
	if at < 0 {
		return collector.Metric{}, false
	}
	return table[at], true
}

// TestTableAgainstDemo compares the table with the program's metrics: names, types,
// help and labels.
func TestTableAgainstDemo(t *testing.T) {
	families := demo(t).scrape("/metrics")
	var got []string
	for name, family := range families {
		if ofALibrary(name) {
			continue
		}
		got = append(got, name)
		want, ok := lookup(name)
		if !ok {
			t.Errorf("%s is shown and not in the table", name)
			continue
		}
		if kind := strings.ToLower(family.GetType().String()); kind != string(want.Kind) || family.GetHelp() != want.Help {
			t.Errorf("%s is shown as %s, %q", name, kind, family.GetHelp())
		}
		labels := slices.Sorted(slices.Values(want.Labels))
		for _, metric := range family.GetMetric() {
			if names := labelNames(metric); !slices.Equal(names, labels) {
				t.Errorf("%s is shown with labels %v, want %v", name, names, labels)
			}
		}
	}
	var want []string
	for _, m := range collector.Table() {
		if !slices.Contains(notOnADemo(), m.Name) {
			want = append(want, m.Name)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what the demo shows (-table +demo):\n%s", diff)
	}
}

func labelNames(metric *dto.Metric) []string {
	var names []string
	for _, pair := range metric.GetLabel() {
		names = append(names, pair.GetName())
	}
	slices.Sort(names)
	return names
}

// TestAddressesShowTheirScopes checks which metrics each address serves.
func TestAddressesShowTheirScopes(t *testing.T) {
	p := demo(t)
	for path, scopes := range map[string][]collector.Scope{
		"/metrics":                {collector.PerReport, collector.PerAccount, collector.PerProcess},
		"/probe?account=treasury": {collector.PerReport, collector.PerAccount},
		"/metrics/exporter":       {collector.PerProcess},
	} {
		got := make(map[collector.Scope]bool)
		for name := range p.scrape(path) {
			if m, ok := lookup(name); ok {
				got[m.Scope] = true
			} else if !slices.Contains(scopes, collector.PerProcess) {
				t.Errorf("%s shows %s", path, name)
			}
		}
		if want := slices.Sorted(slices.Values(scopes)); !slices.Equal(slices.Sorted(maps.Keys(got)), want) {
			t.Errorf("%s shows %v, want %v", path, got, want)
		}
	}
}

// TestToldAgainstDemo checks which provider sends which values. The demo has reports in
// every state of every provider.
func TestToldAgainstDemo(t *testing.T) {
	families := demo(t).scrape("/metrics")
	by := told()
	for _, m := range of(collector.PerReport) {
		if slices.Contains(notOnADemo(), m.Name) {
			continue
		}
		want, limited := by[m.Name]
		if !limited {
			want = providers()
		}
		got := make(map[string]bool)
		for _, metric := range families[m.Name].GetMetric() {
			for _, pair := range metric.GetLabel() {
				if pair.GetName() == "provider" {
					got[pair.GetValue()] = true
				}
			}
		}
		if diff := cmp.Diff(slices.Sorted(slices.Values(want)), slices.Sorted(maps.Keys(got))); diff != "" {
			t.Errorf("%s is told by (-page +demo):\n%s", m.Name, diff)
		}
	}
	for name := range by {
		if m, ok := lookup(name); !ok || m.Scope != collector.PerReport {
			t.Errorf("%s is no metric about a report", name)
		}
	}
}

// TestPresences checks when each metric is present, in three states of the program: all
// sources up, no source ever up, and failing for longer than stale_after.
func TestPresences(t *testing.T) {
	// The texts in there are prefixes of the presences whose metrics must be present.
	// All other metrics must be absent.
	shown := func(t *testing.T, p *program, there ...collector.Presence) {
		t.Helper()
		families := p.scrape("/metrics")
		for _, m := range collector.Table() {
			want := slices.ContainsFunc(there, func(prefix collector.Presence) bool { return strings.HasPrefix(string(m.Presence), string(prefix)) })
			if m.Scope == collector.PerReport && slices.Contains(notOnADemo(), m.Name) {
				want = false
			}
			if _, got := families[m.Name]; got != want {
				t.Errorf("%s, %q: there: %v, want %v", m.Name, m.Presence, got, want)
			}
		}
	}
	t.Run("well", func(t *testing.T) {
		t.Parallel()
		shown(t, demo(t), collector.Always, collector.WhileListed, collector.WhileFresh, collector.AfterFirst, collector.AfterGood, collector.OnceKnown, collector.AfterAnswer)
	})
	t.Run("never well", func(t *testing.T) {
		t.Parallel()
		p := demo(t)
		p.fail(http.StatusServiceUnavailable)
		// Error answers have a Date, too.
		shown(t, p, collector.Always, collector.AfterFirst, collector.WhileDown, collector.WhileHeld, collector.AfterAnswer)
	})
	t.Run("stale", func(t *testing.T) {
		t.Parallel()
		p := demo(t)
		p.get("/metrics")
		p.fail(http.StatusServiceUnavailable)
		p.clock.Advance(time.Hour)
		shown(t, p, collector.Always, collector.AfterFirst, collector.AfterGood, collector.OnceKnown, collector.WhileDown, collector.WhileHeld, collector.AfterAnswer)
	})
}
