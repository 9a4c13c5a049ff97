package exposition

import "github.com/prometheus/common/expfmt"

// Format is one of the formats that are written here. Its zero value is none.
type Format struct {
	at       int // its place in a cache
	encoding encoding
	// negotiated is for the families of others.
	negotiated expfmt.Format
}

// formats is how many there are.
const formats = 3

// FormatOf returns a negotiated format, and whether it is written here. Those
// that are not, nobody asks for but debuggers.
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

// Text is the text format.
func Text() Format {
	text, _ := FormatOf(expfmt.NewFormat(expfmt.TypeTextPlain))
	return text
}

// ContentType is what an answer in the format says it is.
func (f Format) ContentType() string { return string(f.negotiated) }
