package exposition

import "github.com/prometheus/common/expfmt"

// Format is an exposition format. The zero value is invalid.
type Format struct {
	encoding encoding
	// negotiated is the format for other metric families.
	negotiated expfmt.Format
}

// FormatOf returns the implementation of a negotiated format. The others are used only
// for debugging, and are replaced by the text format.
func FormatOf(negotiated expfmt.Format) Format {
	switch negotiated.FormatType() {
	case expfmt.TypeOpenMetrics:
		return Format{text{openMetrics: true}, negotiated}
	case expfmt.TypeProtoDelim:
		return Format{protobuf{}, negotiated}
	case expfmt.TypeTextPlain:
		return Format{text{}, negotiated}
	default:
		return Text()
	}
}

// Text returns the text format.
func Text() Format { return Format{text{}, expfmt.NewFormat(expfmt.TypeTextPlain)} }

// ContentType returns the value of the Content-Type header.
func (f Format) ContentType() string { return string(f.negotiated) }
