package collector

import (
	"time"

	"export_status_exporter/collector/exposition"
	"export_status_exporter/provider"
)

// sampler writes values that may be unknown.
type sampler struct{ exposition.Sampler }

func (s sampler) value(at metricID, value float64) { s.Sample(at, value, exposition.Extra{}) }

// moment writes a time as a Unix timestamp unless it is zero.
func (s sampler) moment(at metricID, t time.Time, more ...string) {
	if t.IsZero() {
		return
	}
	var labels exposition.Extra
	copy(labels[:], more)
	s.Sample(at, unixSeconds(t), labels)
}

// number writes a value unless it is unknown.
func (s sampler) number(at metricID, n provider.Number, more ...string) {
	if !n.Known {
		return
	}
	var labels exposition.Extra
	copy(labels[:], more)
	s.Sample(at, n.Value, labels)
}

// unixSeconds returns a time in Unix seconds, including the fraction.
func unixSeconds(t time.Time) float64 {
	return float64(t.Unix()) + float64(t.Nanosecond())/1e9
}

// boolValue returns 1 for true and 0 for false.
func boolValue(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
