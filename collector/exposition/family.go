// Package exposition writes samples in the formats that Prometheus negotiates,
// and keeps what does not change as ready bytes. It knows families, samples and
// moments, and nothing of what they are about.
package exposition

import "time"

// Kind is a family's type.
type Kind string

// The kinds that are written here.
const (
	Gauge   Kind = "gauge"
	Counter Kind = "counter"
)

// Family is what the formats tell of a metric, and the names of its labels.
type Family struct {
	Name   string
	Kind   Kind
	Labels []string
	Help   string
	// Aged says that the value is the time since a moment, and so differs at
	// every scrape.
	Aged bool
}

// ID is a family's place among those of a Renderer.
type ID int

// Extra are the label values that differ from sample to sample.
type Extra [2]string

// Sampler takes samples. What is shown is decided by whoever calls it; how it is
// written is its own business.
type Sampler interface {
	// Begin sets the labels that the next samples have, and their values.
	Begin(names []string, values ...string)
	// Sample takes a value. More are the values of the labels that come after
	// those of Begin, as many as the family says.
	Sample(at ID, value float64, more Extra)
	// Aged takes the sample of the family that is aged, whose value is the time
	// since then.
	Aged(at ID, since time.Time)
}

// Age is the value of such a sample. A clock that is behind that of the moment
// must not make it negative.
func Age(since, now time.Time) float64 { return max(now.Sub(since).Seconds(), 0) }

// Part is samples that change together.
type Part interface {
	// Write writes the samples. It returns what they were made from, and the
	// first moment at which they change by themselves; zero is never.
	Write(to Sampler) (from any, until time.Time)
	// Same reports whether Write would write what it wrote when it returned
	// from, but for the time that has passed.
	Same(from any) bool
}

// Group is the samples of one owner in two parts, which share no family: most
// refreshes change nothing of what is steady, and every one the rest.
type Group struct {
	Steady, Rest Part
	// Cache keeps what is the same from scrape to scrape; it belongs to the owner
	// for as long as that runs. Nil keeps nothing.
	Cache *Cache
}
