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

// retryAt is the moment before which the provider's headers ask not to be
// called again, zero if they do not.
func (r *Response) retryAt() time.Time {
	date, _ := http.ParseTime(r.Header.Get("Date"))
	wait := RetryAfter(r.Header.Get("Retry-After"), date, r.Received)
	// Kraken Futures' history API: seconds until a request of equal cost is
	// accepted.
	wait = max(wait, seconds(r.Header.Get("rate-limit-reset")))
	if wait <= 0 {
		return time.Time{}
	}
	return r.Received.Add(wait)
}

// RetryAfter reads a Retry-After header (RFC 9110, section 10.2.3): seconds or
// an HTTP date. A date is measured against the answer's own Date, so that a
// skewed clock on our side does not change the wait. What cannot be understood
// is 0; the longest wait is MaxHint.
func RetryAfter(value string, date, now time.Time) time.Duration {
	value = strings.TrimSpace(value)
	if until, err := http.ParseTime(value); err == nil {
		if date.IsZero() {
			date = now
		}
		return min(max(until.Sub(date), 0), MaxHint)
	}
	return seconds(value)
}

// seconds reads a number of seconds, whole or not, as a wait of 0 to MaxHint.
func seconds(value string) time.Duration {
	n, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if errors.Is(err, strconv.ErrRange) {
		err = nil // more digits than a float holds, so n is infinite or zero
	} else if math.IsInf(n, 0) {
		return 0 // the word "inf"
	}
	if err != nil || math.IsNaN(n) || n <= 0 {
		return 0
	}
	if n >= MaxHint.Seconds() {
		return MaxHint
	}
	return time.Duration(n * float64(time.Second))
}
