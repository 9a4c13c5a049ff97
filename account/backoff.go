package account

import (
	"time"

	"export_status_exporter/provider"
)

// The breaker's waits: the first, and the longest after doublings.
const (
	breakerFirst = 15 * time.Minute
	breakerMax   = time.Hour
	// backoffMax is the longest back-off where refresh_interval is shorter.
	backoffMax = 15 * time.Minute
)

// hold is a wait before the next request. The zero value holds nothing.
type hold struct {
	until  time.Time
	reason provider.Reason
	// failure is what the other sources show while the whole account waits.
	failure *provider.Error
	// gateway says that something refused that is not the API itself, or not
	// because of the key.
	gateway bool
	// times counts how often in a row the same reason has held.
	times int
}

// at returns the hold if it is in force at now, else the zero hold.
func (h hold) at(now time.Time) hold {
	if now.Before(h.until) {
		return h
	}
	return hold{}
}

// active reports whether there is a wait.
func (h hold) active() bool { return !h.until.IsZero() }

// again returns the breaker's hold after one more failure. Requests that were
// in flight together meet one refusal, so they count once.
func (h hold) again(reason provider.Reason, now time.Time) hold {
	next := hold{reason: reason, times: 1}
	if h.reason == reason {
		next.times = h.times
		if !h.at(now).active() {
			next.times++
		}
	}
	next.until = now.Add(breakerWait(next.times))
	return next
}

// closable reports whether a person can end the wait by changing something. A
// lockout must pass.
func (h hold) closable() bool {
	return h.gateway || h.reason == provider.ReasonAuth || h.reason == provider.ReasonPermission || h.reason == provider.ReasonPaymentRequired
}

// later returns the hold that ends later.
func later(a, b hold) hold {
	if b.until.After(a.until) {
		return b
	}
	return a
}

// ofAccount reports whether a reason concerns the key and therefore all that
// is sent with it.
func ofAccount(r provider.Reason) bool {
	switch r {
	case provider.ReasonAuth, provider.ReasonLockout, provider.ReasonPaymentRequired, provider.ReasonNonce:
		return true
	default:
		return false
	}
}

// breakerWait doubles from breakerFirst to breakerMax.
func breakerWait(times int) time.Duration {
	wait := breakerFirst
	for i := 1; i < times && wait < breakerMax; i++ {
		wait *= 2
	}
	return min(wait, breakerMax)
}

// backoffWait is exponential with full jitter: a random part of a span that
// doubles from the refresh interval.
func backoffWait(times int, interval time.Duration, random float64) time.Duration {
	longest := max(backoffMax, interval)
	span := interval
	for i := 1; i < times && span < longest; i++ {
		span *= 2
	}
	return time.Duration(random * float64(min(span, longest)))
}
