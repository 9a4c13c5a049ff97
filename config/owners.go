package config

import (
	"slices"
	"strings"

	"export_status_exporter/provider/definition"
	"export_status_exporter/secret"
)

// KeyID names a key by the kind of its API, its host, and a fingerprint that is
// all zeros where there is no key.
type KeyID struct {
	Kind, Host  string
	Fingerprint [32]byte
}

// Key identifies the account's key, without revealing it.
func (a *Account) Key() KeyID { return a.KeyIn(a.Secrets.Values()) }

// KeyIn is Key for secrets that are not in force yet.
func (a *Account) KeyIn(values secret.Values) KeyID {
	id := KeyID{Kind: a.Provider.Kind(), Host: strings.ToLower(a.Connection.BaseURL.Host)}
	if name := a.Provider.KeySecret(); name != "" {
		id.Fingerprint = values[name].Fingerprint()
	}
	return id
}

// sharesWith reports whether two accounts may have one key: those of a
// definition may, if they ask for different things.
func (a *Account) sharesWith(b *Account) bool {
	mine, ok := a.Provider.(*definition.Config)
	others, alike := b.Provider.(*definition.Config)
	return ok && alike && !mine.Overlaps(others)
}

// whyAlone says why no other account may have the account's key.
func (a *Account) whyAlone() string {
	if _, ok := a.Provider.(*definition.Config); ok {
		return "they would ask for the same twice, and spend one budget; give them other params or sources, or leave one out"
	}
	return "a key has one nonce, one budget and one owner"
}

// Owners tells which accounts have which key. It is not safe for concurrent use.
type Owners struct {
	accounts map[KeyID][]*Account
	keys     map[string]KeyID // by the name of the account
}

// NewOwners returns owners of nothing.
func NewOwners() *Owners {
	return &Owners{accounts: make(map[KeyID][]*Account), keys: make(map[string]KeyID)}
}

// Claim gives the key among some secrets to an account, in place of the one that
// it had. If another account has that key and does not share it, nothing
// changes, and that account is returned. Without a key there is nothing to own.
func (o *Owners) Claim(account *Account, values secret.Values) (owner *Account) {
	if account.Provider.KeySecret() == "" {
		return nil
	}
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
