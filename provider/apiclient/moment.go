package apiclient

import (
	"bytes"
	"math"
	"strings"
	"time"

	"export_status_exporter/provider"
)

// Moment parses the value as a time. It accepts:
//
//   - RFC 3339 in upper or lower case, with any fraction, with a space in place of the
//     T, without seconds, and with any form of zone or none (which means UTC)
//   - a date alone
//   - RFC 1123 and similar formats
//   - Unix time in seconds, milliseconds, microseconds or nanoseconds
//
// Numbers up to 0 and the zero times of common frameworks are unknown.
//
// The first bytes select the format, so that each value is parsed only once.
func (s Scalar) Moment() provider.Moment {
	text := bytes.TrimSpace(s.Text)
	switch {
	case len(text) == 0:
		return provider.Moment{Unreadable: s.Composite}
	case len(text) > maxMomentBytes:
		return provider.Moment{Unreadable: true}
	}
	if moment, ok := isoMoment(text); ok {
		return provider.MomentAt(moment)
	}
	if zeroDate(text) {
		return provider.Moment{}
	}
	if value, ok := decimal(text); ok {
		return UnixMoment(value)
	}
	if moment, ok := wordyMoment(string(text)); ok {
		return provider.MomentAt(moment)
	}
	return provider.Moment{Unreadable: true}
}

// ReadMoment parses a text as a time; see Scalar.Moment.
func ReadMoment(text string) provider.Moment { return Scalar{Text: []byte(text)}.Moment() }

// maxMomentBytes is longer than any supported spelling of a time.
const maxMomentBytes = 64

// never is the Unix time of the last day of the year 9999; see provider.MomentAt.
const never = 253402214400

// UnixMoment converts a Unix time. Its magnitude determines the unit: below 1e11
// seconds, below 1e14 milliseconds, below 1e17 microseconds, otherwise nanoseconds.
// Eight digits that form a date are that date, and fourteen that form a date and time
// are that time, without its fraction. Any other number below 1e8 is not a time.
func UnixMoment(value float64) provider.Moment {
	switch {
	case value <= 0:
		return provider.Moment{}
	case value < 1e8:
		return compactDate(value)
	case value < 1e11:
	case value >= never && value < never+24*60*60:
		return provider.Moment{} // as milliseconds, it would be a day in 1978
	case value >= 19000101000000 && value < 21001231235960:
		if moment, ok := compactMoment(int(value)); ok {
			return provider.MomentAt(moment) // as milliseconds, it would be later than 2286
		}
		return provider.Moment{Unreadable: true}
	case value < 1e14:
		milli, part := math.Modf(value)
		return provider.MomentAt(time.UnixMilli(int64(milli)).Add(time.Duration(math.Round(part*1e3)) * time.Microsecond).UTC())
	case value < 1e17:
		return provider.MomentAt(time.UnixMicro(int64(value)).UTC())
	default:
		value /= 1e9
	}
	if value > math.MaxUint32*50 {
		return provider.Moment{Unreadable: true} // beyond the supported range
	}
	// For current times in seconds, a float is exact to a fraction of a microsecond.
	whole, part := math.Modf(value)
	return provider.MomentAt(time.Unix(int64(whole), int64(math.Round(part*1e6))*1e3).UTC())
}

// compactDate parses 20261125 as a date.
func compactDate(value float64) provider.Moment {
	if value < 19000101 || value > 21001231 || value != math.Trunc(value) {
		return provider.Moment{Unreadable: true}
	}
	n := int(value)
	moment, ok := civil(n/10000, n/100%100, n%100, 0, 0, 0, 0)
	if !ok {
		return provider.Moment{Unreadable: true}
	}
	return provider.MomentAt(moment)
}

// compactMoment parses 20261125190830 as a date and a time of day in UTC.
func compactMoment(n int) (time.Time, bool) {
	day, clock := n/1e6, n%1e6
	return civil(day/10000, day/100%100, day%100, clock/10000, clock/100%100, clock%100, 0)
}

// zeroDate reports whether a text is a date and time of only zeros, which SQL databases
// use for "none".
func zeroDate(text []byte) bool {
	return bytes.HasPrefix(text, []byte("0000-00-00")) && len(bytes.Trim(text, "0-:.TtZz +")) == 0
}

// civil returns the time of a calendar date and a time of day in UTC, if it exists. A
// leap second becomes the following second, and 24:00 the midnight at the end of the
// day.
func civil(year, month, day, hour, minute, second, nanos int) (time.Time, bool) {
	midnight := hour == 24 && minute == 0 && second == 0 && nanos == 0
	if month < 1 || month > 12 || hour > 23 && !midnight || minute > 59 || second > 60 {
		return time.Time{}, false
	}
	// Day 0 of the next month is the last day of this month.
	if day < 1 || day > time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day() {
		return time.Time{}, false
	}
	return time.Date(year, time.Month(month), day, hour, minute, second, nanos, time.UTC), true
}

// wordyLayouts returns the layouts that contain names of days and months.
func wordyLayouts() []string {
	return []string{
		"Mon, 2 Jan 2006 15:04:05 -0700", "Mon, 2 Jan 2006 15:04:05 MST",
		"2 Jan 2006 15:04:05 -0700", "2 Jan 2006 15:04:05 MST", "Mon, 2 Jan 2006 15:04:05", "2 Jan 2006 15:04:05",
		time.RFC850, time.ANSIC, time.RubyDate, time.UnixDate, "Mon Jan 2 2006 15:04:05 GMT-0700",
	}
}

// wordyMoment parses RFC 1123 and similar formats. Zone abbreviations other than UTC
// and GMT are ambiguous and therefore rejected.
func wordyMoment(text string) (time.Time, bool) {
	if !strings.Contains(text, ":") {
		return time.Time{}, false
	}
	text = strings.ToUpper(text) // names of days and months may be in any case
	if rest, ok := strings.CutSuffix(text, " UT"); ok {
		text = rest + " UTC"
	}
	text, comment, named := strings.Cut(text, " (")
	if named && !strings.HasSuffix(comment, ")") {
		return time.Time{}, false
	}
	for _, layout := range wordyLayouts() {
		moment, err := time.Parse(layout, text)
		if err != nil {
			continue
		}
		if named && !strings.Contains(layout, "-0700") && !strings.Contains(layout, "MST") {
			return time.Time{}, false // without an offset, the name of a zone is ambiguous, too
		}
		// time.Parse reads GMT+2 as a name, too, and ignores its hours.
		if name, _ := moment.Zone(); strings.Contains(layout, "MST") && name != "UTC" && name != "GMT" {
			return time.Time{}, false
		}
		return moment.UTC(), true
	}
	return time.Time{}, false
}
