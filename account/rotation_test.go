package account_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// rotating is a key that changes when a test says so.
type rotating struct {
	keys *account.Keys

	mu      sync.Mutex
	current byte
}

func (r *rotating) change(options *account.Options) {
	options.Key = func(ctx context.Context) (context.Context, *account.Key) {
		r.mu.Lock()
		defer r.mu.Unlock()
		return ofKey(r.keys, r.current)(ctx)
	}
}

// to replaces the key of an account and its secrets.
func (r *rotating) to(which byte, of *rig) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.current = which
	of.secrets.set(uint64(which), "")
}

// hurried scrapes without waiting for refreshes.
func hurried(r *rig) {
	ctx, cancel := context.WithCancel(r.t.Context())
	cancel()
	r.Refresh(ctx, time.Now())
}

// TestTheKeyIsTheOneThatSigns: if the key changes while a refresh waits for its
// turn or for a slot, the new key signs, and a lockout concerns the new key.
func TestTheKeyIsTheOneThatSigns(t *testing.T) {
	for name, change := range map[string]func(*account.Options){
		"turn": func(o *account.Options) { o.Serial = true },
		"slot": func(o *account.Options) { o.Slots = []account.Slots{make(account.Slots, 1)} },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				key := &rotating{keys: account.NewKeys(time.Now), current: 1}
				var signed []byte // no two refreshes run at once
				locks := func(ctx context.Context) (provider.Snapshot, error) {
					signed = append(signed, ctx.Value(signer{}).(byte)) //nolint:forcetypeassert // ofKey puts it there.
					if len(signed) == 1 {
						return after(2*time.Second, gives())(ctx)
					}
					return fails(provider.ReasonLockout)(ctx)
				}
				r := newRig(t, func(o *account.Options) {
					key.change(o)
					change(o)
					o.Policy.RefreshInterval = time.Second
				}, newSource("a", locks), newSource("b", locks))
				hurried(r)
				synctest.Wait()
				key.to(2, r)
				wait(t, time.Second)
				hurried(r)
				r.Wait(t.Context())
				if !bytes.Equal(signed, []byte{1, 2}) {
					t.Errorf("keys %d signed, want 1 and 2", signed)
				}
				for which, locked := range map[byte]bool{1: false, 2: true} {
					s := newSource("trades", gives())
					newRig(t, func(o *account.Options) { o.Key = ofKey(key.keys, which) }, s).scrape()
					if asked := s.calls() > 0; asked == locked {
						t.Errorf("key %d: asked is %t", which, asked)
					}
				}
			})
		})
	}
}

// TestRefusalOfAReplacedKey: a refusal of the old key does not pause the new one.
func TestRefusalOfAReplacedKey(t *testing.T) {
	for _, reason := range []provider.Reason{provider.ReasonAuth, provider.ReasonPermission} {
		synctest.Test(t, func(t *testing.T) {
			key := &rotating{keys: account.NewKeys(time.Now), current: 1}
			s := newSource("a", after(5*time.Second, fails(reason)), gives())
			r := newRig(t, func(o *account.Options) {
				key.change(o)
				o.Policy.RefreshInterval = time.Second
			}, s)
			hurried(r)
			synctest.Wait()
			key.to(2, r)
			wait(t, 2*time.Second)
			hurried(r)
			r.Wait(t.Context())
			if got := r.scrape().Sources[0]; !got.Up {
				t.Errorf("%s: the new key is not used: %+v", reason, got)
			}
		})
	}
}

// TestVerdictOfOlderSecrets: what a provider answers to a request counts only for the
// secrets that signed it, over a reload and within an account. Hints and lockouts are
// about the key.
func TestVerdictOfOlderSecrets(t *testing.T) {
	for _, c := range []struct {
		reason provider.Reason
		late   answer
		up     bool
	}{
		{provider.ReasonAuth, fails(provider.ReasonAuth), true},
		{provider.ReasonPaymentRequired, fails(provider.ReasonPaymentRequired), true},
		{provider.ReasonPermission, fails(provider.ReasonPermission), true},
		{provider.ReasonLockout, fails(provider.ReasonLockout), false},
		{provider.ReasonRateLimited, hints(provider.ReasonRateLimited, time.Hour), false},
		{provider.ReasonAuth, hints(provider.ReasonAuth, time.Hour), false},
	} {
		t.Run(string(c.reason), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				keys := account.NewKeys(time.Now)
				with := func(version uint64) func(*account.Options) {
					return func(o *account.Options) {
						o.Key = ofSecrets(keys, 1, func() uint64 { return version })
						o.Policy.RefreshInterval = time.Second
					}
				}
				old := newRig(t, with(1), newSource("a", gives(), after(5*time.Second, c.late)))
				old.scrape()
				wait(t, time.Second)
				hurried(old)
				synctest.Wait() // the request with the old secrets is in flight
				s := newSource("a", gives())
				next := newRig(t, with(2), s)
				old.Retire()
				for range 3 {
					if got := next.scrape().Sources[0]; got.Up != c.up {
						t.Errorf("up: %t, %q", got.Up, reasonOf(got))
					}
					wait(t, time.Second)
				}
				if asked := s.calls() > 0; asked != c.up {
					t.Errorf("the new secrets were tried: %t", asked)
				}
			})
		})
	}
}

