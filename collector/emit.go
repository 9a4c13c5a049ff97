package collector

import (
	"time"

	"export_status_exporter/provider"
)

// emitter takes the samples of one account. What is shown is decided in one
// place, by the functions that call it; how it is written is its own business.
type emitter interface {
	// begin sets the labels that the next samples have, and their values.
	begin(of labelSet, values ...string)
	// sample takes a value. More are the values of the labels that come after
	// those of begin, as many as the table says.
	sample(at id, value float64, more extra)
	// aged takes the sample of a metric whose value is the time since then,
	// and so differs at every scrape.
	aged(at id, since time.Time)
}

// extra are the label values that differ from sample to sample.
type extra [2]string

// emit writes moments and numbers that may be unknown.
type emit struct{ emitter }

func (e emit) value(at id, value float64) { e.sample(at, value, extra{}) }

// moment writes a time unless it is unknown.
func (e emit) moment(at id, t time.Time, more ...string) {
	if t.IsZero() {
		return
	}
	var labels extra
	copy(labels[:], more)
	e.sample(at, seconds(t), labels)
}

// number writes a value unless it is unknown.
func (e emit) number(at id, n provider.Number, more ...string) {
	if !n.Known {
		return
	}
	var labels extra
	copy(labels[:], more)
	e.sample(at, n.Value, labels)
}

// seconds is a moment in unix seconds, with its fraction.
func seconds(t time.Time) float64 {
	return float64(t.Unix()) + float64(t.Nanosecond())/1e9
}

// sinceSeconds is an age. A clock that is behind the provider's must not make
// it negative.
func sinceSeconds(since, now time.Time) float64 { return max(now.Sub(since).Seconds(), 0) }

// bit is 1 for true.
func bit(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
