package account

import (
	"context"
	"time"

	"github.com/go-kit/log/level"
)

// secretsPatience bounds the time spent on re-reading the secrets. If their
// storage does not respond, the last good values stay in use.
const secretsPatience = time.Second

// checkSecrets re-reads the secrets before a refresh. If they changed, it ends
// the waits that a new key can end.
func (a *Account) checkSecrets(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, secretsPatience)
	defer cancel()
	version, err := a.Secrets.Reload(ctx)
	problem := ""
	if err != nil {
		problem = err.Error()
	}
	_, unused := a.Key(ctx)
	a.mu.Lock()
	// The versions are compared by size: a slow scrape may return with older
	// values.
	changed := version > a.secretsVersion && !a.released
	if changed {
		a.key, unused = unused, a.key
		if !a.stopped {
			unused.accounts.Add(-1)
			a.key.accounts.Add(1)
		}
	}
	newProblem := problem != a.secretsProblem
	a.secretsVersion, a.secretsProblem = max(version, a.secretsVersion), problem
	a.mu.Unlock()
	unused.release()
	switch {
	case newProblem && problem != "":
		_ = level.Warn(a.logger).Log("msg", "secret cannot be used, keeping the last good one", "err", problem)
	case newProblem:
		_ = level.Info(a.logger).Log("msg", "secrets can be used again")
	}
	if changed {
		_ = level.Info(a.logger).Log("msg", "secrets changed")
		a.endWaits(false)
	}
}
