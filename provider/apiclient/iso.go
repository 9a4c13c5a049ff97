package apiclient

import (
	"bytes"
	"time"
)

// isoMoment parses a text that begins with year, month and day: RFC 3339, the extended
// and basic forms of ISO 8601, and the variants that databases and languages print. The
// basic form requires a T, which distinguishes it from a number of seconds.
func isoMoment(text []byte) (time.Time, bool) {
	c := cursor{rest: text}
	year, month, day, ok := c.date()
	if !ok {
		return time.Time{}, false
	}
	if len(c.rest) == 0 {
		return civil(year, month, day, 0, 0, 0, 0)
	}
	if !c.oneOf("Tt ") {
		return time.Time{}, false
	}
	c.rest = bytes.TrimLeft(c.rest, " ")
	hour, minute, second, nanos, ok := c.timeOfDay()
	if !ok {
		return time.Time{}, false
	}
	offset, ok := c.zone()
	if !ok || len(c.rest) > 0 {
		return time.Time{}, false
	}
	moment, ok := civil(year, month, day, hour, minute, second, nanos)
	return moment.Add(-offset), ok
}

// cursor is a position in a text.
type cursor struct{ rest []byte }

// digits consumes exactly n digits.
func (c *cursor) digits(n int) (value int, ok bool) {
	if len(c.rest) < n {
		return 0, false
	}
	for _, b := range c.rest[:n] {
		if b < '0' || b > '9' {
			return 0, false
		}
		value = value*10 + int(b-'0')
	}
	c.rest = c.rest[n:]
	return value, true
}

// oneOf consumes one byte if it is in the set.
func (c *cursor) oneOf(set string) bool {
	if len(c.rest) == 0 || bytes.IndexByte([]byte(set), c.rest[0]) < 0 {
		return false
	}
	c.rest = c.rest[1:]
	return true
}

// date consumes 2026-11-25, 2026/11/25, or 20261125 followed by a T.
func (c *cursor) date() (year, month, day int, ok bool) {
	if year, ok = c.digits(4); !ok {
		return 0, 0, 0, false
	}
	separator := ""
	switch {
	case c.oneOf("-"):
		separator = "-"
	case c.oneOf("/"):
		separator = "/"
	case len(c.rest) < 5 || c.rest[4]|0x20 != 't':
		return 0, 0, 0, false
	}
	if month, ok = c.digits(2); !ok || separator != "" && !c.oneOf(separator) {
		return 0, 0, 0, false
	}
	day, ok = c.digits(2)
	return year, month, day, ok
}

// timeOfDay consumes 19:08, 19:08:30, 190830 or 19:08:30.5. It ignores digits of the
// fraction beyond the ninth.
func (c *cursor) timeOfDay() (hour, minute, second, nanos int, ok bool) {
	if hour, ok = c.digits(2); !ok {
		return 0, 0, 0, 0, false
	}
	colon := c.oneOf(":")
	if minute, ok = c.digits(2); !ok {
		return 0, 0, 0, 0, false
	}
	if colon && c.oneOf(":") || !colon && len(c.rest) > 1 && c.rest[0] >= '0' && c.rest[0] <= '9' {
		if second, ok = c.digits(2); !ok {
			return 0, 0, 0, 0, false
		}
		if c.oneOf(".,") {
			nanos, ok = c.fraction()
		}
	}
	return hour, minute, second, nanos, ok
}

func (c *cursor) fraction() (nanos int, ok bool) {
	unit := int(time.Second / 10)
	for len(c.rest) > 0 && c.rest[0] >= '0' && c.rest[0] <= '9' {
		nanos += int(c.rest[0]-'0') * unit
		unit /= 10
		c.rest = c.rest[1:]
		ok = true
	}
	return nanos, ok
}

// zone consumes what may follow a time of day and returns its offset from UTC: nothing,
// Z, UTC, GMT, +02, +0200, +02:00, Go's "+0000 UTC" and Java's "+02:00[Europe/Berlin]".
func (c *cursor) zone() (offset time.Duration, ok bool) {
	c.rest = bytes.TrimLeft(c.rest, " ")
	if at := bytes.IndexByte(c.rest, '['); at > 0 && bytes.HasSuffix(c.rest, []byte("]")) {
		c.rest = c.rest[:at] // the offset before it is sufficient
	}
	if len(c.rest) == 0 || c.utc() {
		return 0, true
	}
	minus := c.oneOf("-")
	if !minus && !c.oneOf("+") {
		return 0, false
	}
	hours, ok := c.digits(2)
	if !ok || hours > 14 {
		return 0, false
	}
	minutes := 0
	if colon := c.oneOf(":"); colon || len(c.rest) > 1 && c.rest[0] != ' ' {
		if minutes, ok = c.digits(2); !ok || minutes > 59 {
			return 0, false
		}
	}
	c.rest = bytes.TrimLeft(c.rest, " ")
	if hours == 0 && minutes == 0 {
		_ = c.utc()
	}
	offset = time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
	if minus {
		offset = -offset
	}
	return offset, true
}

// utc consumes a name of UTC at the end of the text.
func (c *cursor) utc() bool {
	for _, name := range []string{"Z", "UTC", "GMT"} {
		if bytes.EqualFold(c.rest, []byte(name)) {
			c.rest = nil
			return true
		}
	}
	return false
}
