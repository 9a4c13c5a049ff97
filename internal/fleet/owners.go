package fleet

import (
	"fmt"
	"sync"

	"export_status_exporter/config"
	"export_status_exporter/secret"
)

// owners tells which account has which key, while secret files change: two
// accounts with one key would break each other's nonces and spend one budget
// twice. The configuration's own check sees only the moment of its loading.
type owners struct {
	mu    sync.Mutex
	names map[config.KeyID]string
}

// watch notes who has which key, and refuses changes that take another's.
func watch(members []*Member) {
	o := &owners{names: make(map[config.KeyID]string, len(members))}
	for _, m := range members {
		o.names[m.config.Key()] = m.config.Name
	}
	for _, m := range members {
		m.config.Secrets.Guard(func(values secret.Values) error { return o.claim(m.config, values) })
	}
}

func (o *owners) claim(account *config.Account, values secret.Values) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	key := account.KeyIn(values)
	if owner, taken := o.names[key]; taken && owner != account.Name {
		return fmt.Errorf("%s: the file holds the same key as account %s has", account.Provider.KeySecret(), owner)
	}
	for old, owner := range o.names {
		if owner == account.Name {
			delete(o.names, old)
		}
	}
	o.names[key] = account.Name
	return nil
}
