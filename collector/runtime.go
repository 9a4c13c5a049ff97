package collector

import (
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// clash is a gauge whose name collides with a counter in OpenMetrics, where
// go_memstats_alloc_bytes_total belongs to the family go_memstats_alloc_bytes. Strict
// parsers reject duplicate families. The gauge can be left out, because
// go_memstats_heap_alloc_bytes has the same value.
const clash = "go_memstats_alloc_bytes"

// goCollector is client_golang's collector of the Go runtime, without the gauge
// clash.
type goCollector struct {
	prometheus.Collector
	omitted *prometheus.Desc
}

// NewRuntime returns a collector of Go runtime metrics. Its family names are unique in
// every format.
func NewRuntime() prometheus.Collector {
	all := collectors.NewGoCollector()
	return goCollector{Collector: all, omitted: descOf(all, clash)}
}

// descOf returns the descriptor of a collector's metric with the given name, or nil. A
// Desc exposes its name only in its text.
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
func (r goCollector) Describe(to chan<- *prometheus.Desc) {
	without(r.omitted, to, r.Collector.Describe, func(d *prometheus.Desc) *prometheus.Desc { return d })
}

// Collect implements prometheus.Collector.
func (r goCollector) Collect(to chan<- prometheus.Metric) {
	without(r.omitted, to, r.Collector.Collect, prometheus.Metric.Desc)
}

// without forwards what a collector sends, except for the metric with the given
// descriptor.
func without[T any](omitted *prometheus.Desc, to chan<- T, send func(chan<- T), desc func(T) *prometheus.Desc) {
	for each := range sentBy(send) {
		if desc(each) != omitted {
			to <- each
		}
	}
}

// sentBy returns a channel with everything that a collector sends. It is large enough
// for the collectors of the process, so that they need not wait for the reader.
func sentBy[T any](send func(chan<- T)) <-chan T {
	all := make(chan T, 64)
	go func() {
		defer close(all)
		send(all)
	}()
	return all
}
