package fleet

import (
	"fmt"

	"export_status_exporter/config"
	"export_status_exporter/secret"
)

// watch records which account uses which key. From then on, it rejects a changed
// secret file that holds the key of another account: two accounts with one key
// would invalidate each other's nonces and spend one budget twice. The check at
// load time cannot see later changes.
func watch(members []*Member) {
	owners := config.NewOwners()
	for _, m := range members {
		owners.Claim(m.config, m.config.Secrets.Values())
	}
	for _, m := range members {
		m.config.Secrets.Guard(func(values secret.Values) error {
			if owner := owners.Claim(m.config, values); owner != nil {
				return fmt.Errorf("%s: the file holds the key of account %s; each account needs a key of its own", m.config.Provider.KeySecret(), owner.Name)
			}
			return nil
		})
	}
}
