package provider

import (
	"math"
	"time"
)

// Number is an optional numeric value. The zero value is unknown; an unknown number
// becomes a missing series, never 0.
type Number struct {
	Value float64
	Known bool
	// Unreadable reports that the answer has a value here that is not a number, or a
	// number that cannot be true. It is never set in a Report.
	Unreadable bool
}

// Num returns a known number.
func Num(value float64) Number { return Number{Value: value, Known: true} }

// Count returns n if it is a valid count. An API's -1 for "not known yet" is unknown, and
// any other negative number is unreadable.
func (n Number) Count() Number { return n.upTo(math.Inf(1)) }

// upTo is like Count for numbers with a maximum. A rounding error above it is cut.
func (n Number) upTo(maximum float64) Number {
	const rounding = 1e-6
	switch {
	case !n.Known:
		return n
	case n.Value == -1:
		return Number{}
	case n.Value < 0 || n.Value > maximum*(1+rounding):
		return Number{Unreadable: true}
	default:
		return Num(min(n.Value, maximum))
	}
}

// Moment is an optional point in time from an answer. The zero value is unknown.
type Moment struct {
	Time time.Time
	// Unreadable reports that the answer has a value here that is not a time.
	Unreadable bool
}

// maxTime is the latest time that is accepted from a provider.
var maxTime = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)

// MomentAt returns a Moment for t. Providers send 0, "0" or year 1 for "not yet" and
// the last day of year 9999 for "never"; both are unknown.
func MomentAt(t time.Time) Moment {
	if t.Unix() <= 0 || t.After(maxTime) {
		return Moment{}
	}
	return Moment{Time: t}
}

// Field identifies a value of an answer. Its names are the keys of a report and of a
// quota in an API definition, and the values of the label "field" of
// export_source_unreadable_values.
type Field uint8

// The fields that hold times and numbers.
const (
	FieldCreated Field = iota
	FieldStarted
	FieldCompleted
	FieldFailed
	FieldExpires
	FieldDataStart
	FieldDataEnd
	FieldLastEntry
	FieldProgressPercent
	FieldProgressRatio
	FieldDone
	FieldTotal
	FieldRows
	FieldProcessedRows
	FieldFailedItems
	FieldSize
	FieldCost
	FieldPendingDeletion
	FieldCreditsBalance
	FieldRemainingMinute
	FieldLimitMinute
	FieldRemainingDay
	FieldLimitDay
	// FieldID counts ids that no request can carry. It is neither a time nor a number.
	FieldID
	numFields
)

// fieldNames holds the keys, indexed by Field.
var fieldNames = [numFields]string{
	FieldCreated:         "created",
	FieldStarted:         "started",
	FieldCompleted:       "completed",
	FieldFailed:          "failed",
	FieldExpires:         "expires",
	FieldDataStart:       "data_start",
	FieldDataEnd:         "data_end",
	FieldLastEntry:       "last_entry",
	FieldProgressPercent: "progress_percent",
	FieldProgressRatio:   "progress_ratio",
	FieldDone:            "done",
	FieldTotal:           "total",
	FieldRows:            "rows",
	FieldProcessedRows:   "processed_rows",
	FieldFailedItems:     "failed_items",
	FieldSize:            "size",
	FieldCost:            "cost",
	FieldPendingDeletion: "pending_deletion",
	FieldCreditsBalance:  "credits_balance",
	FieldRemainingMinute: "remaining_minute",
	FieldLimitMinute:     "limit_minute",
	FieldRemainingDay:    "remaining_day",
	FieldLimitDay:        "limit_day",
	FieldID:              "id",
}

// Fields returns all fields in a fixed order.
func Fields() []Field {
	all := make([]Field, numFields)
	for i := range all {
		all[i] = Field(i)
	}
	return all
}

// String returns the field's key.
func (f Field) String() string { return fieldNames[f] }

// Unreadable counts, by field, the values of an answer that are present but cannot be
// read. The zero value is ready to use.
type Unreadable [numFields]uint32

// Check returns n as a value of the field: unreadable if it cannot be true there.
func (f Field) Check(n Number) Number {
	switch f {
	case FieldCreditsBalance, FieldPendingDeletion:
		return n
	case FieldProgressPercent:
		return n.upTo(100)
	case FieldProgressRatio:
		return n.upTo(1)
	default:
		return n.Count()
	}
}

// Number returns n as a value of the field, and counts it if it is unreadable.
func (u *Unreadable) Number(f Field, n Number) Number {
	n = f.Check(n)
	if n.Unreadable {
		u[f]++
		n.Unreadable = false
	}
	return n
}

// Moment returns the time of m, and counts m if it is unreadable. The result is zero if
// the time is unknown.
func (u *Unreadable) Moment(f Field, m Moment) time.Time {
	if m.Unreadable {
		u[f]++
	}
	return m.Time
}

// Any reports whether any value was unreadable.
func (u *Unreadable) Any() bool { return *u != Unreadable{} }
