package account

import (
	"context"
	"sync/atomic"
	"time"

	"export_status_exporter/provider"
)

// waitingFor returns the wait at now that applies to all sources of the
// account.
func (a *Account) waitingFor(now time.Time) wait {
	a.mu.Lock()
	defer a.mu.Unlock()
	return longer(longer(a.breaker.inForce(now), a.hint.inForce(now)), a.key.waitAt(now))
}

// hintFor returns the wait at now that the provider asked for one source alone.
func (a *Account) hintFor(source string, now time.Time) wait {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.key.hintAt(source, now)
}

// heldBack returns nil if a request with a key may be sent now, else an error for the
// wait of the account or the key. Its reason is not that of the wait, so no provider
// takes it for an answer about the key.
func (a *Account) heldBack(key *Key) error {
	now := a.Now()
	held := longer(a.waitingFor(now), key.waitAt(now))
	if !held.active() {
		return nil
	}
	return &provider.Error{Reason: provider.ReasonUnavailable, RetryAt: held.until, Detail: "not sent: the account is waiting"}
}

// gate returns a context in which no request with a key is sent while the account or the
// key waits. held reports whether one was held back.
func (a *Account) gate(ctx context.Context, key *Key) (gated context.Context, held func() bool) {
	var shut atomic.Bool
	return provider.WithGate(ctx, func() error {
		err := a.heldBack(key)
		if err != nil {
			shut.Store(true)
		}
		return err
	}), shut.Load
}

// recordFailure decides how long the account and the source wait after a failed
// refresh. The account's wait takes effect before the next refresh can acquire
// its turn. A lockout or a hint is also recorded for the key that was used,
// which the account may have replaced since. A failure with SourceOnly set
// delays no other source. next is the source's next state, still with the last
// wait, which counts its consecutive failures.
func (a *Account) recordFailure(key *Key, source string, failure *provider.Error, next *state, now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	others := &provider.Error{
		Reason: failure.Reason, Advice: failure.Advise(),
		Detail: "paused with the whole account, after another source failed",
	}
	hint := wait{until: failure.RetryAt, reason: failure.Reason, failure: others}.inForce(now)
	if !failure.SourceOnly {
		a.hint = longer(a.hint, hint)
	}
	previous, ofAccount := next.wait, concernsAccount(failure.Reason) && !failure.SourceOnly
	switch {
	case key != a.key && mendable(failure):
		// The account has new secrets since, which may be tried at once. Another
		// account may still use the old ones.
		next.wait, next.started = wait{}, time.Time{}
		if ofAccount {
			key.refuse(a.Name, wait{}, time.Time{}, failure.Reason, now)
		}
	case ofAccount:
		next.wait = a.pause(key, failure.Reason, next, now)
		next.wait.failure = others
		if current := a.breaker.inForce(now); !current.active() || current.resettable() {
			a.breaker = next.wait // never shortens a lockout
		}
	case concernsAccount(failure.Reason), failure.Reason == provider.ReasonPermission, ofGateway(failure):
		next.wait = previous.next(failure.Reason, now)
		next.wait.gateway = failure.Gateway || failure.Final
	default:
		// The backoff grows even if the reason changes: one outage causes many
		// kinds of errors.
		next.wait = wait{reason: failure.Reason, failures: previous.failures + 1}
		if !hint.active() {
			next.wait.until = now.Add(backoffWait(next.wait.failures, a.Policy.RefreshInterval, a.Rand()))
		}
	}
	switch {
	case !failure.SourceOnly:
		key.recordWaits(next.wait, hint)
	case hint.active():
		key.recordHint(source, wait{until: hint.until, reason: hint.reason, failure: failure})
	}
	next.wait.until = longer(next.wait, hint).until
}

// pause returns the wait of the account after a failure that concerns the key. It
// notes a refusal that a person can mend for the key and in the source's state.
func (a *Account) pause(key *Key, reason provider.Reason, next *state, now time.Time) wait {
	last := a.breaker
	if reason == provider.ReasonLockout {
		last = longer(last, key.locked())
	}
	paused := last.next(reason, now)
	if !paused.resettable() {
		return paused
	}
	paused = key.refuse(a.Name, last, next.refused, reason, now)
	if next.refused.IsZero() {
		next.refused = now
	}
	return paused
}

// recordSuccess records that the credentials worked for a refresh that began at
// began and ended at now.
func (a *Account) recordSuccess(key *Key, began, now time.Time) {
	key.accept(began, now)
	a.mu.Lock()
	defer a.mu.Unlock()
	if key == a.key && !a.breaker.inForce(now).active() {
		a.breaker = wait{}
	}
}

// ResetWaits ends the waits that a person can end, for example after a reload. The
// affected sources are due at once.
func (a *Account) ResetWaits() {
	a.mu.Lock()
	ended := a.key.reset()
	a.mu.Unlock()
	a.endWaits(ended)
}

// endWaits ends the waits of the account that a person can end, but not that of its
// key: new secrets may already have been refused to another account. ended reports
// whether the key's wait has ended.
func (a *Account) endWaits(ended bool) {
	a.mu.Lock()
	if a.breaker.resettable() {
		ended = true
		a.breaker = wait{}
	}
	a.mu.Unlock()
	for _, s := range a.sources {
		s.resetWaits(ended)
	}
}
