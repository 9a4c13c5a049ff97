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

// heldBack returns nil if a request with a key may be sent now, else an error for the
// wait of the account or the key. The request is not retried.
func (a *Account) heldBack(key *Key) error {
	now := a.Now()
	held := longer(a.waitingFor(now), key.waitAt(now))
	if !held.active() {
		return nil
	}
	return &provider.Error{Reason: held.reason, Final: true, RetryAt: held.until, Detail: "not sent: the account is waiting"}
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
// delays no other source. previous is the source's last wait, which counts its
// consecutive failures.
//
// late reports that the failure pauses nothing but other users of the key: a person
// can mend it, and the account has new secrets since.
func (a *Account) recordFailure(key *Key, failure *provider.Error, previous wait, now time.Time) (sourceWait wait, late bool) {
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
	late = key != a.key && mendable(failure)
	switch {
	case late:
		if concernsAccount(failure.Reason) && !failure.SourceOnly {
			key.refuse(a.Name, wait{}, failure.Reason, now)
		}
	case concernsAccount(failure.Reason) && !failure.SourceOnly:
		last := a.breaker
		if failure.Reason == provider.ReasonLockout {
			last = longer(last, key.locked())
		}
		sourceWait = last.next(failure.Reason, now)
		if sourceWait.resettable() {
			sourceWait = key.refuse(a.Name, last, failure.Reason, now)
		}
		sourceWait.failure = others
		if current := a.breaker.inForce(now); !current.active() || current.resettable() {
			a.breaker = sourceWait // never shortens a lockout
		}
	case concernsAccount(failure.Reason), failure.Reason == provider.ReasonPermission, ofGateway(failure):
		sourceWait = previous.next(failure.Reason, now)
		sourceWait.gateway = failure.Gateway || failure.Final
	default:
		// The backoff grows even if the reason changes: one outage causes many
		// kinds of errors.
		sourceWait = wait{reason: failure.Reason, failures: previous.failures + 1}
		if !hint.active() {
			sourceWait.until = now.Add(backoffWait(sourceWait.failures, a.Policy.RefreshInterval, a.Rand()))
		}
	}
	if !failure.SourceOnly {
		key.recordWaits(sourceWait, hint)
	}
	sourceWait.until = longer(sourceWait, hint).until
	return sourceWait, late
}

// recordSuccess records that the credentials work.
func (a *Account) recordSuccess(key *Key, now time.Time) {
	key.accept(now)
	a.mu.Lock()
	defer a.mu.Unlock()
	if key == a.key && !a.breaker.inForce(now).active() {
		a.breaker = wait{}
	}
}

// ResetWaits ends the waits that a person can end, for example after a reload
// or a change of secrets. The affected sources are due at once.
func (a *Account) ResetWaits() {
	a.mu.Lock()
	reset := a.key.reset()
	if a.breaker.resettable() {
		reset = true
		a.breaker = wait{}
	}
	a.mu.Unlock()
	for _, s := range a.sources {
		s.resetWaits(reset)
	}
}
