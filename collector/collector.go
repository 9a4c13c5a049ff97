package collector

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"export_status_exporter/account"
)

// Account is what is shown of one account: its view at the moment of the
// scrape, and what its calls have counted.
type Account struct {
	View account.View
	API  *API
	// Rendered keeps what is the same from scrape to scrape; it belongs to the
	// account for as long as that runs. Only Render needs it.
	Rendered *Rendered
}

// emitExports writes what is shown of the account's exports. No metric has
// samples from here and from emitState.
func (a *Account) emitExports(to emitter) {
	e := emit{to}
	listed, omitted := a.View.List()
	for i := range listed {
		e.report(&a.View, &listed[i])
	}
	e.account(&a.View)
	for i := range a.View.Sources {
		e.omitted(&a.View, &a.View.Sources[i], omitted[i])
		e.aggregates(&a.View, &a.View.Sources[i])
		e.expected(&a.View, &a.View.Sources[i])
	}
}

// emitState writes how asking goes and what else is known of the account, which
// changes with every refresh.
func (a *Account) emitState(to emitter) {
	e := emit{to}
	for i := range a.View.Sources {
		e.source(&a.View, &a.View.Sources[i])
	}
	e.quota(&a.View)
	if a.API != nil {
		e.api(&a.View, a.API)
	}
}

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
		c.accounts[i].emitExports(to)
		c.accounts[i].emitState(to)
	}
}

// channel is the emitter of Collect.
type channel struct {
	collector *Collector
	ch        chan<- prometheus.Metric
	now       time.Time
	labels    []string
}

func (c *channel) begin(_ labelSet, values ...string) {
	c.labels = append(c.labels[:0], values...)
}

func (c *channel) sample(at id, value float64, more extra) {
	metric := &c.collector.table[at]
	kind := prometheus.GaugeValue
	if metric.Kind == Counter {
		kind = prometheus.CounterValue
	}
	labels := append(c.labels, more[:len(metric.Labels)-len(c.labels)]...) //nolint:gocritic // The metric copies them before the next call.
	c.ch <- prometheus.MustNewConstMetric(c.collector.descs[at], kind, value, labels...)
}

func (c *channel) aged(at id, since time.Time) {
	c.sample(at, sinceSeconds(since, c.now), extra{})
}
