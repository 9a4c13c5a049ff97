package account_test

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// sharing returns accounts that use the same key.
func sharing(t *testing.T, sources ...*source) []*rig {
	t.Helper()
	key := ofKey(account.NewKeys(time.Now), 1)
	var rigs []*rig
	for _, s := range sources {
		rigs = append(rigs, newRig(t, func(o *account.Options) { o.Key, o.Name = key, s.name }, s))
	}
	return rigs
}

// TestARefusedKeyPausesAllItsAccounts: a wrong key costs one request, however many
// accounts use it, after a start, a reload, a wait or a success.
func TestARefusedKeyPausesAllItsAccounts(t *testing.T) {
	for _, reason := range []provider.Reason{provider.ReasonAuth, provider.ReasonPaymentRequired} {
		synctest.Test(t, func(t *testing.T) {
			sources := []*source{newSource("a", fails(reason)), newSource("b", fails(reason)), newSource("c", fails(reason))}
			rigs := sharing(t, sources...)
			asked := func(when string, want int) {
				t.Helper()
				total := 0
				for _, r := range rigs {
					if got := r.scrape().Sources[0]; got.Up || reasonOf(got) != reason {
						t.Errorf("%s: %s is up: %t, %q", when, got.Name, got.Up, reasonOf(got))
					}
				}
				for _, s := range sources {
					total += s.calls()
				}
				if total != want {
					t.Errorf("%s: %d requests, want %d", when, total, want)
				}
			}
			asked("at the start", 1)
			wait(t, 14*time.Minute)
			asked("in the wait", 1)
			for _, r := range rigs {
				r.ResetWaits()
			}
			asked("after a reload", 2)
			wait(t, 15*time.Minute+time.Second)
			asked("after 15 minutes", 3)
			wait(t, 16*time.Minute)
			asked("in the longer wait", 3)
			wait(t, 15*time.Minute)
			asked("after 30 minutes", 4)
		})
	}
}

// TestAKeyThatWorksForOthersPausesOne: if the key works for another account after a
// refusal, the next refusal concerns only the account that it is about.
func TestAKeyThatWorksForOthersPausesOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wrong, right := newSource("wrong", fails(provider.ReasonAuth)), newSource("right", gives())
		rigs := sharing(t, wrong, right)
		refresh := func(wantsUp bool) {
			t.Helper()
			rigs[0].scrape()
			if got := rigs[1].scrape().Sources[0]; got.Up != wantsUp {
				t.Errorf("the other account is up: %t, %q", got.Up, reasonOf(got))
			}
		}
		refresh(false)
		wait(t, 15*time.Minute)
		rigs[1].scrape() // first the one that is right
		wait(t, time.Minute)
		for range 30 {
			refresh(true)
			wait(t, time.Minute)
		}
		wants(t, "the wrong account", 2, wrong)
		wants(t, "the right account", 31, right)
	})
}

// TestAReloadForgetsNotThatTheKeyWorks: after a reload, the next refusal of an account
// that was wrong before concerns only itself, whichever is asked first.
func TestAReloadForgetsNotThatTheKeyWorks(t *testing.T) {
	for _, wrongFirst := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			wrong, right := newSource("wrong", fails(provider.ReasonAuth)), newSource("right", gives())
			rigs := sharing(t, wrong, right)
			reload := func() {
				for _, r := range rigs {
					r.ResetWaits()
				}
			}
			rigs[0].scrape()
			if got := rigs[1].scrape().Sources[0]; got.Up {
				t.Error("the first refusal does not pause the other account")
			}
			reload()
			wait(t, time.Second)
			rigs[1].scrape() // the key works
			for i := range 5 {
				reload()
				wait(t, time.Second)
				if wrongFirst {
					rigs[0].scrape()
				}
				rigs[1].scrape()
				rigs[0].scrape()
				if got := rigs[1].scrape().Sources[0]; !got.Up {
					t.Errorf("wrong first %t, reload %d: the right account is paused, %q", wrongFirst, i, reasonOf(got))
				}
			}
			wants(t, "one after each reload", 1+5, wrong)
		})
	}
}

// TestTheOthersGoFirst: when the pause of a key ends, an account that was not refused
// is asked before the one that was, however often that one is scraped.
func TestTheOthersGoFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wrong, right := newSource("wrong", fails(provider.ReasonAuth)), newSource("right", gives())
		rigs := sharing(t, wrong, right)
		for range 15 * 60 {
			rigs[0].scrape() // always before the other
			if time.Now().Second() == 30 {
				rigs[1].scrape()
			}
			wait(t, time.Second)
		}
		wants(t, "in the pause", 0, right)
		for range 60 * 60 {
			rigs[0].scrape()
			if time.Now().Second() == 30 {
				if got := rigs[1].scrape().Sources[0]; !got.Up {
					t.Fatalf("the right account is paused, %q", reasonOf(got))
				}
			}
			wait(t, time.Second)
		}
		wants(t, "in 75 minutes", 60, right)
		wants(t, "in 75 minutes", 3, wrong)
	})
}

// TestNewSecretsOfManyCostOneRequest: if the secrets of many accounts change to the same
// wrong ones, one request finds out, whenever each account reads them.
func TestNewSecretsOfManyCostOneRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		keys, version := account.NewKeys(time.Now), uint64(1)
		var sources []*source
		var rigs []*rig
		for range 5 {
			s := newSource("a", gives(), fails(provider.ReasonAuth))
			sources = append(sources, s)
			rigs = append(rigs, newRig(t, func(o *account.Options) {
				o.Key = ofSecrets(keys, 1, func() uint64 { return version })
			}, s))
		}
		for _, r := range rigs {
			r.scrape()
		}
		wait(t, time.Minute)
		version = 2
		for _, r := range rigs {
			r.secrets.set(2, "")
			r.scrape()
			wait(t, time.Second)
		}
		wants(t, "with the new secrets", 5+1, sources...)
	})
}

// TestAnAccountAloneWaitsNoLonger: without others that use the key, nobody goes first.
func TestAnAccountAloneWaitsNoLonger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		refused := newSource("a", fails(provider.ReasonAuth))
		rigs := sharing(t, refused, newSource("gone", gives()))
		rigs[1].Stop()
		if got := time.Until(rigs[0].scrape().Sources[0].BackoffUntil); got != 15*time.Minute {
			t.Errorf("paused for %s, want 15m", got)
		}
	})
}

// TestAKeyThatWorksIsKnown: once a key has worked, the other accounts that use it do not
// wait for each other.
func TestAKeyThatWorksIsKnown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var sources []*source
		for range 10 {
			sources = append(sources, newSource("a", after(time.Second, gives())))
		}
		begin := time.Now()
		var all sync.WaitGroup
		for _, r := range sharing(t, sources...) {
			all.Go(func() { r.scrape() })
		}
		all.Wait()
		if took := time.Since(begin); took != 2*time.Second {
			t.Errorf("took %s, want one alone and then the rest at once: 2s", took)
		}
		wants(t, "at the start", 10, sources...)
	})
}
