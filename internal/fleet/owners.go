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
	known *config.Owners
}

// watch notes who has which key, and refuses changes that take another's.
func watch(members []*Member) {
	o := &owners{known: config.NewOwners()}
	for _, m := range members {
		_ = o.claim(m.config, m.config.Secrets.Values())
	}
	for _, m := range members {
		m.config.Secrets.Guard(func(values secret.Values) error { return o.claim(m.config, values) })
	}
}

func (o *owners) claim(account *config.Account, values secret.Values) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if owner := o.known.Claim(account, values); owner != nil {
		return fmt.Errorf("%s: the file holds the same key as account %s has", account.Provider.KeySecret(), owner.Name)
	}
	return nil
}
