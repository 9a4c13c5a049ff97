package provider

import "time"

// Number is a value that a provider may leave out. The zero value is unknown,
// which becomes a missing series and never a 0.
type Number struct {
	Value float64
	Known bool
	// Unreadable says that the answer has something there that is no number.
	// It is never set in a Report.
	Unreadable bool
}

// Num returns a known number.
func Num(value float64) Number { return Number{Value: value, Known: true} }

// Count is the number if it can be a count, else unknown. An API's -1 for
// "not known yet" is readable and unknown.
func (n Number) Count() Number {
	if !n.Known || n.Value < 0 {
		return Number{}
	}
	return n
}

// Moment is a point in time as an answer has it. The zero value is unknown.
type Moment struct {
	Time time.Time
	// Unreadable says that the answer has something there that is no moment.
	Unreadable bool
}

// maxTime bounds the moments that are accepted from a provider.
var maxTime = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)

// MomentAt returns a moment that was read. Providers write 0, "0" or year 1 for
// "not yet" and the last day of year 9999 for "never": both are unknown.
func MomentAt(t time.Time) Moment {
	if t.Unix() <= 0 || t.After(maxTime) {
		return Moment{}
	}
	return Moment{Time: t}
}

// Field names a value of an answer: the keys of a report and of a quota in an
// API definition, and the label field of export_source_unreadable_values.
type Field uint8

// The fields that hold moments and numbers.
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
	numFields
)

// fieldNames are the keys, by Field.
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
}

// Fields returns all fields, in a fixed order.
func Fields() []Field {
	all := make([]Field, numFields)
	for i := range all {
		all[i] = Field(i)
	}
	return all
}

// String returns the key.
func (f Field) String() string { return fieldNames[f] }

// Unreadable counts, for each field, the values of an answer that are there and
// cannot be read. The zero value counts nothing.
type Unreadable [numFields]uint32

// Number takes a value and returns what is known of it.
func (u *Unreadable) Number(f Field, n Number) Number {
	if n.Unreadable {
		u[f]++
		n.Unreadable = false
	}
	return n
}

// Moment takes a value and returns what is known of it, zero if nothing is.
func (u *Unreadable) Moment(f Field, m Moment) time.Time {
	if m.Unreadable {
		u[f]++
	}
	return m.Time
}

// Any reports whether any value could not be read.
func (u *Unreadable) Any() bool { return *u != Unreadable{} }
