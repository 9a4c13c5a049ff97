package apiclient

import (
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// MaxHint is the longest wait that a provider can impose.
const MaxHint = 6 * time.Hour

// retryAt returns the time before which the answer's headers ask not to be called
// again, or zero. It reads Retry-After and the API's HintHeaders; the longest wait
// wins.
func (r *Response) retryAt() time.Time {
	now := r.Received
	if date, err := http.ParseTime(r.Header.Get("Date")); err == nil {
		// Compare with the answer's own Date, so that a wrong local clock does not
		// change the wait.
		now = date
	}
	wait := time.Duration(0)
	for _, name := range append([]string{"Retry-After"}, r.api.HintHeaders...) {
		for _, value := range r.Header.Values(name) {
			wait = max(wait, RetryAfter(value, now))
		}
	}
	if wait <= 0 {
		return time.Time{}
	}
	return r.Received.Add(wait)
}

// RetryAfter parses a header that asks for a pause: seconds (RFC 9110, section 10.2.3),
// a Unix time, any other time, or a list of these, of which the longest counts. Times
// are relative to now. It returns 0 for an unreadable value, and MaxHint at most.
func RetryAfter(value string, now time.Time) time.Duration {
	wait := waitOf(value, now)
	parts := strings.Split(value, ",")
	for i, part := range parts {
		wait = max(wait, waitOf(part, now))
		if i > 0 {
			// An HTTP date contains a comma after the weekday.
			wait = max(wait, waitOf(parts[i-1]+","+part, now))
		}
	}
	return wait
}

// waitOf parses one value.
func waitOf(value string, now time.Time) time.Duration {
	value = strings.Trim(value, " \t\"")
	n, err := strconv.ParseFloat(strings.TrimSuffix(value, "s"), 64)
	switch {
	case errors.Is(err, strconv.ErrRange):
		// The number has more digits than a float can hold, so n is infinite or zero.
	case err != nil || math.IsInf(n, 0) || math.IsNaN(n):
		if at, err := http.ParseTime(value); err == nil {
			return clamp(at.Sub(now))
		}
		at := ReadMoment(value).Time
		if at.IsZero() {
			return 0
		}
		return clamp(at.Sub(now))
	}
	if n > 1e9 {
		// Nobody asks for a pause of 30 years, so the number must be a time.
		if at := UnixMoment(n).Time; !at.IsZero() {
			return clamp(at.Sub(now))
		}
	}
	return clamp(time.Duration(min(max(n, 0), MaxHint.Seconds()) * float64(time.Second)))
}

// clamp limits a wait to 0 through MaxHint.
func clamp(wait time.Duration) time.Duration { return min(max(wait, 0), MaxHint) }
