package collector

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Process holds the metrics about the exporter itself. It is safe for concurrent use.
type Process struct {
	// Durations is the histogram of request durations by provider.
	Durations *prometheus.HistogramVec
	// Exports is the histogram of export durations.
	Exports *ExportDurations
	// ReloadSuccessful and ReloadTime describe the last reload.
	ReloadSuccessful, ReloadTime prometheus.Gauge
	// ScrapesCutShort counts scrapes that were answered before all refreshes had ended.
	ScrapesCutShort prometheus.Counter
	// Shard and TotalShards describe which part of the accounts this process has.
	Shard, TotalShards prometheus.Gauge
}

// NewProcess registers the metrics with a value of zero.
func NewProcess(registry prometheus.Registerer) *Process {
	table := Table()
	gauge := func(at metricID) prometheus.Gauge { return newGauge(registry, at) }
	p := &Process{
		Durations:        newHistogram(registry, apiRequestDuration, []float64{0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30}),
		Exports:          newExportDurations(registry),
		ReloadSuccessful: gauge(configReloadSuccessful),
		ReloadTime:       gauge(configReloadTime),
		ScrapesCutShort: prometheus.NewCounter(prometheus.CounterOpts{
			Name: table[scrapesCutShort].Name, Help: table[scrapesCutShort].Help,
		}),
		Shard:       gauge(shard),
		TotalShards: gauge(totalShards),
	}
	registry.MustRegister(p.ScrapesCutShort)
	return p
}

// Forget deletes the series of a provider that no account uses any more.
func (p *Process) Forget(providerName string) {
	p.Durations.DeleteLabelValues(providerName)
	p.Exports.forget(providerName)
}

// NewConfigHash registers the only metric that belongs to a configuration and not to
// the process. Each scrape thus shows the hash of the configuration that its accounts
// come from, even during a reload.
func NewConfigHash(registry prometheus.Registerer, hash float64) {
	newGauge(registry, configHash).Set(hash)
}

// NewLogLinesDropped registers the counter of log lines that could not be written. A
// nil function means that none was dropped.
func NewLogLinesDropped(registry prometheus.Registerer, dropped func() uint64) {
	entry := Table()[logLinesDropped]
	registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: entry.Name, Help: entry.Help}, func() float64 {
		if dropped == nil {
			return 0
		}
		return float64(dropped())
	}))
}

// newHistogram registers a classic and native histogram. Scrapers that use protobuf get
// both.
func newHistogram(registry prometheus.Registerer, at metricID, buckets []float64) *prometheus.HistogramVec {
	entry := Table()[at]
	histogram := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: entry.Name, Help: entry.Help,
		Buckets:                         buckets,
		NativeHistogramBucketFactor:     1.1,
		NativeHistogramMaxBucketNumber:  100,
		NativeHistogramMinResetDuration: time.Hour,
	}, entry.Labels)
	registry.MustRegister(histogram)
	return histogram
}

func newGauge(registry prometheus.Registerer, at metricID) prometheus.Gauge {
	entry := Table()[at]
	gauge := prometheus.NewGauge(prometheus.GaugeOpts{Name: entry.Name, Help: entry.Help})
	registry.MustRegister(gauge)
	return gauge
}
