package account_test

import (
	"testing"
	"testing/synctest"
	"time"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// TestResetWaits: a reload allows one more request after a refusal that a
// person may have fixed, and none after a wait that must run out.
func TestResetWaits(t *testing.T) {
	for _, c := range []struct {
		name   string
		answer answer
		// more is the number of requests after a reload one minute later.
		more int
	}{
		{"auth", fails(provider.ReasonAuth), 1},
		{"payment required", fails(provider.ReasonPaymentRequired), 1},
		{"permission", fails(provider.ReasonPermission), 2}, // each source has its own
		{"lockout", fails(provider.ReasonLockout), 0},
		{"nonce", fails(provider.ReasonNonce), 0},
		{"rate limited until a moment", hints(provider.ReasonRateLimited, time.Hour), 0},
		{"unavailable until a moment", hints(provider.ReasonUnavailable, 2*time.Minute), 0},
		{"auth until a moment", hints(provider.ReasonAuth, 2*time.Minute), 0},
		{"auth until a moment after the breaker's", hints(provider.ReasonAuth, time.Hour), 0},
		{"permission until a moment", hints(provider.ReasonPermission, 2*time.Minute), 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sources := []*source{newSource("trades", c.answer), newSource("ledgers", c.answer)}
				r := newRig(t, nil, sources...)
				r.scrape()
				wait(t, time.Minute)
				before := sources[0].calls() + sources[1].calls()
				r.ResetWaits()
				for range 5 {
					r.scrape()
				}
				wants(t, "after the reload", before+c.more, sources...)
			})
		})
	}
}

// TestResetWaitsStartsTheWaitsAnew: a reload resets the doubling of the wait.
func TestResetWaitsStartsTheWaitsAnew(t *testing.T) {
	for _, reason := range []provider.Reason{provider.ReasonAuth, provider.ReasonPermission} {
		t.Run(string(reason), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, nil, newSource("trades", fails(reason)))
				r.scrape()
				wait(t, 15*time.Minute)
				if got := time.Until(r.scrape().Sources[0].BackoffUntil); got != 30*time.Minute {
					t.Errorf("second wait %s, want 30m", got)
				}
				r.ResetWaits()
				if got := time.Until(r.scrape().Sources[0].BackoffUntil); got != 15*time.Minute {
					t.Errorf("wait after the reload %s, want 15m", got)
				}
			})
		})
	}
}

// TestResetWaitsLeavesTheRestAlone: a reload starts no refresh of a working
// account and ends no backoff.
func TestResetWaitsLeavesTheRestAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		good, bad := newSource("trades", gives(provider.Report{ID: "a"})), newSource("ledgers", fails(provider.ReasonTimeout))
		patient := func(o *account.Options) {
			o.Policy.RefreshInterval = 5 * time.Minute
			o.Rand = func() float64 { return 0.99 }
		}
		r := newRig(t, patient, good, bad)
		r.scrape()
		before := r.View(time.Now())
		wait(t, time.Minute)
		r.ResetWaits()
		after := r.scrape()
		wants(t, "after the reload", 2, good, bad)
		if after.Sources[0].Snapshot != before.Sources[0].Snapshot {
			t.Error("the reload lost the snapshot")
		}
		if !after.Sources[1].BackoffUntil.Equal(before.Sources[1].BackoffUntil) {
			t.Error("the reload ended a backoff")
		}
	})
}

// TestResetSourcesWaitForTheirTurn: after a reload one request finds out
// for all whether the key works now; then all are refreshed.
func TestResetSourcesWaitForTheirTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var sources []*source
		for _, name := range []string{"a", "b", "c"} {
			sources = append(sources, newSource(name, fails(provider.ReasonAuth)))
		}
		r := newRig(t, nil, sources...)
		r.scrape()
		wants(t, "a wrong key", 1, sources...)
		for _, s := range sources {
			s.answers(after(time.Second, gives()))
		}
		r.ResetWaits()
		begin := time.Now()
		view := r.scrape()
		if took := time.Since(begin); took != 2*time.Second {
			t.Errorf("took %s, want one after another and then the rest at once: 2s", took)
		}
		for _, got := range view.Sources {
			if !got.Up || !got.BackoffUntil.IsZero() {
				t.Errorf("%s: %+v", got.Name, got)
			}
		}
	})
}

// TestWaitsOfTheKey: an account recreated with the same key keeps a lockout and
// a provider's hint, but no wait that a person may just have fixed.
func TestWaitsOfTheKey(t *testing.T) {
	for _, c := range []struct {
		name   string
		answer answer
		held   time.Duration
	}{
		{"auth", fails(provider.ReasonAuth), 0},
		{"payment required", fails(provider.ReasonPaymentRequired), 0},
		{"permission", fails(provider.ReasonPermission), 0},
		{"nonce", fails(provider.ReasonNonce), 0},
		{"timeout", fails(provider.ReasonTimeout), 0},
		{"success", gives(), 0},
		{"lockout", fails(provider.ReasonLockout), 15 * time.Minute},
		{"lockout until a moment", hints(provider.ReasonLockout, time.Hour), time.Hour},
		{"rate limited until a moment", hints(provider.ReasonRateLimited, 100*time.Second), 100 * time.Second},
		{"auth until a moment", hints(provider.ReasonAuth, 100*time.Second), 100 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				old := newRig(t, nil, newSource("trades", c.answer))
				old.scrape()
				s := newSource("trades", gives())
				r := newRig(t, func(o *account.Options) { o.Key = old.Key }, s)
				r.ResetWaits() // as a reload does
				if c.held > 0 {
					if got := time.Until(r.View(time.Now()).Sources[0].BackoffUntil); got != c.held {
						t.Errorf("held back for %s, want %s", got, c.held)
					}
					wait(t, c.held-1)
					r.scrape()
					wants(t, "before the end of the wait", 0, s)
					wait(t, 1)
				}
				if got := r.scrape().Sources[0]; !got.Up {
					t.Errorf("after the wait: %+v", got)
				}
				wants(t, "after the wait", 1, s)
			})
		})
	}
}

// TestTheKeysLockoutGoesOnDoubling: it is the same key, after all.
func TestTheKeysLockoutGoesOnDoubling(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		locked := fails(provider.ReasonLockout)
		old := newRig(t, nil, newSource("trades", locked))
		old.scrape()
		r := newRig(t, func(o *account.Options) { o.Key = old.Key }, newSource("trades", locked))
		wait(t, 15*time.Minute)
		if got := time.Until(r.scrape().Sources[0].BackoffUntil); got != 30*time.Minute {
			t.Errorf("held back for %s, want 30m", got)
		}
	})
}

// TestLockoutIsNotHidden: a refusal that arrives while the account is locked
// out does not turn the lockout into something that a reload ends.
func TestLockoutIsNotHidden(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		locked := newSource("a", gives(), after(time.Second, fails(provider.ReasonLockout)))
		refused := newSource("b", gives(), after(2*time.Second, fails(provider.ReasonAuth)))
		r := newRig(t, nil, locked, refused)
		r.scrape()
		wait(t, time.Minute)
		r.scrape()
		wants(t, "both at once", 4, locked, refused)
		r.ResetWaits()
		for _, got := range r.scrape().Sources {
			if left := time.Until(got.BackoffUntil); left != 15*time.Minute-time.Second {
				t.Errorf("%s: held back for %s", got.Name, left)
			}
		}
		wants(t, "after the reload", 4, locked, refused)
	})
}
