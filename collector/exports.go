package collector

import (
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"export_status_exporter/provider"
)

// ExportDurations is the histogram of how long exports took, by provider and
// type. It belongs to the process, so it outlives reloads. It is safe for
// concurrent use.
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

// Observe adds how long an export took from its request to ready.
func (d *ExportDurations) Observe(providerName, kind string, took time.Duration) {
	d.vec.WithLabelValues(providerName, d.admit(providerName, kind)).Observe(took.Seconds())
}

// admit returns the type, or provider.OtherType once the provider has as many
// others as are shown: accounts have their own bounds, and there are many.
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
