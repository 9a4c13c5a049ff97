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

// wait is a pause before the next request. The zero value is none.
type wait struct {
	until  time.Time
	reason provider.Reason
	// failure is what the other sources show while the whole account waits.
	failure *provider.Error
	// gateway says that something refused that is not the API itself, or not
	// because of the key.
	gateway bool
	// failures counts how often in a row the same reason has held.
	failures int
}

// inForce returns the wait if it is in force at now, else the zero wait.
func (w wait) inForce(now time.Time) wait {
	if now.Before(w.until) {
		return w
	}
	return wait{}
}

// active reports whether there is a wait.
func (w wait) active() bool { return !w.until.IsZero() }

// next returns the breaker's wait after one more failure. Requests that were
// in flight together meet one refusal, so they count once.
func (w wait) next(reason provider.Reason, now time.Time) wait {
	next := wait{reason: reason, failures: 1}
	if w.reason == reason {
		next.failures = w.failures
		if !w.inForce(now).active() {
			next.failures++
		}
	}
	next.until = now.Add(breakerWait(next.failures))
	return next
}

// resettable reports whether a person can end the wait by changing something. A
// lockout must pass.
func (w wait) resettable() bool {
	return w.gateway || w.reason == provider.ReasonAuth || w.reason == provider.ReasonPermission || w.reason == provider.ReasonPaymentRequired
}

// longer returns the wait that ends later.
func longer(a, b wait) wait {
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
