package config

import (
	"slices"
	"strings"
	"sync"

	"export_status_exporter/provider/definition"
	"export_status_exporter/secret"
)

// KeyID identifies a key by the kind of its API, its host, and its fingerprint,
// which is all zeros without a key.
type KeyID struct {
	Kind, Host  string
	Fingerprint [32]byte
}

// Key returns the id of the account's key, which does not reveal it.
func (a *Account) Key() KeyID { return a.KeyIn(a.Secrets.Values()) }

// KeyIn is like Key for secrets that are not in use yet.
func (a *Account) KeyIn(values secret.Values) KeyID {
	id := KeyID{Kind: a.Provider.Kind(), Host: strings.ToLower(a.Connection.BaseURL.Host)}
	if name := a.Provider.KeySecret(); name != "" {
		id.Fingerprint = values[name].Fingerprint()
	}
	return id
}

// sharesWith reports whether two accounts may use the same key. They may if
// both use API definitions and ask for different things.
func (a *Account) sharesWith(b *Account) bool {
	mine, ok := a.Provider.(*definition.Config)
	others, alike := b.Provider.(*definition.Config)
	return ok && alike && !mine.Overlaps(others)
}

// whyAlone returns the reason why no other account may use the account's key.
func (a *Account) whyAlone() string {
	if _, ok := a.Provider.(*definition.Config); ok {
		return "both would make the same calls and spend one budget; give them different params or sources, or remove one"
	}
	return "a key has one nonce and one budget, so give each account a key of its own"
}

// Owners records which accounts use which key. It is safe for concurrent use.
type Owners struct {
	mu       sync.Mutex
	accounts map[KeyID][]*Account
	keys     map[string]KeyID // by the name of the account
}

// NewOwners returns an empty Owners.
func NewOwners() *Owners {
	return &Owners{accounts: make(map[KeyID][]*Account), keys: make(map[string]KeyID)}
}

// Claim records that account uses the key in values, instead of its previous
// key. If another account uses that key and cannot share it, Claim changes
// nothing and returns that account. It does nothing for a provider without
// keys.
func (o *Owners) Claim(account *Account, values secret.Values) (owner *Account) {
	if account.Provider.KeySecret() == "" {
		return nil
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	key := account.KeyIn(values)
	for _, other := range o.accounts[key] {
		if other.Name != account.Name && !account.sharesWith(other) {
			return other
		}
	}
	if old, ok := o.keys[account.Name]; ok {
		o.accounts[old] = slices.DeleteFunc(o.accounts[old], func(other *Account) bool { return other.Name == account.Name })
		if len(o.accounts[old]) == 0 {
			delete(o.accounts, old)
		}
	}
	o.keys[account.Name] = key
	o.accounts[key] = append(o.accounts[key], account)
	return nil
}
