package rig

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"export_status_exporter/internal/sandbox"
)

// Samples are the values of an exposition by metric and labels.
type Samples map[string]float64

// Parse reads an exposition in the text format.
func Parse(t *testing.T, body string) Samples {
	t.Helper()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(body))
	if err != nil {
		t.Fatalf("not an exposition: %v", err)
	}
	all := Samples{}
	for name, family := range families {
		for _, metric := range family.GetMetric() {
			key := name + Labels(metric)
			switch family.GetType() {
			case dto.MetricType_COUNTER:
				all[key] = metric.GetCounter().GetValue()
			case dto.MetricType_GAUGE:
				all[key] = metric.GetGauge().GetValue()
			case dto.MetricType_HISTOGRAM:
				all[key] = float64(metric.GetHistogram().GetSampleCount())
			default:
				all[key] = metric.GetUntyped().GetValue()
			}
		}
	}
	return all
}

// Labels returns the labels of a sample, sorted, as its key shows them.
func Labels(metric *dto.Metric) string {
	parts := make([]string, 0, len(metric.GetLabel()))
	for _, pair := range metric.GetLabel() {
		parts = append(parts, fmt.Sprintf("%s=%q", pair.GetName(), pair.GetValue()))
	}
	slices.Sort(parts)
	if len(parts) == 0 {
		return ""
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// With returns the keys of the samples that hold every part.
func (s Samples) With(parts ...string) []string {
	var found []string
	for key := range s {
		if !slices.ContainsFunc(parts, func(part string) bool { return !strings.Contains(key, part) }) {
			found = append(found, key)
		}
	}
	slices.Sort(found)
	return found
}

// Want fails unless the sample is there and has the value.
func (s Samples) Want(t *testing.T, key string, value float64) {
	t.Helper()
	got, ok := s[key]
	switch {
	case !ok:
		t.Errorf("missing %s", key)
	case got != value:
		t.Errorf("%s = %v, want %v", key, got, value)
	}
}

// Reasons are the reasons that a source's failing is shown with.
func (s Samples) Reasons(account, source string) []string {
	var found []string
	for _, key := range s.With("export_source_failing{", fmt.Sprintf("account=%q", account), fmt.Sprintf("source=%q", source)) {
		_, rest, _ := strings.Cut(key, `reason="`)
		reason, _, _ := strings.Cut(rest, `"`)
		found = append(found, reason)
	}
	return found
}

// SourceKey is the key of a sample of a source.
func SourceKey(name string, p sandbox.Provider, account, source string) string {
	return fmt.Sprintf(`%s{account=%q,provider=%q,source=%q}`, name, account, p, source)
}
