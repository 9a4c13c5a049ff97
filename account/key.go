package account

import (
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"export_status_exporter/provider"
)

// Keys stores the state that belongs to an API key and its secrets rather than to
// an account, by their fingerprints. There is one Keys for the whole process, so a
// wait survives when its account is removed, renamed or replaced. It forgets a
// key without users and without a wait in force. It is safe for concurrent use.
type Keys struct {
	now func() time.Time

	mu   sync.Mutex
	keys map[keyID]*Key
	apis map[apiKeyID]*apiKey
	// limit is the number of both at which unneeded ones are dropped. It doubles
	// with the number of those that are left, which makes the effort linear.
	limit int
}

// minKeys is the number of keys up to which none is dropped.
const minKeys = 64

type apiKeyID struct {
	api         string
	fingerprint [32]byte
}

type keyID struct {
	apiKeyID
	secrets [32]byte
}

// NewKeys returns an empty store that uses the given clock.
func NewKeys(now func() time.Time) *Keys {
	return &Keys{now: now, keys: make(map[keyID]*Key), apis: make(map[apiKeyID]*apiKey), limit: minKeys}
}

// Of returns the key with a fingerprint at an API and with secrets, which have a
// fingerprint of their own, and creates it if needed. The caller becomes a user of
// the key, as does an Account to which its Options.Key returns it. The api string
// identifies the API. Without a key, the fingerprint is all zeros.
func (k *Keys) Of(api string, fingerprint, secrets [32]byte) *Key {
	k.mu.Lock()
	defer k.mu.Unlock()
	id := keyID{apiKeyID{api, fingerprint}, secrets}
	key, ok := k.keys[id]
	if !ok {
		k.tidy()
		shared, known := k.apis[id.apiKeyID]
		if !known {
			shared = &apiKey{turn: make(chan struct{}, 1)}
			k.apis[id.apiKeyID] = shared
		}
		key = &Key{apiKey: shared}
		k.keys[id] = key
	}
	key.users.Add(1)
	return key
}

// tidy drops the keys that nobody needs, if there may be many of them.
func (k *Keys) tidy() {
	if len(k.keys)+len(k.apis) < k.limit {
		return
	}
	now := k.now()
	maps.DeleteFunc(k.keys, func(_ keyID, key *Key) bool {
		return key.users.Load() == 0 && !key.refusedAt(now).active()
	})
	used := make(map[apiKeyID]struct{}, len(k.keys))
	for id := range k.keys {
		used[id.apiKeyID] = struct{}{}
	}
	maps.DeleteFunc(k.apis, func(id apiKeyID, key *apiKey) bool {
		_, needed := used[id]
		return !needed && !key.waitAt(now).active() && !key.asksOneAt(now)
	})
	k.limit = max(minKeys, 2*(len(k.keys)+len(k.apis)))
}

// apiKey is the state of an API key that does not depend on its secrets.
type apiKey struct {
	// turn is held by a refresh that must be alone; see Account.acquireTurn.
	turn chan struct{}

	waits sync.Mutex // guards the rest
	// lockout is the wait after a lockout, and hint the wait that the provider
	// asked for.
	lockout, hint wait
	// hints are those for single sources, by name.
	hints map[string]wait
}

// Key is the state of one API key with one version of its secrets, shared by all
// accounts that use both. A request proves or disproves only the secrets that
// signed it. The other waits are those of the API key.
type Key struct {
	*apiKey
	// users counts the accounts and refreshes that use the key. It rises only
	// while Keys.mu is held, so no key is dropped that somebody just got.
	users atomic.Int64
	// accounts counts the accounts that refresh with the key.
	accounts atomic.Int64

	mu sync.Mutex
	// refused is the wait after a refusal that a person can mend.
	refused wait
	// accepted is when the last refresh that succeeded began, and proven whether
	// one has succeeded since the last refusal or reset.
	accepted time.Time
	proven   bool
}

