package collector

import (
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"export_status_exporter/provider"
)

// ExportDurations is the histogram of export durations by provider and type. It belongs
// to the process and survives reloads. It is safe for concurrent use.
type ExportDurations struct {
	vec *prometheus.HistogramVec

	mu    sync.Mutex
	types map[string]map[string]struct{} // by provider
}

// newExportDurations registers the histogram.
func newExportDurations(registry prometheus.Registerer) *ExportDurations {
	const minute, hour, day = 60, 3600, 86400
	d := &ExportDurations{
		vec: newHistogram(registry, exportDuration, []float64{
			10, 30, minute, 2 * minute, 5 * minute, 10 * minute, 20 * minute, 40 * minute,
			hour, 2 * hour, 4 * hour, 8 * hour, 16 * hour, day, 2 * day, 7 * day,
		}),
		types: make(map[string]map[string]struct{}),
	}
	return d
}

// Observe records the time from an export's request until it was ready.
func (d *ExportDurations) Observe(providerName, kind string, took time.Duration) {
	d.vec.WithLabelValues(providerName, d.admit(providerName, kind)).Observe(took.Seconds())
}

// forget deletes the series of a provider.
func (d *ExportDurations) forget(providerName string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.types, providerName)
	d.vec.DeletePartialMatch(prometheus.Labels{"provider": providerName})
}

// admit returns the type, or provider.OtherType if the provider already has the maximum
// number of types. The limit per account is not sufficient, because there can be many
// accounts.
func (d *ExportDurations) admit(providerName, kind string) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	known := d.types[providerName]
	if known == nil {
		known = make(map[string]struct{})
		d.types[providerName] = known
	}
	if _, ok := known[kind]; ok || kind == provider.OtherType {
		return kind
	}
	if len(known) >= provider.MaxTypes {
		return provider.OtherType
	}
	known[kind] = struct{}{}
	return kind
}
