package collector

import (
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// clash is the gauge whose name in OpenMetrics is that of a counter: there,
// go_memstats_alloc_bytes_total belongs to the family go_memstats_alloc_bytes.
// Strict parsers refuse a family that stands twice. Nothing is lost:
// go_memstats_heap_alloc_bytes is the same number.
const clash = "go_memstats_alloc_bytes"

// runtime is client_golang's collector of the Go runtime without the clash.
type runtime struct {
	prometheus.Collector
	left *prometheus.Desc
}

// NewRuntime returns the metrics of the Go runtime. Every name is that of one
// family in every format.
func NewRuntime() prometheus.Collector {
	all := collectors.NewGoCollector()
	return runtime{Collector: all, left: descOf(all, clash)}
}

// descOf returns the description of a collector's metric, or nil. A Desc tells
// its name only in its text.
func descOf(c prometheus.Collector, name string) (found *prometheus.Desc) {
	fresh := prometheus.NewDesc(name, "", nil, nil).String()
	begin, _, _ := strings.Cut(fresh, ", help:")
	for desc := range sentBy(c.Describe) {
		if strings.HasPrefix(desc.String(), begin+",") {
			found = desc
		}
	}
	return found
}

// Describe implements prometheus.Collector.
func (r runtime) Describe(to chan<- *prometheus.Desc) {
	without(r.left, to, r.Collector.Describe, func(d *prometheus.Desc) *prometheus.Desc { return d })
}

// Collect implements prometheus.Collector.
func (r runtime) Collect(to chan<- prometheus.Metric) {
	without(r.left, to, r.Collector.Collect, prometheus.Metric.Desc)
}

// without hands on what a collector sends, but for what has the description.
func without[T any](left *prometheus.Desc, to chan<- T, send func(chan<- T), desc func(T) *prometheus.Desc) {
	for each := range sentBy(send) {
		if desc(each) != left {
			to <- each
		}
	}
}

// sentBy returns a channel with all that a collector sends. It has room for all
// that a collector of the process has, which then need not wait for a reader.
func sentBy[T any](send func(chan<- T)) <-chan T {
	all := make(chan T, 64)
	go func() {
		defer close(all)
		send(all)
	}()
	return all
}
