package account

import (
	"time"

	"export_status_exporter/provider"
)

// heldBack returns what holds back the whole account at now.
func (a *Account) heldBack(now time.Time) hold {
	a.mu.Lock()
	defer a.mu.Unlock()
	return later(later(a.breaker.at(now), a.hint.at(now)), a.key.at(now))
}

// failed decides the waits after a failed refresh, for the account and for the
// source, and puts the account's in force before the next refresh can get its
// turn. What must pass is noted of the key that was used, which may be another's
// by now. A failure that concerns its source alone decides nothing else. The
// previous hold of the source tells how often this has happened.
func (a *Account) failed(key *Key, failure *provider.Error, previous hold, now time.Time) (ofSource hold) {
	a.mu.Lock()
	defer a.mu.Unlock()
	others := &provider.Error{
		Reason: failure.Reason, Advice: failure.Advise(),
		Detail: "held back with the whole account, after another source failed",
	}
	hint := hold{until: failure.RetryAt, reason: failure.Reason, failure: others}.at(now)
	if !failure.SourceOnly {
		a.hint = later(a.hint, hint)
	}
	switch {
	case ofAccount(failure.Reason) && !failure.SourceOnly:
		a.proven = false
		last := a.breaker
		if failure.Reason == provider.ReasonLockout {
			last = later(last, key.locked())
		}
		ofSource = last.again(failure.Reason, now)
		ofSource.failure = others
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
	if !failure.SourceOnly {
		key.note(ofSource, hint)
	}
	ofSource.until = later(ofSource, hint).until
	return ofSource
}

// succeeded notes that the credentials work.
func (a *Account) succeeded(key *Key, now time.Time) {
	key.works(now)
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