// TestNewSecretsAreNotTriedAgain: a late refusal of older secrets does not end the pause
// of those that were refused since.
func TestNewSecretsAreNotTriedAgain(t *testing.T) {
	for _, reason := range []provider.Reason{provider.ReasonAuth, provider.ReasonPermission, provider.ReasonTimeout} {
		synctest.Test(t, func(t *testing.T) {
			slow := newSource("slow", gives(), after(5*time.Second, fails(reason)), gives())
			quick := newSource("quick", gives(), fails(provider.ReasonAuth))
			r := newRig(t, func(o *account.Options) { o.Policy.RefreshInterval = time.Second }, slow, quick)
			r.secrets.set(1, "")
			r.scrape()
			wait(t, time.Hour)
			quick.answers(gives(), fails(provider.ReasonAuth))
			hurried(r)
			synctest.Wait()
			wait(t, time.Second)
			r.secrets.set(2, "")
			hurried(r)
			r.Wait(t.Context())
			for range 3 {
				if got := r.scrape().Sources[1]; reasonOf(got) != provider.ReasonAuth || got.BackoffUntil.IsZero() {
					t.Errorf("%s: %+v", reason, got)
				}
				wait(t, time.Second)
			}
			wants(t, string(reason), 2, quick)
		})
	}
}

// TestLateSuccessProvesOnlyItsSecrets: while an older request succeeds, one request finds
// out whether the new secrets work.
func TestLateSuccessProvesOnlyItsSecrets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		keys := account.NewKeys(time.Now)
		with := func(version uint64) func(*account.Options) {
			return func(o *account.Options) { o.Key = ofSecrets(keys, 1, func() uint64 { return version }) }
		}
		old := newRig(t, with(1), newSource("a", after(time.Second, gives())))
		hurried(old)
		synctest.Wait()
		refused := after(time.Second, fails(provider.ReasonAuth))
		sources := []*source{newSource("a", refused), newSource("b", refused)}
		next := newRig(t, with(2), sources...)
		old.Retire()
		next.scrape()
		wants(t, "new secrets that are wrong", 1, sources...)
	})
}

// TestKeysAreForgotten: the store keeps the keys of accounts and refreshes, and
// those that must wait, but not every key that ever was.
func TestKeysAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		keys := account.NewKeys(time.Now)
		rotate := func(from, many uint64) {
			for i := range many {
				change := func(o *account.Options) {
					o.Key = func(ctx context.Context) (context.Context, *account.Key) {
						var fingerprint [32]byte
						binary.BigEndian.PutUint64(fingerprint[8:], from+i)
						return ctx, keys.Of("kraken", fingerprint, fingerprint)
					}
				}
				r := newRig(t, change, newSource("trades", gives()))
				r.scrape()
				if i%2 == 0 {
					r.Retire()
				}
				r.Stop()
			}
		}
		locked := newRig(t, func(o *account.Options) { o.Key = ofKey(keys, 1) }, newSource("trades", fails(provider.ReasonLockout)))
		locked.scrape()
		locked.Stop()
		hinted := newRig(t, func(o *account.Options) { o.Key = ofKey(keys, 2) }, newSource("trades", hints(provider.ReasonRateLimited, time.Hour)))
		hinted.scrape()
		hinted.Stop()
		running := newRig(t, func(o *account.Options) { o.Key = ofKey(keys, 3) }, newSource("trades", gives()))
		before := keyOf(keys, 3)
		rotate(0, 1000)
		if got := keys.Len(); got > 100 {
			t.Errorf("%d keys", got)
		}
		if keyOf(keys, 3) != before {
			t.Error("a key in use was forgotten")
		}
		wait(t, 15*time.Minute-1)
		for which := range byte(3) {
			s := newSource("trades", gives())
			r := newRig(t, func(o *account.Options) { o.Key = ofKey(keys, which) }, s)
			r.scrape()
			r.Stop()
			if held := s.calls() == 0; held != (which > 0) {
				t.Errorf("key %d: held back is %t", which, held)
			}
		}
		wait(t, time.Hour)
		running.Stop()
		rotate(5000, 1000)
		if got := keys.Len(); got > 100 {
			t.Errorf("%d keys", got)
		}
	})
}

// keyOf returns a key without using it for longer.
func keyOf(keys *account.Keys, which byte) *account.Key {
	_, key := ofKey(keys, which)(context.Background())
	return key
}

// TestRotatedKeysAreForgotten: so are the keys that secret files had before.
func TestRotatedKeysAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		keys, current := account.NewKeys(time.Now), uint64(1)
		change := func(o *account.Options) {
			o.Policy.RefreshInterval = time.Second
			o.Key = func(ctx context.Context) (context.Context, *account.Key) {
				var fingerprint [32]byte
				binary.BigEndian.PutUint64(fingerprint[:], current)
				return ctx, keys.Of("kraken", fingerprint, fingerprint)
			}
		}
		r := newRig(t, change, newSource("trades", gives()))
		for range 1000 {
			current++
			r.secrets.set(current, "")
			wait(t, time.Second)
			r.scrape()
		}
		if got := keys.Len(); got > 100 {
			t.Errorf("%d keys", got)
		}
	})
}
