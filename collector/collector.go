package collector

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"export_status_exporter/collector/exposition"
)

// Collector shows accounts at one moment. It is a prometheus.Collector whose
// Collect only formats: the asking is over when it is made. It is immutable
// and safe for concurrent use. Render writes the same, faster.
type Collector struct {
	accounts []Account
	descs    []*prometheus.Desc
	table    []Metric
}

// New returns a collector of the accounts. Their names must be unique.
func New(accounts []Account) *Collector {
	c := &Collector{accounts: accounts, table: theTable[:]}
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

// channel is the Sampler of Collect.
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
func (c *channel) Sample(at id, value float64, more exposition.Extra) {
	metric := &c.collector.table[at]
	kind := prometheus.GaugeValue
	if metric.Kind == Counter {
		kind = prometheus.CounterValue
	}
	labels := append(c.labels, more[:len(metric.Labels)-len(c.labels)]...) //nolint:gocritic // The metric copies them before the next call.
	c.ch <- prometheus.MustNewConstMetric(c.collector.descs[at], kind, value, labels...)
}

// Aged implements exposition.Sampler.
func (c *channel) Aged(at id, since time.Time) {
	c.Sample(at, exposition.Age(since, c.now), exposition.Extra{})
}
