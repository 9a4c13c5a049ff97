package collector

import (
	"time"

	"export_status_exporter/collector/exposition"
	"export_status_exporter/provider"
)

// emit writes values that may be unknown.
type emit struct{ exposition.Sampler }

func (e emit) value(at id, value float64) { e.Sample(at, value, exposition.Extra{}) }

// moment writes a time as a Unix timestamp unless it is zero.
func (e emit) moment(at id, t time.Time, more ...string) {
	if t.IsZero() {
		return
	}
	var labels exposition.Extra
	copy(labels[:], more)
	e.Sample(at, seconds(t), labels)
}

// number writes a value unless it is unknown.
func (e emit) number(at id, n provider.Number, more ...string) {
	if !n.Known {
		return
	}
	var labels exposition.Extra
	copy(labels[:], more)
	e.Sample(at, n.Value, labels)
}

// seconds returns a time in Unix seconds, including the fraction.
func seconds(t time.Time) float64 {
	return float64(t.Unix()) + float64(t.Nanosecond())/1e9
}

// bit returns 1 for true and 0 for false.
func bit(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