// release ends one use of the key.
func (k *Key) release() { k.users.Add(-1) }

// waitAt returns the wait of the key at now.
func (k *Key) waitAt(now time.Time) wait { return longer(k.apiKey.waitAt(now), k.refusedAt(now)) }

// refusedAt returns the wait at now of the key with these secrets alone.
func (k *Key) refusedAt(now time.Time) wait {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.refused.inForce(now)
}

// waitAt returns the wait at now, whatever the secrets.
func (k *apiKey) waitAt(now time.Time) wait {
	k.waits.Lock()
	defer k.waits.Unlock()
	return longer(k.lockout.inForce(now), k.hint.inForce(now))
}

// locked returns the last lockout, even if it has ended.
func (k *apiKey) locked() wait {
	k.waits.Lock()
	defer k.waits.Unlock()
	return k.lockout
}

// recordWaits records the waits that must run out no matter what happens to the
// account: a lockout and a provider's hint.
func (k *apiKey) recordWaits(breaker, hint wait) {
	k.waits.Lock()
	defer k.waits.Unlock()
	if breaker.reason == provider.ReasonLockout {
		k.lockout = longer(k.lockout, breaker)
	}
	k.hint = longer(k.hint, hint)
}

// recordHint records the wait that the provider asked for, if only for one source.
func (k *apiKey) recordHint(source string, hint wait) {
	k.waits.Lock()
	defer k.waits.Unlock()
	if k.hints == nil {
		k.hints = make(map[string]wait)
	}
	k.hints[source] = longer(k.hints[source], hint)
}

// hintAt returns the wait at now of one source alone.
func (k *apiKey) hintAt(source string, now time.Time) wait {
	k.waits.Lock()
	defer k.waits.Unlock()
	return k.hints[source].inForce(now)
}

// asksOneAt reports whether a source waits alone at now.
func (k *apiKey) asksOneAt(now time.Time) bool {
	k.waits.Lock()
	defer k.waits.Unlock()
	for _, each := range k.hints {
		if each.inForce(now).active() {
			return true
		}
	}
	return false
}

// unlock forgets a lockout that has ended.
func (k *apiKey) unlock(now time.Time) {
	k.waits.Lock()
	defer k.waits.Unlock()
	if !k.lockout.inForce(now).active() {
		k.lockout = wait{}
	}
}

// refuse records that the provider refused the key to an account, and returns
// the account's wait. last is the wait after the refusal before, and since is when
// the refusals began, zero before the first. All accounts wait, unless the key has
// worked since then: then something else in the account is wrong. The account waits
// longer than the others, so that they find out first whether the key works.
func (k *Key) refuse(account string, last wait, since time.Time, reason provider.Reason, now time.Time) wait {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !since.IsZero() && k.accepted.After(since) {
		return last.next(reason, now)
	}
	if k.refused.reason == reason && k.refused.failures > last.failures {
		last = k.refused
	}
	next := last.next(reason, now)
	k.refused, k.proven = next, false
	k.refused.failure = &provider.Error{Reason: reason, Detail: "paused, after the key was refused to account " + account}
	if k.accounts.Load() > 1 {
		next.until = next.until.Add(othersFirst)
	}
	return next
}

// accept records that a refresh that began at began has succeeded at now. It
// forgets waits that have ended.
func (k *Key) accept(began, now time.Time) {
	k.unlock(now)
	k.mu.Lock()
	defer k.mu.Unlock()
	if began.After(k.accepted) {
		k.accepted = began
	}
	if !k.refused.inForce(now).active() {
		k.refused = wait{}
	}
	k.proven = !k.refused.active()
}

// reset ends the wait that a person can end, and reports whether there was one.
func (k *Key) reset() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	ended := k.refused.active()
	k.refused, k.proven = wait{}, false
	return ended
}

// isProven reports whether a request has succeeded since the last refusal, lockout
// or reset.
func (k *Key) isProven() bool {
	locked := k.locked().active()
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.proven && !locked
}
