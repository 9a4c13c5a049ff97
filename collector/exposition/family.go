// Package exposition writes samples in the formats that Prometheus negotiates, and
// caches rendered samples that do not change. It is independent of what the metrics
// mean.
package exposition

import "time"

// Kind is a family's type.
type Kind string

// The kinds that this package writes.
const (
	Gauge   Kind = "gauge"
	Counter Kind = "counter"
)

// Family describes a metric and its label names.
type Family struct {
	Name   string
	Kind   Kind
	Labels []string
	Help   string
	// Aged reports that the value is the time since some event, and therefore differs
	// in every scrape.
	Aged bool
}

// ID is the index of a family in a Renderer.
type ID int

// Extra holds the label values that differ from sample to sample.
type Extra [2]string

// Sampler receives samples. The caller decides what to show, the Sampler how to write
// it.
type Sampler interface {
	// Begin sets the labels of the following samples.
	Begin(names []string, values ...string)
	// Sample adds a sample. The more parameter holds the values of the family's labels
	// that follow those of Begin.
	Sample(at ID, value float64, more Extra)
	// Aged adds a sample of the aged family, whose value is the time since then.
	Aged(at ID, since time.Time)
}

// Age returns the value of such a sample in seconds. It is not negative even if the
// clock is behind.
func Age(since, now time.Time) float64 { return max(now.Sub(since).Seconds(), 0) }

// Part is a set of samples that change together.
type Part interface {
	// Write writes the samples. It returns a mark of the data they were made from, and
	// the first time at which they change by themselves, or zero for never. A mark must
	// not keep the data in memory: unread outputs keep it.
	Write(to Sampler) (from any, until time.Time)
	// Same reports whether Write would write the same samples as when it returned from,
	// apart from changes that only depend on time.
	Same(from any) bool
}

// Group holds the samples of one owner in two parts that share no family. Most
// refreshes do not change Steady, but every refresh changes Rest.
type Group struct {
	Steady, Rest Part
	// Cache holds what stays the same between scrapes. It must live as long as the
	// owner does. A nil Cache caches nothing.
	Cache *Cache
}
