package config

import (
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
	id := KeyID{Kind: a.Provider.Kind(), Host: a.Connection.Host()}
	name := a.Provider.KeySecret()
	if name == "" {
		return id
	}
	key := secret.Values{"": values[name]} // whatever the setting is called
	for name, spec := range a.Provider.Secrets() {
		if spec.Public { // two users may have the same password, and two clients the same secret
			key[name] = values[name]
		}
	}
	id.Fingerprint = key.Fingerprint()
	return id
}

// whyAlone returns the reason why no other account may use the account's key.
func (a *Account) whyAlone() string {
	if _, ok := a.Provider.(*definition.Config); ok {
		return "both would make the same calls and spend one budget; give them different params or sources, or remove one"
	}
	return "a key has one nonce and one budget, so give each account a key of its own"
}

// claim is the right to request something with a key. For an API definition, it
// is the data of one source: accounts that request different data may share the
// key. For the other providers, it is everything.
type claim struct {
	key  KeyID
	data string
}

// claims returns what the account needs for its requests with a key.
func (a *Account) claims(key KeyID) []claim {
	block, ok := a.Provider.(*definition.Config)
	if !ok {
		return []claim{{key: key}}
	}
	var all []claim
	for _, data := range block.Requested() {
		all = append(all, claim{key, data})
	}
	return all
}

// Owners records which accounts use which key. It is safe for concurrent use.
type Owners struct {
	mu     sync.Mutex
	owners map[claim]owner
	last   map[string][]claim // by the name of the account
	turns  int
}

// owner is an account that has a claim, and the number of the Claim call.
type owner struct {
	account *Account
	turn    int
}

// NewOwners returns an empty Owners.
func NewOwners() *Owners {
	return &Owners{owners: make(map[claim]owner), last: make(map[string][]claim)}
}

// Claim records that account uses the key in values, instead of its previous
// key. If another account uses that key and cannot share it, Claim changes
// nothing and returns that account, the first one if there are several. It does
// nothing for a provider without keys.
func (o *Owners) Claim(account *Account, values secret.Values) *Account {
	if account.Provider.KeySecret() == "" {
		return nil
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	claims := account.claims(account.KeyIn(values))
	var first owner
	for _, each := range claims {
		other, taken := o.owners[each]
		if taken && other.account.Name != account.Name && (first.account == nil || other.turn < first.turn) {
			first = other
		}
	}
	if first.account != nil {
		return first.account
	}
	for _, each := range o.last[account.Name] {
		delete(o.owners, each)
	}
	o.turns++
	for _, each := range claims {
		o.owners[each] = owner{account, o.turns}
	}
	o.last[account.Name] = claims
	return nil
}
