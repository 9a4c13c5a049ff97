package account_test

import (
	"context"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// TestWrongKeyIsTriedOnce: with a wrong key, exactly one request is sent in the
// first 15 minutes, whatever the number of sources and scrapes. The next ones
// follow after 30 minutes, and then every hour.
func TestWrongKeyIsTriedOnce(t *testing.T) {
	for _, serial := range []bool{true, false} {
		t.Run("serial "+strconv.FormatBool(serial), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				wrong := after(200*time.Millisecond, fails(provider.ReasonAuth))
				sources := []*source{newSource("trades", wrong), newSource("ledgers", wrong), newSource("orders", wrong)}
				r := newRig(t, func(o *account.Options) { o.Serial = serial }, sources...)
				scrapeAtOnce := func() {
					var scrapers sync.WaitGroup
					for range 4 {
						scrapers.Go(func() { r.scrape() })
					}
					scrapers.Wait()
				}
				calls := 0
				for _, minutes := range []int{15, 30, 60, 60, 60} {
					scrapeAtOnce()
					calls++
					wants(t, "after the wait", calls, sources...)
					until := time.Now().Add(time.Duration(minutes) * time.Minute)
					for time.Now().Before(until.Add(-20 * time.Second)) {
						scrapeAtOnce()
						for _, got := range r.View(time.Now()).Sources {
							if got.Up || reasonOf(got) != provider.ReasonAuth || !got.BackoffUntil.Equal(until) {
								t.Fatalf("%s: %+v, want held back until %s", got.Name, got, until)
							}
						}
						wait(t, 15*time.Second)
					}
					wants(t, "during "+strconv.Itoa(minutes)+" minutes", calls, sources...)
					wait(t, time.Until(until))
				}
			})
		})
	}
}

// TestScopes: a refused key pauses the whole account, a missing permission
// pauses only its source, and a provider's hint pauses all sources.
func TestScopes(t *testing.T) {
	ofAccount := map[provider.Reason]time.Duration{
		provider.ReasonAuth:            15 * time.Minute,
		provider.ReasonLockout:         15 * time.Minute,
		provider.ReasonPaymentRequired: 15 * time.Minute,
		provider.ReasonNonce:           15 * time.Minute,
	}
	for _, reason := range provider.Reasons() {
		for _, hint := range []time.Duration{0, 7 * time.Minute, 40*time.Minute + time.Second} {
			t.Run(string(reason)+" "+hint.String(), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					failing := fails(reason)
					if hint > 0 {
						failing = hints(reason, hint)
					}
					good, bad := newSource("trades", gives()), newSource("ledgers", failing)
					r := newRig(t, func(o *account.Options) { o.Rand = func() float64 { return 0.5 } }, good, bad)
					r.scrape()
					failed := bad.asked[len(bad.asked)-1]

					account, whole := ofAccount[reason]
					source := account
					switch {
					case reason == provider.ReasonPermission:
						source = 15 * time.Minute
					case !whole && hint == 0:
						source = 30 * time.Second // half of refresh_interval
					}
					account, source = max(account, hint), max(source, hint)
					view := r.View(time.Now())
					if got := view.Sources[1]; !got.BackoffUntil.Equal(failed.Add(source)) || reasonOf(got) != reason || got.Up {
						t.Errorf("the failed source: %+v, want held back for %s", got, source)
					}
					got := view.Sources[0]
					if account == 0 {
						if !got.BackoffUntil.IsZero() || got.Failure != nil || !got.Up {
							t.Errorf("the other source: %+v, want up", got)
						}
						return
					}
					if !got.BackoffUntil.Equal(failed.Add(account)) || reasonOf(got) != reason || got.Up {
						t.Errorf("the other source: %+v, want held back for %s", got, account)
					}
				})
			})
		}
	}
}

