package apiclient

import (
	"net/http"
	"time"
)

// SetServerTime tells the provider's clock where the body says it more exactly
// than the Date header. A zero time is ignored.
func (r *Response) SetServerTime(t time.Time) { r.serverTime = t }

// skew is the provider's clock minus ours at the middle of the exchange. The
// body's own time wins over the Date header, which has whole seconds and is
// taken at the middle of its second. An answer from a cache (with an Age) says
// nothing.
func (r *Response) skew() (time.Duration, bool) {
	middle := r.Sent.Add(r.Received.Sub(r.Sent) / 2)
	if !r.serverTime.IsZero() {
		return r.serverTime.Sub(middle), true
	}
	date, err := http.ParseTime(r.Header.Get("Date"))
	if err != nil || r.Header.Get("Age") != "" {
		return 0, false
	}
	return date.Add(time.Second / 2).Sub(middle), true
}

// Skew is the provider's clock minus ours, zero if the answer does not tell.
func (r *Response) Skew() time.Duration {
	skew, _ := r.skew()
	return skew
}
