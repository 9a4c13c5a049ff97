package apiclient

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"export_status_exporter/provider"
)

// Text is a JSON string, or a number or boolean written as its text. Anything
// else, null included, is empty: one odd field must not cost the whole list.
type Text string

// UnmarshalJSONFrom implements json.UnmarshalerFrom. It fails only on what is
// no JSON.
func (t *Text) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	text, err := scalar(decoder)
	*t = Text(text)
	return err
}

// scalar returns the text of a JSON scalar, nil for anything else, until the
// decoder is used again. A string without escapes, as nearly all are, is not a
// copy.
func scalar(decoder *jsontext.Decoder) ([]byte, error) {
	if kind := decoder.PeekKind(); kind == jsontext.KindBeginObject || kind == jsontext.KindBeginArray || kind == jsontext.KindNull {
		return nil, decoder.SkipValue() //nolint:wrapcheck // Judged by type further up.
	}
	raw, err := decoder.ReadValue()
	if err != nil || raw.Kind() != jsontext.KindString {
		return raw, err //nolint:wrapcheck // Judged by type further up.
	}
	inner := raw[1 : len(raw)-1]
	if bytes.IndexByte(inner, '\\') < 0 && utf8.Valid(inner) {
		return inner, nil
	}
	text, _ := jsontext.AppendUnquote(nil, raw) // what is not UTF-8 is replaced
	return text, nil
}

// Number is a JSON number or a number written as a string. Anything else, and
// what is not finite, is unknown.
type Number struct{ provider.Number }

// UnmarshalJSONFrom implements json.UnmarshalerFrom. It fails only on what is
// no JSON.
func (n *Number) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	text, err := scalar(decoder)
	v, odd := strconv.ParseFloat(string(bytes.TrimSpace(text)), 64)
	n.Number = provider.Number{}
	if odd == nil && !math.IsInf(v, 0) && !math.IsNaN(v) {
		n.Number = provider.Num(v)
	}
	return err
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

// UnmarshalJSONFrom implements json.UnmarshalerFrom. It fails only on what is
// no JSON.
func (b *Bool) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	text, err := scalar(decoder)
	v, odd := strconv.ParseBool(strings.ToLower(string(bytes.TrimSpace(text))))
	*b = Bool{Value: v, Known: odd == nil}
	return err
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

// UnmarshalJSONFrom implements json.UnmarshalerFrom. It fails only on what is
// no JSON.
func (t *Time) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	text, err := scalar(decoder)
	t.Time = ParseTime(string(text))
	return err
}

// ParseTime reads a moment in any of the layouts.
func ParseTime(text string) time.Time {
	text = strings.TrimSpace(text)
	if text == "" {
		return time.Time{} // nearly as common as a moment: null
	}
	for _, layout := range timeLayouts() {
		if moment, err := time.Parse(layout, text); err == nil {
			return provider.Moment(moment.UTC())
		}
	}
	return time.Time{}
}
