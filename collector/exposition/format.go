package exposition

import "github.com/prometheus/common/expfmt"

// Format is an exposition format. The zero value is invalid.
type Format struct {
	at       int // index in a cache
	encoding encoding
	// negotiated is the format for other metric families.
	negotiated expfmt.Format
}

// formats is the number of formats.
const formats = 3

// FormatOf returns the implementation of a negotiated format, and whether there is one.
// The missing formats are used only for debugging.
func FormatOf(negotiated expfmt.Format) (Format, bool) {
	switch negotiated.FormatType() {
	case expfmt.TypeTextPlain:
		return Format{0, text{}, negotiated}, true
	case expfmt.TypeOpenMetrics:
		return Format{1, text{openMetrics: true}, negotiated}, true
	case expfmt.TypeProtoDelim:
		return Format{2, protobuf{}, negotiated}, true
	default:
		return Format{}, false
	}
}

// Text returns the text format.
func Text() Format {
	text, _ := FormatOf(expfmt.NewFormat(expfmt.TypeTextPlain))
	return text
}

// ContentType returns the value of the Content-Type header.
func (f Format) ContentType() string { return string(f.negotiated) }
