package exposition

import (
	"math"
	"strconv"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
)

// encoding is one of the formats that Prometheus negotiates. Its methods
// append; none of them keeps anything. Ready bytes of many accounts are put
// side by side, so a sample must not depend on its neighbours.
//
// The formats are written here and not by their libraries because that is what
// this program does for a living: it is five to ten times faster, as
// docs/performance.md shows. Tests read everything back with the libraries.
type encoding interface {
	// label appends one label.
	label(to []byte, name, value string) []byte
	// open appends a sample of one or more labels, up to its value.
	open(to []byte, m *Family, labels []byte) []byte
	// close appends the value to an opened sample.
	close(to []byte, m *Family, value float64) []byte
	// header appends what comes before all samples of a metric; size is the
	// number of bytes that these take.
	header(to []byte, m *Family, size int) []byte
	// closing is how many bytes close appends, or 0 if that varies.
	closing() int
}

// text is Prometheus' text format 0.0.4 and, with open set, OpenMetrics 1.0.
type text struct{ openMetrics bool }

// label begins with the comma that open leaves out before the first.
func (text) label(to []byte, name, value string) []byte {
	to = append(to, ',')
	to = append(to, name...)
	to = append(to, '=', '"')
	to = appendEscaped(to, value)
	return append(to, '"')
}

// appendEscaped escapes what both text formats ask for in a label value.
func appendEscaped(to []byte, value string) []byte {
	copied := 0
	for i := range len(value) {
		switch c := value[i]; c {
		case '\\', '"':
			to = append(append(to, value[copied:i]...), '\\', c)
			copied = i + 1
		case '\n':
			to = append(append(to, value[copied:i]...), '\\', 'n')
			copied = i + 1
		}
	}
	return append(to, value[copied:]...)
}

func (text) open(to []byte, m *Family, labels []byte) []byte {
	to = append(to, m.Name...)
	to = append(to, '{')
	to = append(to, labels[1:]...)
	return append(to, '}', ' ')
}

func (t text) close(to []byte, _ *Family, value float64) []byte {
	switch {
	case value == 0:
		to = append(to, '0')
	case value == 1:
		to = append(to, '1')
	case math.IsInf(value, 1):
		return append(to, "+Inf\n"...)
	case math.IsInf(value, -1):
		return append(to, "-Inf\n"...)
	default:
		begin := len(to)
		to = strconv.AppendFloat(to, value, 'g', -1, 64)
		if t.openMetrics && !containsAny(to[begin:], 'e', '.', 'N') {
			to = append(to, '.', '0')
		}
		return append(to, '\n')
	}
	if t.openMetrics {
		to = append(to, '.', '0')
	}
	return append(to, '\n')
}

func containsAny(b []byte, chars ...byte) bool {
	for _, c := range b {
		for _, each := range chars {
			if c == each {
				return true
			}
		}
	}
	return false
}

func (t text) header(to []byte, m *Family, _ int) []byte {
	name := m.Name
	if t.openMetrics && m.Kind == Counter {
		name = strings.TrimSuffix(name, "_total")
	}
	to = append(to, "# HELP "...)
	to = append(to, name...)
	to = append(to, ' ')
	to = append(to, m.Help...) // constant sentences without anything to escape
	to = append(to, "\n# TYPE "...)
	to = append(to, name...)
	to = append(to, ' ')
	to = append(to, m.Kind...)
	return append(to, '\n')
}

func (text) closing() int { return 0 }

// protobuf is the delimited form of io.prometheus.client.MetricFamily, by the
// field numbers of its published schema.
type protobuf struct{}

// Field numbers of MetricFamily, Metric, LabelPair, and Gauge or Counter.
const (
	familyName, familyHelp, familyType, familyMetric = 1, 2, 3, 4
	metricLabel, metricGauge, metricCounter          = 1, 2, 3
	pairName, pairValue                              = 1, 2
	valueValue                                       = 1

	typeCounter, typeGauge = 0, 1
)

// A value is a message of one double in the field of a Metric: the field's
// tag, its length, the double's tag and its eight bytes.
const protobufClosing = 1 + 1 + 1 + 8

func (protobuf) label(to []byte, name, value string) []byte {
	size := protowire.SizeTag(pairName) + protowire.SizeBytes(len(name)) + protowire.SizeTag(pairValue) + protowire.SizeBytes(len(value))
	to = protowire.AppendTag(to, metricLabel, protowire.BytesType)
	to = protowire.AppendVarint(to, uint64(size)) //nolint:gosec // A length is not negative.
	to = protowire.AppendTag(to, pairName, protowire.BytesType)
	to = protowire.AppendString(to, name)
	to = protowire.AppendTag(to, pairValue, protowire.BytesType)
	return protowire.AppendString(to, value)
}

func (protobuf) open(to []byte, _ *Family, labels []byte) []byte {
	to = protowire.AppendTag(to, familyMetric, protowire.BytesType)
	to = protowire.AppendVarint(to, uint64(len(labels)+protobufClosing))
	return append(to, labels...)
}

func (protobuf) close(to []byte, m *Family, value float64) []byte {
	field := protowire.Number(metricGauge)
	if m.Kind == Counter {
		field = metricCounter
	}
	to = protowire.AppendTag(to, field, protowire.BytesType)
	to = protowire.AppendVarint(to, 1+8)
	to = protowire.AppendTag(to, valueValue, protowire.Fixed64Type)
	return protowire.AppendFixed64(to, math.Float64bits(value))
}

func (protobuf) header(to []byte, m *Family, size int) []byte {
	kind := uint64(typeGauge)
	if m.Kind == Counter {
		kind = typeCounter
	}
	var fields []byte
	fields = protowire.AppendTag(fields, familyName, protowire.BytesType)
	fields = protowire.AppendString(fields, m.Name)
	fields = protowire.AppendTag(fields, familyHelp, protowire.BytesType)
	fields = protowire.AppendString(fields, m.Help)
	fields = protowire.AppendTag(fields, familyType, protowire.VarintType)
	fields = protowire.AppendVarint(fields, kind)
	to = protowire.AppendVarint(to, uint64(len(fields)+size)) //nolint:gosec // A length is not negative.
	return append(to, fields...)
}

func (protobuf) closing() int { return protobufClosing }
