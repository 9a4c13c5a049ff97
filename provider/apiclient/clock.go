package apiclient

import (
	"net/http"
	"time"
)

// SetServerTime sets the provider's clock from the body, for APIs that send a more
// exact time there than in the Date header. A zero time is ignored.
func (r *Response) SetServerTime(t time.Time) { r.serverTime = t }

// skew returns the provider's clock minus the local clock, measured at the middle of
// the exchange. The time in the body takes precedence over the Date header. The header
// has whole seconds, so half a second is added. Cached answers (those with an Age
// header) are ignored.
func (r *Response) skew() (time.Duration, bool) {
	middle := r.Sent.Add(r.Received.Sub(r.Sent) / 2)
	if !r.serverTime.IsZero() {
		return difference(r.serverTime, middle)
	}
	date, err := http.ParseTime(r.Header.Get("Date"))
	if err != nil || r.Header.Get("Age") != "" {
		return 0, false
	}
	return difference(date.Add(time.Second/2), middle)
}

// difference returns a minus b, unless a Duration cannot hold it.
func difference(a, b time.Time) (time.Duration, bool) {
	if d := a.Sub(b); b.Add(d).Equal(a) {
		return d, true
	}
	return 0, false
}

// Skew returns the provider's clock minus the local clock, or zero if the answer does
// not contain a time.
func (r *Response) Skew() time.Duration {
	skew, _ := r.skew()
	return skew
}
