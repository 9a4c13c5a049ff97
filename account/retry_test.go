package account_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// TestOneRetry: a network or provider error is retried once, and an overtaken
// nonce is retried once. Nothing else is retried, and nothing is sent three
// times.
func TestOneRetry(t *testing.T) {
	pauses := map[provider.Reason]time.Duration{
		provider.ReasonNetwork:     375 * time.Millisecond,
		provider.ReasonUnavailable: 375 * time.Millisecond,
		provider.ReasonNonce:       0, // a fresh nonce is all it takes
	}
	for _, reason := range provider.Reasons() {
		pause, retried := pauses[reason]
		t.Run(string(reason), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				half := func(o *account.Options) { o.Rand = func() float64 { return 0.5 } }
				heals, stays := newSource("trades", fails(reason), gives()), newSource("trades", fails(reason))

				begin := time.Now()
				got := newRig(t, half, heals).scrape().Sources[0]
				if took := time.Since(begin); took != pause {
					t.Errorf("took %s, want %s", took, pause)
				}
				if got.Up != retried {
					t.Errorf("after a second answer that is good: %+v", got)
				}
				got = newRig(t, half, stays).scrape().Sources[0]
				if got.Up || reasonOf(got) != reason {
					t.Errorf("after a second failure: %+v", got)
				}
				calls := 1
				if retried {
					calls = 2
				}
				if own := heals.retried == 1; own != (pause > 0) {
					t.Errorf("%d calls are marked as retries", heals.retried)
				}
				wants(t, "healing", calls, heals)
				wants(t, "staying", calls, stays)
			})
		})
	}
}

// TestRetryPause lies between a quarter and half a second, so that accounts
// that stumble together do not come back together.
func TestRetryPause(t *testing.T) {
	for random, want := range map[float64]time.Duration{0: 250 * time.Millisecond, nearlyOne: 500 * time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			s := newSource("trades", fails(provider.ReasonNetwork), gives())
			r := newRig(t, func(o *account.Options) { o.Rand = func() float64 { return random } }, s)
			r.scrape()
			if got := s.asked[1].Sub(s.asked[0]); got != want {
				t.Errorf("paused %s, want %s", got, want)
			}
		})
	}
}

// TestNoRetryWithHint: if the provider names a time for the next attempt, there
// is no earlier retry.
func TestNoRetryWithHint(t *testing.T) {
	for _, reason := range []provider.Reason{provider.ReasonNetwork, provider.ReasonUnavailable, provider.ReasonNonce} {
		synctest.Test(t, func(t *testing.T) {
			s := newSource("trades", hints(reason, time.Second))
			r := newRig(t, nil, s)
			r.scrape()
			wants(t, string(reason), 1, s)
		})
	}
}

// TestRetryIsInsideTheTimeout: when there is no time left for a second call,
// the first failure is the answer.
func TestRetryIsInsideTheTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSource("trades", after(9900*time.Millisecond, fails(provider.ReasonNetwork)))
		r := newRig(t, nil, s)
		begin := time.Now()
		got := r.scrape().Sources[0]
		if took := time.Since(begin); took != 10*time.Second {
			t.Errorf("took %s, want 10s", took)
		}
		if reasonOf(got) != provider.ReasonNetwork {
			t.Errorf("%+v, want the first failure", got)
		}
		wants(t, "one call", 1, s)
	})
}

// TestRetryEndsInTimeout: the retry gets the rest of the timeout.
func TestRetryEndsInTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSource("trades", after(6*time.Second, fails(provider.ReasonUnavailable)), after(6*time.Second, gives()))
		r := newRig(t, nil, s)
		begin := time.Now()
		got := r.scrape().Sources[0]
		if took := time.Since(begin); took != 10*time.Second || got.Duration != took {
			t.Errorf("took %s, shown %s, want 10s", took, got.Duration)
		}
		if reasonOf(got) != provider.ReasonTimeout {
			t.Errorf("%+v, want the last failure", got)
		}
		wants(t, "two calls", 2, s)
	})
}

// TestNoRetryWhenHeldBack: a source does not send its retry if another source
// meets a lockout during the pause before it.
func TestNoRetryWhenHeldBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stumbling := newSource("trades", gives(), fails(provider.ReasonUnavailable))
		locked := newSource("ledgers", gives(), after(100*time.Millisecond, fails(provider.ReasonLockout)))
		r := newRig(t, nil, stumbling, locked)
		r.scrape()
		wait(t, time.Minute)
		got := r.scrape().Sources[0]
		wants(t, "a lockout during the pause", 4, stumbling, locked)
		if got.Up || reasonOf(got) != provider.ReasonUnavailable || time.Until(got.BackoffUntil) < 14*time.Minute {
			t.Errorf("%+v", got)
		}
	})
}

// TestStopDuringPause: a stop ends the pause before a retry.
func TestStopDuringPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSource("trades", fails(provider.ReasonNetwork))
		r := newRig(t, nil, s)
		if r.Refresh(deadline(t, 100*time.Millisecond), time.Now()) {
			t.Error("the refresh is over before its retry")
		}
		begin := time.Now()
		r.Stop()
		if took := time.Since(begin); took != 0 {
			t.Errorf("the stop took %s", took)
		}
		if got := r.View(time.Now()).Sources[0]; got.Failure != nil || got.Refreshed {
			t.Errorf("%+v", got)
		}
		wants(t, "no retry", 1, s)
	})
}

func deadline(t *testing.T, after time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), after)
	t.Cleanup(cancel)
	return ctx
}
