package account_test

import (
	"testing"
	"testing/synctest"
	"time"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// TestAHeldRefreshGoesFirst: a source that always fails soon does not hold back another
// for ever that reads many pages, whatever the wait is.
func TestAHeldRefreshGoesFirst(t *testing.T) {
	for name, refusal := range map[string]answer{
		"short hint": hints(provider.ReasonRateLimited, 2*time.Second),
		"hint":       hints(provider.ReasonRateLimited, time.Minute),
		"auth":       fails(provider.ReasonAuth),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sent := 0
				list := newSource("list", gives(), paging(t, &sent, 50, 100*time.Millisecond))
				refused := newSource("refused", gives(), after(time.Second, refusal))
				r := newRig(t, nil, list, refused)
				begun := time.Now()
				for range 4 * 60 {
					r.scrape()
					wait(t, time.Minute)
				}
				if got := r.View(time.Now()).Sources[0].LastSuccess; got.Sub(begun) < 3*time.Hour {
					t.Errorf("%d refreshes, but no success after %s", list.calls(), got.Sub(begun))
				}
				if refused.calls() < 4 {
					t.Errorf("the other source was asked %d times", refused.calls())
				}
			})
		})
	}
}

// TestAHeldRefreshHoldsBackNoOther: if another account with the key holds a source back
// again and again, the account's other source is refreshed nevertheless.
func TestAHeldRefreshHoldsBackNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sent := 0
		key := ofKey(account.NewKeys(time.Now), 1)
		list, other := newSource("list", gives(), paging(t, &sent, 50, 100*time.Millisecond)), newSource("other", gives())
		r := newRig(t, func(o *account.Options) { o.Key = key }, list, other)
		noisy := newRig(t, func(o *account.Options) { o.Key = key },
			newSource("noisy", gives(), after(time.Second, hints(provider.ReasonRateLimited, 30*time.Second))))
		for range 60 {
			done := make(chan struct{})
			go func() {
				defer close(done)
				noisy.scrape()
			}()
			r.scrape()
			<-done
			wait(t, time.Minute)
		}
		if other.calls() < 30 {
			t.Errorf("the other source was asked %d times in 60 minutes", other.calls())
		}
	})
}

// TestAHeldRefreshIsDueAfterTheWait: it does not wait for its interval, as if it had not
// begun.
func TestAHeldRefreshIsDueAfterTheWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sent := 0
		list := newSource("list", gives(), paging(t, &sent, 50, 100*time.Millisecond))
		refused := newSource("refused", gives(), after(time.Second, hints(provider.ReasonRateLimited, 10*time.Second)))
		r := newRig(t, func(o *account.Options) { o.Policy.RefreshInterval = time.Hour }, list, refused)
		r.scrape()
		wait(t, time.Hour)
		r.scrape()
		wait(t, time.Minute)
		r.scrape()
		if took := time.Since(r.View(time.Now()).Sources[0].LastSuccess); took > time.Second {
			t.Errorf("the last success was %s ago, after %d refreshes", took, list.calls())
		}
	})
}
