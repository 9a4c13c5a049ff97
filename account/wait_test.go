package account_test

import (
	"testing"
	"testing/synctest"
	"time"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// nearlyOne is the largest number below 1 that a random source returns.
const nearlyOne = 1 - 1.0/(1<<53)

// TestBackoff: exponential with full jitter, from refresh_interval to 15
// minutes, or to refresh_interval where that is longer.
func TestBackoff(t *testing.T) {
	for _, c := range []struct {
		name     string
		interval time.Duration
		random   float64
		spans    []time.Duration
	}{
		{"the longest", time.Minute, nearlyOne, []time.Duration{
			time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 15 * time.Minute, 15 * time.Minute, 15 * time.Minute,
		}},
		{"the middle", time.Minute, 0.5, []time.Duration{
			30 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute, 450 * time.Second, 450 * time.Second,
		}},
		{"none", time.Minute, 0, []time.Duration{0, 0, 0, 0, 0, 0}},
		{"interval above the limit", time.Hour, nearlyOne, []time.Duration{time.Hour, time.Hour, time.Hour}},
		{"interval of one second", time.Second, nearlyOne, []time.Duration{
			time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second, 32 * time.Second,
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newSource("trades", fails(provider.ReasonMalformed))
				r := newRig(t, func(o *account.Options) {
					o.Policy.RefreshInterval = c.interval
					o.Rand = func() float64 { return c.random }
				}, s)
				for i, span := range c.spans {
					r.scrape()
					wants(t, "so far", i+1, s)
					now := time.Now()
					until := r.View(now).Sources[0].BackoffUntil
					if span == 0 && !until.IsZero() {
						t.Errorf("wait %d: held back until %s, want not at all", i, until)
					}
					// The random number is below 1, so the wait is below its span.
					if span > 0 && (until.Sub(now) > span || until.Sub(now) < span-time.Microsecond) {
						t.Errorf("wait %d: %s, want %s", i, until.Sub(now), span)
					}
					// Neither a short wait nor a scrape asks more often than
					// refresh_interval, less its slack.
					next := max(span, c.interval-c.interval/10)
					wait(t, next-time.Millisecond)
					r.scrape()
					wants(t, "just before the next", i+1, s)
					wait(t, time.Millisecond)
				}
			})
		})
	}
}

// TestBackoffGrowsOverReasons: the backoff keeps growing if the reason changes,
// because one outage causes many kinds of errors.
func TestBackoffGrowsOverReasons(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSource("trades", fails(provider.ReasonTimeout), fails(provider.ReasonMalformed), fails(provider.ReasonTooLarge), gives(), fails(provider.ReasonTimeout))
		r := newRig(t, func(o *account.Options) { o.Rand = func() float64 { return 0.5 } }, s)
		for i, want := range []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, 0, 30 * time.Second} {
			var got time.Duration
			if until := r.scrape().Sources[0].BackoffUntil; !until.IsZero() {
				got = time.Until(until)
			}
			if got != want {
				t.Errorf("wait %d: %s, want %s", i, got, want)
			}
			wait(t, max(got, time.Minute))
		}
	})
}

// TestHints: a provider's hint is obeyed to the second by all sources. It
// replaces the backoff, but not the breaker's wait.
func TestHints(t *testing.T) {
	for _, c := range []struct {
		name   string
		answer answer
		want   time.Duration
	}{
		{"a short one", hints(provider.ReasonRateLimited, time.Second), time.Second},
		{"a long one", hints(provider.ReasonRateLimited, 6*time.Hour), 6 * time.Hour},
		{"an outage", hints(provider.ReasonUnavailable, 1234*time.Second), 1234 * time.Second},
		{"longer than the breaker", hints(provider.ReasonLockout, 901*time.Second), 901 * time.Second},
		{"shorter than the breaker", hints(provider.ReasonLockout, 899*time.Second), 900 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				hinting, other := newSource("trades", c.answer), newSource("ledgers", gives())
				r := newRig(t, func(o *account.Options) {
					o.Policy.RefreshInterval = time.Second
					o.Rand = func() float64 { return nearlyOne }
				}, hinting, other)
				begin := time.Now()
				r.scrape()
				asked := other.calls()
				for _, got := range r.View(begin).Sources {
					if !got.BackoffUntil.Equal(begin.Add(c.want)) || got.Up {
						t.Errorf("%s: %+v, want held back for %s", got.Name, got, c.want)
					}
				}
				wait(t, c.want-1)
				r.scrape()
				wants(t, "before the moment", 1+asked, hinting, other)
				wait(t, 1)
				hinting.answers(gives())
				for _, got := range r.scrape().Sources {
					if !got.Up || !got.BackoffUntil.IsZero() || got.Failure != nil {
						t.Errorf("%s: %+v, want up", got.Name, got)
					}
				}
				wants(t, "at the moment", 1+asked+1, hinting, other)
			})
		})
	}
}

// TestPastHint: a hint in the past is ignored, and the backoff applies.
func TestPastHint(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hinting, other := newSource("trades", hints(provider.ReasonRateLimited, -time.Minute)), newSource("ledgers", gives())
		r := newRig(t, func(o *account.Options) { o.Rand = func() float64 { return 0.5 } }, hinting, other)
		view := r.scrape()
		if got := time.Until(view.Sources[0].BackoffUntil); got != 30*time.Second {
			t.Errorf("held back for %s, want 30s", got)
		}
		if !view.Sources[1].Up {
			t.Errorf("the other source: %+v", view.Sources[1])
		}
	})
}

// TestShorterHintDoesNotShorten: the longer of two waits applies.
func TestShorterHintDoesNotShorten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first := newSource("a", gives(), hints(provider.ReasonRateLimited, time.Hour))
		second := newSource("b", gives(), after(time.Second, hints(provider.ReasonRateLimited, time.Minute)))
		r := newRig(t, nil, first, second)
		r.scrape()
		wait(t, time.Minute)
		begin := time.Now()
		for _, got := range r.scrape().Sources {
			if !got.BackoffUntil.Equal(begin.Add(time.Hour)) {
				t.Errorf("%s: held back for %s", got.Name, got.BackoffUntil.Sub(begin))
			}
		}
	})
}
