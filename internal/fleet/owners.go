package fleet

import (
	"fmt"

	"export_status_exporter/config"
	"export_status_exporter/secret"
)

// watch records which account uses which key. From then on, it rejects a changed
// secret file that holds the key of another account: two accounts with one key
// would invalidate each other's nonces and spend one budget twice. The check at
// load time cannot see later changes. The keys are those that the load has read:
// accounts that keep running may still have others, and may have exchanged them.
func watch(members []*Member, loaded *config.Config) {
	values := make(map[string]secret.Values)
	for _, each := range loaded.Accounts {
		values[each.Name] = each.Secrets.Values()
	}
	owners := config.NewOwners()
	for _, m := range members {
		owners.Claim(m.config, values[m.Name()])
	}
	for _, m := range members {
		m.config.Secrets.Guard(func(values secret.Values) error {
			if owner := owners.Claim(m.config, values); owner != nil {
				return fmt.Errorf("%s: the file holds the key of account %s; each account needs a key of its own; if the accounts exchange keys, reload", m.config.Provider.KeySecret(), owner.Name)
			}
			return nil
		})
	}
}
