package exposition

import (
	"math"
	"strconv"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
)

// encoding is an exposition format. Its methods append to a slice and keep no state.
// Samples of several accounts are concatenated, so a sample must not depend on its
// neighbors.
//
// The formats are implemented here because rendering is this program's main work, and
// this is five to ten times faster than the libraries (see docs/performance.md). Tests
// parse the output with the libraries.
type encoding interface {
	// label appends one label.
	label(to []byte, name, value string) []byte
	// open appends the beginning of a sample with at least one label. The rest is the
	// length in bytes of what follows: labels that sort after these, and what close
	// appends.
	open(to []byte, m *Family, labels []byte, rest int) []byte
	// size returns the length in bytes of an opened sample with its rest.
	size(m *Family, labels, rest int) int
	// close appends the value of an opened sample.
	close(to []byte, m *Family, value float64) []byte
	// header appends what precedes all samples of a metric. The size parameter is the
	// total length of these samples in bytes.
	header(to []byte, m *Family, size int) []byte
	// closing returns how many bytes close appends, or 0 if the number varies.
	closing() int
}

// text is the Prometheus text format 0.0.4 or, if openMetrics is set, OpenMetrics 1.0.
type text struct{ openMetrics bool }

// label begins with a comma, which open removes from the first label.
func (text) label(to []byte, name, value string) []byte {
	to = append(to, ',')
	to = append(to, name...)
	to = append(to, '=', '"')
	to = appendEscaped(to, value)
	return append(to, '"')
}

// appendEscaped appends a label value, escaped as both text formats require.
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

func (text) open(to []byte, m *Family, labels []byte, _ int) []byte {
	to = append(to, m.Name...)
	to = append(to, '{')
	return append(to, labels[1:]...)
}

func (text) size(m *Family, labels, rest int) int { return len(m.Name) + labels + rest }

func (t text) close(to []byte, _ *Family, value float64) []byte {
	to = append(to, '}', ' ')
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
	to = append(to, m.Help...) // constant texts that need no escaping
	to = append(to, "\n# TYPE "...)
	to = append(to, name...)
	to = append(to, ' ')
	to = append(to, m.Kind...)
	return append(to, '\n')
}

func (text) closing() int { return 0 }

// protobuf is the length-delimited form of io.prometheus.client.MetricFamily. The field
// numbers are those of its published schema.
type protobuf struct{}

// Field numbers of MetricFamily, Metric, LabelPair, and Gauge or Counter.
const (
	familyName, familyHelp, familyType, familyMetric = 1, 2, 3, 4
	metricLabel, metricGauge, metricCounter          = 1, 2, 3
	pairName, pairValue                              = 1, 2
	valueValue                                       = 1

	typeCounter, typeGauge = 0, 1
)

// A value is a field of Metric that holds a message with one double: the field's tag,
// its length, the double's tag and eight bytes.
const protobufClosing = 1 + 1 + 1 + 8

func (protobuf) label(to []byte, name, value string) []byte {
	size := protowire.SizeTag(pairName) + protowire.SizeBytes(len(name)) + protowire.SizeTag(pairValue) + protowire.SizeBytes(len(value))
	to = protowire.AppendTag(to, metricLabel, protowire.BytesType)
	to = protowire.AppendVarint(to, uint64(size)) //nolint:gosec // a length is not negative
	to = protowire.AppendTag(to, pairName, protowire.BytesType)
	to = protowire.AppendString(to, name)
	to = protowire.AppendTag(to, pairValue, protowire.BytesType)
	return protowire.AppendString(to, value)
}

func (protobuf) open(to []byte, _ *Family, labels []byte, rest int) []byte {
	to = protowire.AppendTag(to, familyMetric, protowire.BytesType)
	to = protowire.AppendVarint(to, uint64(len(labels)+rest)) //nolint:gosec // a length is not negative
	return append(to, labels...)
}

func (protobuf) size(_ *Family, labels, rest int) int {
	return protowire.SizeTag(familyMetric) + protowire.SizeBytes(labels+rest)
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
	to = protowire.AppendVarint(to, uint64(len(fields)+size)) //nolint:gosec // a length is not negative
	return append(to, fields...)
}

func (protobuf) closing() int { return protobufClosing }
