package account

import (
	"time"

	"export_status_exporter/provider"
)

// Bounds on the breaker's wait, which doubles with each failure.
const (
	breakerFirst = 15 * time.Minute
	breakerMax   = time.Hour
	// othersFirst is how much longer an account waits after it was refused a key
	// than the others that use the key.
	othersFirst = 15 * time.Minute
	// backoffMax is the maximum backoff, unless refresh_interval is longer.
	backoffMax = 15 * time.Minute
)

// wait is a pause before the next request. The zero value means none.
type wait struct {
	until  time.Time
	reason provider.Reason
	// failure is shown by the account's other sources while the whole account
	// waits.
	failure *provider.Error
	// gateway means that the refusal came from something in front of the API,
	// or had nothing to do with the key.
	gateway bool
	// failures counts consecutive failures for the same reason.
	failures int
}

// inForce returns w if it has not ended at now, else the zero wait.
func (w wait) inForce(now time.Time) wait {
	if now.Before(w.until) {
		return w
	}
	return wait{}
}

// active reports whether w is a wait at all.
func (w wait) active() bool { return !w.until.IsZero() }

// next returns the breaker's wait after one more failure. Requests that were in
// flight at the same time run into the same refusal, so they count once.
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

// resettable reports whether a person can end the wait early by fixing the
// cause. A lockout always has to run out.
func (w wait) resettable() bool {
	return w.gateway || w.reason == provider.ReasonAuth || w.reason == provider.ReasonPermission || w.reason == provider.ReasonPaymentRequired
}

// ofGateway reports whether a failure has nothing to do with the key.
func ofGateway(failure *provider.Error) bool {
	return failure.Gateway || failure.SourceOnly && failure.Final
}

// mendable reports whether a person can end the wait after a failure.
func mendable(failure *provider.Error) bool {
	return wait{reason: failure.Reason, gateway: ofGateway(failure)}.resettable()
}

// longer returns the wait that ends later.
func longer(a, b wait) wait {
	if b.until.After(a.until) {
		return b
	}
	return a
}

// concernsAccount reports whether a failure with this reason concerns the key,
// and therefore every source of the account.
func concernsAccount(r provider.Reason) bool {
	switch r {
	case provider.ReasonAuth, provider.ReasonLockout, provider.ReasonPaymentRequired, provider.ReasonNonce:
		return true
	default:
		return false
	}
}

// breakerWait doubles from breakerFirst to breakerMax.
func breakerWait(times int) time.Duration { return doubled(breakerFirst, breakerMax, times) }

// backoffWait returns an exponential backoff with full jitter: random, in
// [0,1), of a span that starts at the refresh interval and doubles with each
// failure.
func backoffWait(times int, interval time.Duration, random float64) time.Duration {
	return time.Duration(random * float64(doubled(interval, max(backoffMax, interval), times)))
}

// doubled returns the wait after a number of failures: that of the first, doubled
// with each further failure up to the longest.
func doubled(wait, longest time.Duration, times int) time.Duration {
	for i := 1; i < times && wait < longest; i++ {
		wait *= 2
	}
	return min(wait, longest)
}
