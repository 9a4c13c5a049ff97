package collector_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	dto "github.com/prometheus/client_model/go"

	"export_status_exporter/collector"
)

// TestProcessAtStart checks that the metrics about the exporter exist from the start.
func TestProcessAtStart(t *testing.T) {
	registry := prometheus.NewPedanticRegistry()
	collector.NewProcess(registry)
	collector.NewConfigHash(registry, 7)
	collector.NewLogLinesDropped(registry, nil)
	want := `
# HELP export_status_exporter_config_hash A number that changes with the content of the configuration file.
# TYPE export_status_exporter_config_hash gauge
export_status_exporter_config_hash 7
# HELP export_status_exporter_config_last_reload_success_timestamp_seconds When the configuration was last loaded successfully.
# TYPE export_status_exporter_config_last_reload_success_timestamp_seconds gauge
export_status_exporter_config_last_reload_success_timestamp_seconds 0
# HELP export_status_exporter_config_last_reload_successful Whether the last attempt to load the configuration succeeded.
# TYPE export_status_exporter_config_last_reload_successful gauge
export_status_exporter_config_last_reload_successful 0
# HELP export_status_exporter_log_lines_dropped_total Log lines that were lost because the log was not read in time or could not be written.
# TYPE export_status_exporter_log_lines_dropped_total counter
export_status_exporter_log_lines_dropped_total 0
# HELP export_status_exporter_scrapes_cut_short_total Scrapes that were answered at their deadline while a refresh was still running.
# TYPE export_status_exporter_scrapes_cut_short_total counter
export_status_exporter_scrapes_cut_short_total 0
# HELP export_status_exporter_shard Number of this process's shard, starting at 0.
# TYPE export_status_exporter_shard gauge
export_status_exporter_shard 0
# HELP export_status_exporter_total_shards Total number of shards.
# TYPE export_status_exporter_total_shards gauge
export_status_exporter_total_shards 0
`
	if err := testutil.GatherAndCompare(registry, strings.NewReader(want)); err != nil {
		t.Error(err)
	}
}

// TestProcessIsTheTable checks that each entry of the table about the process is
// registered, with its type, help and labels, and has a distinct value.
func TestProcessIsTheTable(t *testing.T) {
	registry := prometheus.NewPedanticRegistry()
	p := collector.NewProcess(registry)
	p.Durations.WithLabelValues("kraken").Observe(1)
	p.Exports.Observe("kraken", "trades", time.Second)
	for i, gauge := range []prometheus.Gauge{p.ReloadSuccessful, p.ReloadTime, p.Shard, p.TotalShards} {
		gauge.Set(float64(i + 2))
	}
	p.ScrapesCutShort.Inc()
	collector.NewConfigHash(registry, 6)
	collector.NewLogLinesDropped(registry, func() uint64 { return 8 })

	families := make(map[string]*dto.MetricFamily)
	found, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range found {
		families[family.GetName()] = family
	}
	for _, m := range collector.Table() {
		family := families[m.Name]
		if m.Scope != collector.PerProcess {
			continue
		}
		if family == nil {
			t.Errorf("%s is not registered", m.Name)
			continue
		}
		delete(families, m.Name)
		var labels []string
		for _, pair := range family.GetMetric()[0].GetLabel() {
			labels = append(labels, pair.GetName())
		}
		if strings.ToLower(family.GetType().String()) != string(m.Kind) || family.GetHelp() != m.Help || !slices.Equal(labels, m.Labels) {
			t.Errorf("%s is registered as %s with labels %v: %s", m.Name, family.GetType(), labels, family.GetHelp())
		}
	}
	if len(families) > 0 {
		t.Errorf("registered, and not in the table: %v", families)
	}
	got := gather(t, registry)
	for name, want := range map[string]float64{
		"config_last_reload_successful":                2,
		"config_last_reload_success_timestamp_seconds": 3,
		"config_hash":             6,
		"shard":                   4,
		"total_shards":            5,
		"scrapes_cut_short_total": 1,
		"log_lines_dropped_total": 8,
	} {
		if value := got["export_status_exporter_"+name]; value != want {
			t.Errorf("%s = %v, want %v", name, value, want)
		}
	}
	problems, err := testutil.GatherAndLint(registry)
	if err != nil || len(problems) > 0 {
		t.Errorf("lint: %v %v", problems, err)
	}
}

// TestDurations checks the classic and native histogram by provider.
func TestDurations(t *testing.T) {
	registry := prometheus.NewPedanticRegistry()
	p := collector.NewProcess(registry)
	for provider, seconds := range map[string][]float64{"kraken": {0.01, 0.3, 60}, "onlyfansapi": {2.5}} {
		for _, each := range seconds {
			p.Durations.WithLabelValues(provider).Observe(each)
		}
	}
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(families, func(f *dto.MetricFamily) bool { return f.GetName() == "export_api_request_duration_seconds" })
	if at < 0 || len(families[at].GetMetric()) != 2 {
		t.Fatalf("histograms: %v", families)
	}
	histogram := families[at].GetMetric()[0].GetHistogram()
	counts := make(map[float64]uint64)
	for _, bucket := range histogram.GetBucket() {
		counts[bucket.GetUpperBound()] = bucket.GetCumulativeCount()
	}
	want := map[float64]uint64{0.025: 1, 0.05: 1, 0.1: 1, 0.25: 1, 0.5: 2, 1: 2, 2.5: 2, 5: 2, 10: 2, 30: 2}
	if diff := cmp.Diff(want, counts); diff != "" {
		t.Errorf("classic buckets (-want +got):\n%s", diff)
	}
	if histogram.GetSampleCount() != 3 || histogram.GetSampleSum() != 60.31 {
		t.Errorf("count %d, sum %v", histogram.GetSampleCount(), histogram.GetSampleSum())
	}
	if histogram.Schema == nil || len(histogram.GetPositiveSpan()) == 0 {
		t.Error("no native histogram")
	}
}
