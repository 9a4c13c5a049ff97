package account

import (
	"sync"
	"time"

	"export_status_exporter/provider"
)

// Keys hold what belongs to an API key and not to the account that uses it, by
// the key's fingerprint. One value serves the whole process: a wait outlives
// the account, whether that is removed, renamed or made anew. It is safe for
// concurrent use.
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

// Of returns the key of an API with a fingerprint. The text names the API, by
// whatever makes it another one; without a key the fingerprint is all zeros.
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

// Key is what is known of one API key, whoever uses it.
type Key struct {
	// turn is held by a refresh that must be alone; see Account.acquireTurn.
	turn chan struct{}

	mu sync.Mutex
	// lockout is the wait after a lockout, hint the one that the provider
	// dictated.
	lockout, hint wait
}

// at returns what holds the key back at now.
func (k *Key) at(now time.Time) wait {
	k.mu.Lock()
	defer k.mu.Unlock()
	return longer(k.lockout.inForce(now), k.hint.inForce(now))
}

// locked returns the last lockout, over or not.
func (k *Key) locked() wait {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.lockout
}

// note keeps of two waits those that must pass, whatever becomes of the
// account.
func (k *Key) note(breaker, hint wait) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if breaker.reason == provider.ReasonLockout {
		k.lockout = longer(k.lockout, breaker)
	}
	k.hint = longer(k.hint, hint)
}

// works forgets a lockout that is over.
func (k *Key) works(now time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.lockout.inForce(now).active() {
		k.lockout = wait{}
	}
}
