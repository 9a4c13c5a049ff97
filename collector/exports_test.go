package collector_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"export_status_exporter/collector"
	"export_status_exporter/provider"
)

// exportDurations gathers the histograms by provider and type.
func exportDurations(t *testing.T, registry prometheus.Gatherer) map[string]*dto.Histogram {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	found := make(map[string]*dto.Histogram)
	for _, family := range families {
		if family.GetName() != "export_duration_seconds" {
			continue
		}
		for _, metric := range family.GetMetric() {
			found[metric.GetLabel()[0].GetValue()+"/"+metric.GetLabel()[1].GetValue()] = metric.GetHistogram()
		}
	}
	return found
}

// TestExportDurations checks the classic and native histogram by provider and type.
func TestExportDurations(t *testing.T) {
	registry := prometheus.NewPedanticRegistry()
	exports := collector.NewProcess(registry).Exports
	for _, took := range []time.Duration{0, 10 * time.Second, 11 * time.Second, time.Hour, 30 * 24 * time.Hour} {
		exports.Observe("kraken", "trades", took)
	}
	exports.Observe("kraken", "ledgers", time.Second)
	got := exportDurations(t, registry)
	if len(got) != 2 || got["kraken/ledgers"].GetSampleCount() != 1 {
		t.Fatalf("histograms: %v", got)
	}
	histogram := got["kraken/trades"]
	var bounds []float64
	counts := make(map[float64]uint64)
	for _, bucket := range histogram.GetBucket() {
		bounds = append(bounds, bucket.GetUpperBound())
		counts[bucket.GetUpperBound()] = bucket.GetCumulativeCount()
	}
	want := []float64{10, 30, 60, 120, 300, 600, 1200, 2400, 3600, 7200, 14400, 28800, 57600, 86400, 172800, 604800}
	if diff := cmp.Diff(want, bounds); diff != "" {
		t.Errorf("classic buckets (-want +got):\n%s", diff)
	}
	if counts[10] != 2 || counts[30] != 3 || counts[2400] != 3 || counts[3600] != 4 || counts[604800] != 4 || histogram.GetSampleCount() != 5 {
		t.Errorf("counts %v of %d", counts, histogram.GetSampleCount())
	}
	if histogram.Schema == nil || len(histogram.GetPositiveSpan()) == 0 {
		t.Error("no native histogram")
	}
}

// TestExportDurationsAreBounded checks the number of types per provider over all
// accounts, not counting "other".
func TestExportDurationsAreBounded(t *testing.T) {
	registry := prometheus.NewPedanticRegistry()
	exports := collector.NewProcess(registry).Exports
	exports.Observe("kraken", provider.OtherType, time.Second)
	for i := range provider.MaxTypes + 5 {
		for range 2 {
			exports.Observe("kraken", fmt.Sprintf("type-%02d", i), time.Second)
		}
	}
	exports.Observe("onlyfansapi", "its-own", time.Second)
	got := exportDurations(t, registry)
	if len(got) != provider.MaxTypes+2 {
		t.Errorf("%d histograms", len(got))
	}
	if count := got["kraken/other"].GetSampleCount(); count != 1+2*5 {
		t.Errorf("%d observations are other, want 11", count)
	}
	for _, key := range []string{"kraken/type-00", fmt.Sprintf("kraken/type-%02d", provider.MaxTypes-1), "onlyfansapi/its-own"} {
		if got[key] == nil {
			t.Errorf("no %s", key)
		}
	}
	if got[fmt.Sprintf("kraken/type-%02d", provider.MaxTypes)] != nil {
		t.Error("a type beyond the bound has a histogram of its own")
	}
}
