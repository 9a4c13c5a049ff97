package account_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// TestChangedSecrets: new secrets end the waits that a person can end, without
// a reload, and nothing else.
func TestChangedSecrets(t *testing.T) {
	for _, c := range []struct {
		reason provider.Reason
		more   int
	}{
		{provider.ReasonAuth, 1},
		{provider.ReasonPermission, 1},
		{provider.ReasonPaymentRequired, 1},
		{provider.ReasonLockout, 0},
		{provider.ReasonClockSkew, 0},
	} {
		t.Run(string(c.reason), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newSource("trades", fails(c.reason), gives())
				r := newRig(t, nil, s)
				r.scrape()
				wait(t, 30*time.Second)
				r.scrape()
				wants(t, "with the old secrets", 1, s)
				r.secrets.set(2, "")
				r.scrape()
				wants(t, "with new secrets", 1+c.more, s)
				if r.logs.count("level=info", `msg="secrets changed"`) != c.more {
					t.Errorf("log:\n%s", r.logs)
				}
			})
		})
	}
}

// TestRotationInTwoSteps: key and secret change one after the other; the failed
// pair in between costs one request, and the second change heals it.
func TestRotationInTwoSteps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSource("trades", gives(), fails(provider.ReasonAuth), gives())
		r := newRig(t, nil, s)
		r.scrape()
		wait(t, time.Minute)
		r.secrets.set(2, "") // the key alone
		if got := r.scrape().Sources[0]; got.Up || reasonOf(got) != provider.ReasonAuth {
			t.Errorf("with half a pair: %+v", got)
		}
		wait(t, 15*time.Second)
		r.scrape()
		wants(t, "with half a pair", 2, s)
		r.secrets.set(3, "") // its secret
		if got := r.scrape().Sources[0]; !got.Up || !got.BackoffUntil.IsZero() {
			t.Errorf("with the whole pair: %+v", got)
		}
		wants(t, "with the whole pair", 3, s)
		if r.logs.count("source recovered") != 1 {
			t.Errorf("log:\n%s", r.logs)
		}
	})
}

// TestNewSecretsAreProvenByOne: new secrets of a working account may be wrong;
// one request finds out, not one for each source.
func TestNewSecretsAreProvenByOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wrong := after(time.Second, fails(provider.ReasonAuth))
		sources := []*source{newSource("a", gives(), wrong), newSource("b", gives(), wrong), newSource("c", gives(), wrong)}
		r := newRig(t, nil, sources...)
		r.scrape()
		wait(t, time.Minute)
		r.secrets.set(2, "")
		r.scrape()
		wants(t, "with new secrets", 3+1, sources...)
	})
}

// TestUnusableSecrets: an unusable secret is logged once, and once more when it
// can be used again.
func TestUnusableSecrets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil, newSource("trades", gives()))
		scrapes := func() {
			for range 3 {
				wait(t, time.Minute)
				if !r.scrape().Sources[0].Up {
					t.Error("not refreshed with the last good secrets")
				}
			}
		}
		r.secrets.set(1, "api_key: file is empty")
		scrapes()
		r.secrets.set(1, "api_key: file is gone")
		scrapes()
		r.secrets.set(1, "")
		scrapes()
		for text, want := range map[string]int{
			"file is empty": 1, "file is gone": 1, "secrets can be used again": 1, "keeping the last good one": 2, "secrets changed": 0,
		} {
			if got := r.logs.count(text); got != want {
				t.Errorf("%q is logged %d times, want %d:\n%s", text, got, want, r.logs)
			}
		}
	})
}

// TestSecretsAreReadWhenTheyMatter: not on every scrape, only if a refresh
// could use them.
func TestSecretsAreReadWhenTheyMatter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil, newSource("trades", gives(), fails(provider.ReasonLockout)))
		r.scrape()
		reads := r.secrets.reads
		for range 5 {
			wait(t, time.Second)
			r.scrape()
		}
		wait(t, time.Minute)
		r.scrape()
		for range 5 {
			wait(t, time.Minute)
			r.scrape()
		}
		if got := r.secrets.reads - reads; got != 1 {
			t.Errorf("read %d times, want once, for the one refresh", got)
		}
	})
}

// outrun is a secrets file that is read before a change but reported after it.
type outrun struct {
	secrets
	slow sync.Once
}

func (o *outrun) Reload(ctx context.Context) (uint64, error) {
	version, err := o.secrets.Reload(ctx)
	if version == 2 {
		return version, err
	}
	o.slow.Do(func() { <-time.After(time.Second) })
	return version, err
}

// TestSlowReadIsNoChange: of two concurrent scrapes, the one that read older
// secrets may finish last. That does not change the secrets back.
func TestSlowReadIsNoChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSource("trades", fails(provider.ReasonAuth))
		files := &outrun{secrets: secrets{version: 1}}
		files.slow.Do(func() {})
		r := newRig(t, func(o *account.Options) {
			o.Secrets, o.Key = files, ofSecrets(account.NewKeys(time.Now), 1, files.Version)
		}, s)
		r.scrape()
		files.slow = sync.Once{}
		var scrapers sync.WaitGroup
		scrapers.Go(func() { r.scrape() }) // reads version 1, slowly
		synctest.Wait()
		files.set(2, "")
		r.scrape()
		wants(t, "after the change", 2, s)
		scrapers.Wait()
		r.scrape()
		r.scrape()
		wants(t, "after the slow read", 2, s)
		if r.logs.count("secrets changed") != 1 {
			t.Errorf("log:\n%s", r.logs)
		}
	})
}

// hung holds secrets whose storage does not respond until it is released.
type hung struct{ back chan struct{} }

func (h *hung) Reload(ctx context.Context) (uint64, error) {
	select {
	case <-h.back:
		return 2, nil
	case <-ctx.Done():
		return 1, errors.New("token: was not read")
	}
}

func (h *hung) Version() uint64 { return 1 }

// TestNewReadsNothing: a new account takes the secrets that its configuration
// has just read. With many accounts, hanging storage would hold up a reload.
func TestNewReadsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		newRig(t, func(o *account.Options) { o.Secrets = &hung{} }, newSource("trades", gives()))
		if took := time.Since(began); took != 0 {
			t.Errorf("took %s", took)
		}
	})
}

// TestHungSecrets: hanging secrets delay a scrape only briefly, and never
// beyond its deadline. The last good ones stay in use until the storage
// responds.
func TestHungSecrets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSource("trades", gives())
		h := &hung{back: make(chan struct{})}
		r := newRig(t, func(o *account.Options) { o.Secrets = h }, s)
		for i := range 3 {
			wait(t, time.Minute)
			began := time.Now()
			if !r.scrape().Sources[0].Up || time.Since(began) != time.Second {
				t.Errorf("scrape %d took %s: %+v", i, time.Since(began), r.View(time.Now()).Sources[0])
			}
		}
		wants(t, "with the last good secrets", 3, s)
		wait(t, time.Minute)
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		began := time.Now()
		r.Refresh(ctx, time.Now())
		if time.Since(began) != 100*time.Millisecond {
			t.Errorf("a scrape with a deadline of 100 ms took %s", time.Since(began))
		}
		if r.logs.count("keeping the last good one") != 1 {
			t.Errorf("log:\n%s", r.logs)
		}
		close(h.back)
		wait(t, time.Minute)
		r.scrape()
		if r.logs.count("secrets changed") != 1 || r.logs.count("secrets can be used again") != 1 {
			t.Errorf("log:\n%s", r.logs)
		}
	})
}
