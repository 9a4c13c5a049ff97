package apiclient

import (
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// MaxHint bounds how long a provider can make the exporter wait.
const MaxHint = 6 * time.Hour

// retryAt is the moment before which the answer's headers ask not to be called
// again, zero if they do not: Retry-After, and what the API has beside it. The
// longest wait wins.
func (r *Response) retryAt() time.Time {
	now := r.Received
	if date, err := http.ParseTime(r.Header.Get("Date")); err == nil {
		// Moments are measured against the answer's own clock, so that a skewed
		// clock on our side does not change the wait.
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

// RetryAfter reads the value of a header that asks for silence: seconds (RFC
// 9110, section 10.2.3), a unix time or any other moment, or a list of them, of
// which the longest counts. Moments are measured against now. What cannot be
// understood is 0; the longest wait is MaxHint.
func RetryAfter(value string, now time.Time) time.Duration {
	wait := waitOf(value, now)
	parts := strings.Split(value, ",")
	for i, part := range parts {
		wait = max(wait, waitOf(part, now))
		if i > 0 {
			// A date of HTTP has a comma of its own, after its weekday.
			wait = max(wait, waitOf(parts[i-1]+","+part, now))
		}
	}
	return wait
}

// waitOf reads one value.
func waitOf(value string, now time.Time) time.Duration {
	value = strings.Trim(value, " \t\"")
	n, err := strconv.ParseFloat(strings.TrimSuffix(value, "s"), 64)
	switch {
	case errors.Is(err, strconv.ErrRange):
		// More digits than a float holds, so n is infinite or zero.
	case err != nil || math.IsInf(n, 0) || math.IsNaN(n):
		if at, err := http.ParseTime(value); err == nil {
			return bounded(at.Sub(now))
		}
		at := ReadMoment(value).Time
		if at.IsZero() {
			return 0
		}
		return bounded(at.Sub(now))
	}
	if n > 1e9 {
		// Nobody asks for 30 years of silence: it is a moment.
		if at := UnixMoment(n).Time; !at.IsZero() {
			return bounded(at.Sub(now))
		}
	}
	return bounded(time.Duration(min(max(n, 0), MaxHint.Seconds()) * float64(time.Second)))
}

// bounded is a wait of 0 to MaxHint.
func bounded(wait time.Duration) time.Duration { return min(max(wait, 0), MaxHint) }