// TestHeldBackInTheQueue: refreshes that already wait for their turn are not
// sent either.
func TestHeldBackInTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		locked := after(time.Second, fails(provider.ReasonLockout))
		sources := []*source{newSource("a", locked), newSource("b", locked), newSource("c", locked)}
		r := newRig(t, func(o *account.Options) { o.Serial = true }, sources...)
		begin := time.Now()
		r.scrape()
		if took := time.Since(begin); took != time.Second {
			t.Errorf("took %s, want 1s", took)
		}
		wants(t, "a lockout", 1, sources...)
		refreshed := 0
		for _, got := range r.View(time.Now()).Sources {
			if got.Refreshed {
				refreshed++
			}
		}
		if refreshed != 1 {
			t.Errorf("%d sources say that they were refreshed, want 1", refreshed)
		}
	})
}

// TestFailuresTogetherCountOnce: the same refusal of several concurrent
// refreshes counts once.
func TestFailuresTogetherCountOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var sources []*source
		for i := range 4 {
			sources = append(sources, newSource("stream"+strconv.Itoa(i), gives(), after(time.Second, fails(provider.ReasonAuth))))
		}
		r := newRig(t, nil, sources...)
		r.scrape()
		wait(t, time.Minute)
		r.scrape()
		wants(t, "two refreshes", 8, sources...)
		until := time.Now().Add(15 * time.Minute)
		for _, got := range r.View(time.Now()).Sources {
			if !got.BackoffUntil.Equal(until) {
				t.Errorf("%s: held back until %s, want %s", got.Name, got.BackoffUntil, until)
			}
		}
		// The key is no longer verified, so one request finds out for all.
		wait(t, 15*time.Minute)
		r.scrape()
		wants(t, "after the wait", 9, sources...)
	})
}

// TestWaitsStartAnew: another reason, or a success, resets the doubling.
func TestWaitsStartAnew(t *testing.T) {
	for _, c := range []struct {
		name string
		next answer
		want time.Duration
	}{
		{"same reason", fails(provider.ReasonPermission), 30 * time.Minute},
		{"other reason", fails(provider.ReasonAuth), 15 * time.Minute},
		{"success", gives(), 15 * time.Minute},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newSource("trades", fails(provider.ReasonPermission), c.next, fails(provider.ReasonPermission))
				r := newRig(t, nil, s)
				r.scrape()
				wait(t, 15*time.Minute)
				view := r.scrape()
				if c.name == "success" {
					if !view.Sources[0].Up {
						t.Errorf("after a success: %+v", view.Sources[0])
					}
					wait(t, time.Minute)
					view = r.scrape()
				}
				if got := time.Until(view.Sources[0].BackoffUntil); got != c.want {
					t.Errorf("held back for %s, want %s", got, c.want)
				}
			})
		})
	}
}

// TestSuccessAfterHold: the success of a request that was already in flight
// does not end a pause.
func TestSuccessAfterHold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := newSource("trades", gives(), after(5*time.Second, gives(provider.Report{ID: "a"})))
		locked := newSource("ledgers", gives(), after(time.Second, fails(provider.ReasonLockout)))
		r := newRig(t, nil, slow, locked)
		r.scrape()
		wait(t, time.Minute)
		got := r.scrape().Sources[0]
		if got.Snapshot == nil || len(got.Snapshot.Reports) != 1 || got.Up || reasonOf(got) != provider.ReasonLockout {
			t.Errorf("the source that succeeded: %+v", got)
		}
		if left := time.Until(got.BackoffUntil); left != 15*time.Minute-4*time.Second {
			t.Errorf("held back for %s more", left)
		}
		for range 10 {
			wait(t, time.Minute)
			r.scrape()
		}
		wants(t, "held back", 4, slow, locked)
	})
}

// TestUnexpectedErrors: an error that is not a *provider.Error is a failure
// like any other. Its text is not shown, because it might hold a secret.
func TestUnexpectedErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		canary := canary(t)
		for _, err := range []error{context.DeadlineExceeded, context.Canceled, &textError{canary}} {
			r := newRig(t, nil, newSource("trades", failsWith(err)))
			got := r.scrape().Sources[0]
			if reasonOf(got) != provider.ReasonUnknown || got.Up || !got.Refreshed {
				t.Errorf("%T: %+v", err, got)
			}
			if contains(r.logs.String()+got.Failure.Error(), canary) {
				t.Errorf("the error's text is shown: %s", r.logs)
			}
		}
	})
}

type textError struct{ text string }

func (e *textError) Error() string { return e.text }
