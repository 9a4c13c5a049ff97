package fleet

import (
	"context"

	"export_status_exporter/config"
	"export_status_exporter/secret"
)

// maxFormer is the number of sets in former from which on it is emptied.
const maxFormer = 1000

// former holds the secrets of accounts that are gone, only to hide them: the latest ones
// of each name, for an account that comes back, and of each provider, for one that was
// renamed.
type former map[string]*secret.Set

func formerKeys(c *config.Account) []string {
	return []string{"account " + c.Name, "provider " + c.Provider.Kind() + " " + c.Connection.Host()}
}

// keep adds the secrets of the members whose accounts a configuration does not have.
func (f former) keep(old *Fleet, next *config.Config) {
	names := make(map[string]struct{}, len(next.Accounts))
	for _, each := range next.Accounts {
		names[each.Name] = struct{}{}
	}
	for _, m := range old.Members {
		if _, ok := names[m.Name()]; ok {
			continue
		}
		for _, key := range formerKeys(m.config) {
			f.add(key, m.config.Secrets)
		}
	}
}

func (f former) add(key string, secrets *secret.Set) {
	if f[key] == nil {
		if len(f) >= maxFormer {
			clear(f)
		}
		f[key], _ = secret.Open(context.Background(), nil, nil) // an empty set reads nothing
	}
	f[key].Inherit(secrets)
}

// inherit makes a new account hide what its predecessors did.
func (f former) inherit(c *config.Account) {
	for _, key := range formerKeys(c) {
		if f[key] != nil {
			c.Secrets.Inherit(f[key])
		}
	}
}
