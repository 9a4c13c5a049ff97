package apiclient

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"export_status_exporter/provider"
)

// Text is a JSON string, or a number or boolean written as its text. Anything
// else, null included, is empty: one odd field must not cost the whole list.
type Text string

// UnmarshalJSON implements json.Unmarshaler. It never fails.
func (t *Text) UnmarshalJSON(raw []byte) error {
	*t = Text(scalar(raw))
	return nil
}

// scalar returns the text of a JSON scalar, nil for anything else. A string
// without escapes, as nearly all are, is a part of raw and not a copy.
func scalar(raw []byte) []byte {
	switch raw[0] {
	case '{', '[', 'n':
		return nil
	case '"':
	default:
		return raw
	}
	if inner := raw[1 : len(raw)-1]; bytes.IndexByte(inner, '\\') < 0 && utf8.Valid(inner) {
		return inner
	}
	var s string
	_ = json.Unmarshal(raw, &s) // the decoder has read it once, so it can
	return []byte(s)
}

// Number is a JSON number or a number written as a string. Anything else, and
// what is not finite, is unknown.
type Number struct{ provider.Number }

// UnmarshalJSON implements json.Unmarshaler. It never fails.
func (n *Number) UnmarshalJSON(raw []byte) error {
	v, err := strconv.ParseFloat(string(bytes.TrimSpace(scalar(raw))), 64)
	n.Number = provider.Number{}
	if err == nil && !math.IsInf(v, 0) && !math.IsNaN(v) {
		n.Number = provider.Num(v)
	}
	return nil
}

// Count is the number if it can be a count, else unknown.
func (n Number) Count() provider.Number {
	if n.Value < 0 {
		return provider.Number{}
	}
	return n.Number
}

// UnixTime reads the number as unix seconds; zero, negative and unknown are
// the zero time.
func (n Number) UnixTime() time.Time {
	if !n.Known || n.Value <= 0 || n.Value > math.MaxUint32*100 {
		return time.Time{}
	}
	// A float of today's seconds is exact to a fraction of a microsecond.
	whole, part := math.Modf(n.Value)
	return provider.Moment(time.Unix(int64(whole), int64(math.Round(part*1e6))*1e3).UTC())
}

// Bool is a JSON boolean, or a number or text that says one. Anything else is
// unknown.
type Bool struct{ Value, Known bool }

// UnmarshalJSON implements json.Unmarshaler. It never fails.
func (b *Bool) UnmarshalJSON(raw []byte) error {
	v, err := strconv.ParseBool(strings.ToLower(string(bytes.TrimSpace(scalar(raw)))))
	*b = Bool{Value: v, Known: err == nil}
	return nil
}

// Number is 1 for true, 0 for false, unknown if the provider did not say.
func (b Bool) Number() provider.Number {
	switch {
	case !b.Known:
		return provider.Number{}
	case b.Value:
		return provider.Num(1)
	default:
		return provider.Num(0)
	}
}

// timeLayouts are the ways in which the providers write moments: RFC 3339 as
// documented, and the looser forms of the frameworks behind them. A time
// without a zone is UTC.
func timeLayouts() [7]string {
	return [...]string{
		time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z0700", "2006-01-02T15:04:05.999999999",
		"2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999Z07",
		"2006-01-02 15:04:05.999999999", time.DateOnly,
	}
}

// Time is a moment as text. What cannot be read, and the zero moments of the
// providers, are the zero time.
type Time struct{ time.Time }

// UnmarshalJSON implements json.Unmarshaler. It never fails.
func (t *Time) UnmarshalJSON(raw []byte) error {
	t.Time = ParseTime(string(scalar(raw)))
	return nil
}

// ParseTime reads a moment in any of the layouts.
func ParseTime(text string) time.Time {
	text = strings.TrimSpace(text)
	for _, layout := range timeLayouts() {
		if moment, err := time.Parse(layout, text); err == nil {
			return provider.Moment(moment.UTC())
		}
	}
	return time.Time{}
}

// Lenient is a part of an answer that is nice to have: if it is not what was
// expected, it is its zero value and the rest of the answer still counts.
type Lenient[T any] struct{ Value T }

// UnmarshalJSON implements json.Unmarshaler. It never fails.
func (l *Lenient[T]) UnmarshalJSON(raw []byte) error {
	var value T
	if json.Unmarshal(raw, &value) != nil {
		var zero T
		value = zero
	}
	l.Value = value
	return nil
}
