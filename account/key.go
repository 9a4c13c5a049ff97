package account

import (
	"sync"
	"time"

	"export_status_exporter/provider"
)

// Keys stores the state that belongs to an API key rather than to an account,
// by the fingerprint of the key. There is one Keys for the whole process, so a
// wait survives when its account is removed, renamed or replaced. It is safe
// for concurrent use.
type Keys struct {
	mu   sync.Mutex
	keys map[keyID]*Key
}

type keyID struct {
	api         string
	fingerprint [32]byte
}

// NewKeys returns an empty store.
func NewKeys() *Keys { return &Keys{keys: make(map[keyID]*Key)} }

// Of returns the key with a fingerprint at an API, and creates it if needed.
// The api string identifies the API. Without a key, the fingerprint is all
// zeros.
func (k *Keys) Of(api string, fingerprint [32]byte) *Key {
	k.mu.Lock()
	defer k.mu.Unlock()
	id := keyID{api, fingerprint}
	key, ok := k.keys[id]
	if !ok {
		key = &Key{turn: make(chan struct{}, 1)}
		k.keys[id] = key
	}
	return key
}

// Key is the state of one API key, shared by all accounts that use it.
type Key struct {
	// turn is held by a refresh that must be alone; see Account.acquireTurn.
	turn chan struct{}

	mu sync.Mutex
	// lockout is the wait after a lockout, and hint the wait that the provider
	// asked for.
	lockout, hint wait
}

// waitAt returns the wait of the key at now.
func (k *Key) waitAt(now time.Time) wait {
	k.mu.Lock()
	defer k.mu.Unlock()
	return longer(k.lockout.inForce(now), k.hint.inForce(now))
}

// locked returns the last lockout, even if it has ended.
func (k *Key) locked() wait {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.lockout
}

// recordWaits records the waits that must run out no matter what happens to the
// account: a lockout and a provider's hint.
func (k *Key) recordWaits(breaker, hint wait) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if breaker.reason == provider.ReasonLockout {
		k.lockout = longer(k.lockout, breaker)
	}
	k.hint = longer(k.hint, hint)
}

// clearLockout forgets a lockout that has ended, after a successful request.
func (k *Key) clearLockout(now time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.lockout.inForce(now).active() {
		k.lockout = wait{}
	}
}
