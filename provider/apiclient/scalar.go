package apiclient

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"export_status_exporter/provider"
)

// Text is a JSON string, number or boolean as text. Any other value, including null,
// decodes to an empty text, so that one odd field does not fail the whole list.
type Text string

// UnmarshalJSONFrom implements json.UnmarshalerFrom. It fails only on invalid JSON.
func (t *Text) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	if kind := decoder.PeekKind(); kind == jsontext.KindBeginObject || kind == jsontext.KindBeginArray {
		*t = ""
		return decoder.SkipValue()
	}
	s, err := ReadScalar(decoder)
	*t = Text(s.Text)
	return err
}

// Scalar is a JSON value as text. The zero value is an empty value: null, an empty
// text, an empty object or an empty list.
type Scalar struct {
	// Text is the text of a string, number or boolean. It is valid until the decoder is
	// used again.
	Text []byte
	// Composite reports that the value is a non-empty object or list, which has no
	// text.
	Composite bool
}

// ReadScalar reads the next value. It fails only on invalid JSON. A string without
// escapes, the usual case, is not copied.
func ReadScalar(decoder *jsontext.Decoder) (Scalar, error) {
	switch decoder.PeekKind() {
	case jsontext.KindBeginObject, jsontext.KindBeginArray:
		return readComposite(decoder)
	case jsontext.KindNull:
		return Scalar{}, decoder.SkipValue()
	default:
	}
	raw, err := decoder.ReadValue()
	switch {
	case err != nil:
		return Scalar{}, err
	case len(raw) > maxTextBytes:
		return Scalar{Text: shortened(raw)}, nil
	case raw.Kind() != jsontext.KindString:
		return Scalar{Text: raw}, nil
	default:
		return Scalar{Text: unquoted(raw)}, nil
	}
}

// maxTextBytes limits a value's JSON text in bytes. Nothing that is used of an answer is
// as long. Without the limit, a text and its copies would take several times its size,
// because each byte of invalid UTF-8 is replaced by three.
const maxTextBytes = 64 << 10

// shortened returns the beginning of a value's text, and a hash of the whole, so that
// different texts stay different.
func shortened(raw jsontext.Value) []byte {
	text := []byte(raw[:maxTextBytes])
	if raw.Kind() == jsontext.KindString {
		text, _ = jsontext.AppendUnquote(nil, text) // what was decoded before the cut
	}
	return fmt.Appendf(text, "~%x", sha256.Sum256(raw))
}

// unquoted returns the text of a JSON string. It copies only if there are escapes or
// invalid UTF-8, which it replaces.
func unquoted(raw jsontext.Value) []byte {
	if inner := raw[1 : len(raw)-1]; bytes.IndexByte(inner, '\\') < 0 && utf8.Valid(inner) {
		return inner
	}
	text, _ := jsontext.AppendUnquote(nil, raw)
	return text
}

// readComposite skips an object or a list, and records whether it is empty.
func readComposite(decoder *jsontext.Decoder) (Scalar, error) {
	filled := false
	err := Each(decoder, func(int, []byte) error {
		filled = true
		return decoder.SkipValue()
	})
	return Scalar{Composite: filled}, err
}

// Number is a JSON number or a number in a string. An empty value is unknown; any other
// value is unreadable.
type Number struct{ provider.Number }

// UnmarshalJSONFrom implements json.UnmarshalerFrom. It fails only on invalid JSON.
func (n *Number) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	s, err := ReadScalar(decoder)
	n.Number = s.Number()
	return err
}

// Number parses the value as a finite decimal number.
func (s Scalar) Number() provider.Number {
	text := bytes.TrimSpace(s.Text)
	if len(text) == 0 {
		return provider.Number{Unreadable: s.Composite}
	}
	value, ok := decimal(text)
	if !ok {
		return provider.Number{Unreadable: true}
	}
	return provider.Num(value)
}

// decimal parses a finite decimal number. ParseFloat alone would also accept
// infinities, hexadecimal numbers and underscores.
func decimal(text []byte) (value float64, ok bool) {
	for _, c := range text {
		if (c < '0' || c > '9') && c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E' {
			return 0, false
		}
	}
	value, err := strconv.ParseFloat(string(text), 64)
	return value, err == nil && !math.IsInf(value, 0)
}

// Bool is a JSON boolean, or a number or text that means one. An empty value is
// unknown; any other value is unreadable.
type Bool struct{ Value, Known, Unreadable bool }

// UnmarshalJSONFrom implements json.UnmarshalerFrom. It fails only on invalid JSON.
func (b *Bool) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	s, err := ReadScalar(decoder)
	*b = s.Bool()
	return err
}

// Bool parses the value as a boolean.
func (s Scalar) Bool() Bool {
	text := bytes.ToLower(bytes.TrimSpace(s.Text))
	if len(text) == 0 {
		return Bool{Unreadable: s.Composite}
	}
	switch string(text) {
	case "1", "t", "true", "y", "yes", "on":
		return Bool{Value: true, Known: true}
	case "0", "f", "false", "n", "no", "off":
		return Bool{Known: true}
	default:
		return Bool{Unreadable: true}
	}
}

// Number returns 1 for true, 0 for false, or unknown.
func (b Bool) Number() provider.Number {
	switch {
	case !b.Known:
		return provider.Number{Unreadable: b.Unreadable}
	case b.Value:
		return provider.Num(1)
	default:
		return provider.Num(0)
	}
}

// Time is a time in any supported spelling; see Scalar.Moment.
type Time struct{ provider.Moment }

// UnmarshalJSONFrom implements json.UnmarshalerFrom. It fails only on invalid JSON.
func (t *Time) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	s, err := ReadScalar(decoder)
	t.Moment = s.Moment()
	return err
}
