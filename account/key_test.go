package account_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// TestTheAnswerInFlightCountsForTheKey: if an account is recreated while a
// request of the old one is in flight, a lockout in the answer also pauses the
// new one.
func TestTheAnswerInFlightCountsForTheKey(t *testing.T) {
	for _, serial := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			slow := newSource("trades", after(2*time.Second, fails(provider.ReasonLockout)))
			old := newRig(t, func(o *account.Options) { o.Serial = serial }, slow)
			done := make(chan struct{})
			go func() {
				defer close(done)
				old.scrape()
			}()
			synctest.Wait() // the request is in flight
			retired := make(chan struct{})
			go func() {
				defer close(retired)
				old.Retire()
			}()
			next := newSource("trades", gives())
			r := newRig(t, func(o *account.Options) { o.Key, o.Serial = old.Key, serial }, next)
			for range 3 {
				if got := reasonOf(r.scrape().Sources[0]); got != provider.ReasonLockout {
					t.Errorf("serial %t: reason %q, want lockout", serial, got)
				}
			}
			wants(t, "within the lockout", 0, next)
			<-done
			<-retired
			wait(t, 15*time.Minute)
			r.scrape()
			wants(t, "after the lockout", 1, next)
		})
	}
}

// TestWaitsAreOfTheKeyThatWasUsed: a lockout that arrives after the key was
// replaced pauses the old key, whichever account uses it then.
func TestWaitsAreOfTheKeyThatWasUsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		keys := account.NewKeys(time.Now)
		current := ofKey(keys, 1)
		change := func(o *account.Options) {
			o.Policy.RefreshInterval = time.Second
			o.Key = func(ctx context.Context) (context.Context, *account.Key) { return current(ctx) }
		}
		r := newRig(t, change, newSource("trades", after(5*time.Second, hints(provider.ReasonRateLimited, time.Hour))))
		done := make(chan struct{})
		go func() {
			defer close(done)
			r.scrape()
		}()
		synctest.Wait()
		current = ofKey(keys, 2)
		r.secrets.set(2, "")
		wait(t, 2*time.Second)
		hurried, cancel := context.WithCancel(t.Context())
		cancel()
		r.Refresh(hurried, time.Now()) // sees the new secrets
		<-done
		for which, held := range map[byte]bool{1: true, 2: false} {
			s := newSource("trades", gives())
			another := newRig(t, func(o *account.Options) { o.Key = ofKey(keys, which) }, s)
			another.scrape()
			if asked := s.calls() > 0; asked == held {
				t.Errorf("key %d: asked is %t", which, asked)
			}
		}
	})
}
