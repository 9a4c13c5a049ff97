package fleet

import (
	"fmt"
	"sync"

	"export_status_exporter/config"
	"export_status_exporter/secret"
)

// owners records which account uses which key, while secret files change. Two
// accounts with one key would invalidate each other's nonces and spend one
// budget twice. The check at load time cannot see later changes.
type owners struct {
	mu    sync.Mutex
	known *config.Owners
}

// watch records the members' keys. From then on, it rejects a changed secret
// file that holds the key of another account.
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
		return fmt.Errorf("%s: the file holds the key of account %s; each account needs a key of its own", account.Provider.KeySecret(), owner.Name)
	}
	return nil
}
