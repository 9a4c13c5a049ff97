package account_test

import (
	"testing"
	"testing/synctest"
	"time"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// TestAHintForASourceRunsOut: what a provider asks of a single source belongs to the key,
// too. Neither a reload ends it, nor a new secret, nor an account that replaces this one.
func TestAHintForASourceRunsOut(t *testing.T) {
	for _, reason := range []provider.Reason{provider.ReasonRateLimited, provider.ReasonPermission, provider.ReasonAuth} {
		t.Run(string(reason), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				failure := &provider.Error{Reason: reason, Detail: "no", SourceOnly: true, RetryAt: time.Now().Add(2 * time.Hour)}
				keys, version := account.NewKeys(time.Now), uint64(1)
				key := func(o *account.Options) { o.Key = ofSecrets(keys, 1, func() uint64 { return version }) }
				bad := newSource("api_key", failsWith(failure))
				first := newRig(t, key, newSource("account_log", gives()), bad)
				first.scrape()
				wait(t, time.Hour)
				first.ResetWaits()
				first.scrape()
				version++
				first.secrets.set(version, "")
				first.scrape()
				if bad.calls() != 1 {
					t.Errorf("a reload or a new secret asks again, %d times in all", bad.calls())
				}
				first.Retire()
				good, again := newSource("account_log", gives()), newSource("api_key", gives())
				second := newRig(t, key, good, again)
				second.scrape()
				view := second.View(time.Now()).Sources
				if good.calls() != 1 || again.calls() != 0 || view[1].Up || view[1].BackoffUntil != failure.RetryAt || reasonOf(view[1]) != reason {
					t.Errorf("asked %d and %d times, %+v", good.calls(), again.calls(), view[1])
				}
				wait(t, time.Hour)
				if second.scrape(); again.calls() != 1 {
					t.Errorf("asked %d times after the wait", again.calls())
				}
			})
		})
	}
}
