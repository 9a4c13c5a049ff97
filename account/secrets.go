package account

import (
	"context"
	"time"

	"github.com/go-kit/log/level"
)

// secretsPatience is how long secrets that are read again hold anything up. With
// storage that does not answer, the last good ones serve.
const secretsPatience = time.Second

func reloadSecrets(ctx context.Context, secrets Secrets) (version uint64, err error) {
	ctx, cancel := context.WithTimeout(ctx, secretsPatience)
	defer cancel()
	return secrets.Reload(ctx)
}

// checkSecrets reads the secrets again, for a refresh that could use new ones.
func (a *Account) checkSecrets(ctx context.Context) {
	version, err := reloadSecrets(ctx, a.Secrets)
	problem := ""
	if err != nil {
		problem = err.Error()
	}
	key := a.Key()
	a.mu.Lock()
	// Not equal is not enough: a scrape that read older values may be late.
	changed := version > a.secretsVersion
	if changed {
		a.key = key
	}
	newProblem := problem != a.secretsProblem
	a.secretsVersion, a.secretsProblem = max(version, a.secretsVersion), problem
	a.mu.Unlock()
	switch {
	case newProblem && problem != "":
		_ = level.Warn(a.logger).Log("msg", "secret cannot be used, keeping the last good one", "err", problem)
	case newProblem:
		_ = level.Info(a.logger).Log("msg", "secrets can be used again")
	}
	if changed {
		_ = level.Info(a.logger).Log("msg", "secrets changed")
		a.Reopen()
	}
}
