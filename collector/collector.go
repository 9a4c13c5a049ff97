package collector

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"export_status_exporter/collector/exposition"
)

// Collector is a prometheus.Collector that shows accounts at one point in time. Collect
// only formats; all API calls have been made before. A Collector is immutable and safe
// for concurrent use. Render writes the same metrics, but faster.
type Collector struct {
	accounts []Account
	descs    []*prometheus.Desc
	table    []Metric
}

// New returns a collector of the given accounts, which must have unique names.
func New(accounts []Account) *Collector {
	c := &Collector{accounts: accounts, table: metrics[:]}
	for _, metric := range c.table {
		c.descs = append(c.descs, prometheus.NewDesc(metric.Name, metric.Help, metric.Labels, nil))
	}
	return c
}

// Describe implements prometheus.Collector.
func (c *Collector) Describe(ch chan<- *prometheus.Desc) {
	for at, metric := range c.table {
		if metric.Scope != PerProcess {
			ch <- c.descs[at]
		}
	}
}

// Collect implements prometheus.Collector.
func (c *Collector) Collect(ch chan<- prometheus.Metric) {
	for i := range c.accounts {
		to := &channel{collector: c, ch: ch, now: c.accounts[i].View.Now}
		c.accounts[i].exports().Write(to)
		c.accounts[i].state().Write(to)
	}
}

// channel is the Sampler that Collect uses.
type channel struct {
	collector *Collector
	ch        chan<- prometheus.Metric
	now       time.Time
	labels    []string
}

// Begin implements exposition.Sampler.
func (c *channel) Begin(_ []string, values ...string) {
	c.labels = append(c.labels[:0], values...)
}

// Sample implements exposition.Sampler.
func (c *channel) Sample(at metricID, value float64, more exposition.Extra) {
	metric := &c.collector.table[at]
	kind := prometheus.GaugeValue
	if metric.Kind == Counter {
		kind = prometheus.CounterValue
	}
	labels := append(c.labels, more[:len(metric.Labels)-len(c.labels)]...) //nolint:gocritic // The metric copies the labels before the next call.
	c.ch <- prometheus.MustNewConstMetric(c.collector.descs[at], kind, value, labels...)
}

// Aged implements exposition.Sampler.
func (c *channel) Aged(at metricID, since time.Time) {
	c.Sample(at, exposition.Age(since, c.now), exposition.Extra{})
}
