package account

import (
	"time"

	"export_status_exporter/provider"
)

// heldBack returns what holds back the whole account at now.
func (a *Account) heldBack(now time.Time) hold {
	a.mu.Lock()
	defer a.mu.Unlock()
	return later(a.breaker.at(now), a.hint.at(now))
}

// failed decides the waits after a failed refresh, for the account and for the
// source, and puts the account's in force before the next refresh can get its
// turn. A failure that concerns its source alone decides nothing else. The previous hold of the source tells how often this has happened.
func (a *Account) failed(failure *provider.Error, previous hold, now time.Time) (ofSource hold) {
	a.mu.Lock()
	defer a.mu.Unlock()
	hint := hold{until: failure.RetryAt, reason: failure.Reason}.at(now)
	if !failure.SourceOnly {
		a.hint = later(a.hint, hint)
	}
	switch {
	case ofAccount(failure.Reason) && !failure.SourceOnly:
		a.proven = false
		ofSource = a.breaker.again(failure.Reason, now)
		if current := a.breaker.at(now); !current.active() || current.closable() {
			a.breaker = ofSource // a lockout stays what it is
		}
	case ofAccount(failure.Reason), failure.Reason == provider.ReasonPermission, failure.Gateway, failure.SourceOnly && failure.Final:
		ofSource = previous.again(failure.Reason, now)
		ofSource.gateway = failure.Gateway || failure.Final
	default:
		// The span grows whatever the reason is: an outage has many faces.
		ofSource = hold{reason: failure.Reason, times: previous.times + 1}
		if !hint.active() {
			ofSource.until = now.Add(backoffWait(ofSource.times, a.Policy.RefreshInterval, a.Rand()))
		}
	}
	ofSource.until = later(ofSource, hint).until
	return ofSource
}

// succeeded notes that the credentials work.
func (a *Account) succeeded(now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.breaker.at(now).active() {
		a.proven, a.breaker = true, hold{}
	}
}

// Reopen ends the waits that a person can end, as after a reload or a change
// of secrets, and makes the sources they held due at once.
func (a *Account) Reopen() {
	a.mu.Lock()
	reopened := a.breaker.closable()
	if reopened {
		a.breaker = hold{}
	}
	a.proven = false
	a.mu.Unlock()
	for _, s := range a.sources {
		s.reopen(reopened)
	}
}

// Inherit takes over the waits of an account with the same key that must
// survive a change of configuration: a lockout, and what a provider dictated.
func (a *Account) Inherit(from *Account) {
	from.mu.Lock()
	breaker, hint := from.breaker, from.hint
	from.mu.Unlock()
	if breaker.reason != provider.ReasonLockout {
		breaker = hold{}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.breaker, a.hint = breaker, hint
}
