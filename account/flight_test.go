package account_test

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// TestScrapersShareOneRefresh: 16 scrapers at once over a slow source make one
// call, and all end in the time of one.
func TestScrapersShareOneRefresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSource("trades", after(500*time.Millisecond, gives(provider.Report{ID: "a"})))
		r := newRig(t, nil, s)
		begin := time.Now()
		var scrapers sync.WaitGroup
		var seen atomic.Int32
		for i := range 16 {
			scrapers.Go(func() {
				wait(t, time.Duration(i)*30*time.Millisecond)
				if r.scrape().Sources[0].Snapshot != nil {
					seen.Add(1)
				}
			})
		}
		scrapers.Wait()
		if took := time.Since(begin); took != 500*time.Millisecond {
			t.Errorf("took %s, want 500ms", took)
		}
		if seen.Load() != 16 {
			t.Errorf("%d of 16 saw the answer", seen.Load())
		}
		wants(t, "16 scrapers", 1, s)
	})
}

// TestLeavingCancelsNothing: a scraper that leaves does not disturb the others.
func TestLeavingCancelsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSource("trades", after(500*time.Millisecond, gives(provider.Report{ID: "a"})))
		r := newRig(t, nil, s)
		leaving, leave := context.WithCancel(t.Context())
		go func() {
			wait(t, 100*time.Millisecond)
			leave()
		}()
		if r.Refresh(leaving, time.Now()) {
			t.Error("the one who left says that the refresh is over")
		}
		if got := r.scrape().Sources[0]; got.Snapshot == nil || !got.Up {
			t.Errorf("the one who stayed sees %+v", got)
		}
		wants(t, "both", 1, s)
	})
}

// TestDeadline: at its deadline a scrape answers with what it has, and the
// refresh goes on.
func TestDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fast := newSource("trades", gives(provider.Report{ID: "fast"}))
		slow := newSource("ledgers", gives(provider.Report{ID: "old"}), after(5*time.Second, gives(provider.Report{ID: "new"})))
		r := newRig(t, nil, slow, fast)
		r.scrape()
		wait(t, time.Minute)

		begin := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		if r.Refresh(ctx, time.Now()) {
			t.Error("the refresh is not over, but said to be")
		}
		if took := time.Since(begin); took != 2*time.Second {
			t.Errorf("answered after %s, want 2s", took)
		}
		view := r.View(time.Now())
		if got := view.Sources[0]; got.Snapshot.Reports[0].ID != "old" || !got.Up || !got.LastSuccess.Equal(begin.Add(-time.Minute)) {
			t.Errorf("at the deadline: %+v", got)
		}
		if got := view.Sources[1]; !got.LastSuccess.Equal(begin) {
			t.Errorf("the other source: %+v", got)
		}
		wait(t, 4*time.Second)
		if got := r.View(time.Now()).Sources[0]; got.Snapshot.Reports[0].ID != "new" || !got.LastSuccess.Equal(begin.Add(5*time.Second)) {
			t.Errorf("after its own time: %+v", got)
		}
		wants(t, "two refreshes", 2, slow)
	})
}

// TestNothingToWaitFor: a scrape whose deadline has passed is complete if no
// refresh is in flight.
func TestNothingToWaitFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil, newSource("trades", gives()), newSource("ledgers", gives()))
		r.scrape()
		gone, leave := context.WithCancel(t.Context())
		leave()
		for range 100 {
			if !r.Refresh(gone, time.Now()) {
				t.Fatal("cut short, with no refresh in flight")
			}
		}
	})
}

// TestTimeout: it bounds one refresh, with the wait for its turn.
func TestTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// Both take another second to return, so no turn becomes free at the
		// very moment of the timeout.
		slow := func(ctx context.Context) (provider.Snapshot, error) {
			nothing, err := after(time.Hour, gives())(ctx)
			wait(t, time.Second)
			return nothing, err
		}
		first, second := newSource("trades", slow), newSource("ledgers", slow)
		r := newRig(t, func(o *account.Options) { o.Serial = true }, first, second)
		begin := time.Now()
		view := r.scrape()
		if took := time.Since(begin); took != 11*time.Second {
			t.Errorf("took %s, want 11s", took)
		}
		for _, got := range view.Sources {
			if got.Up || !got.Refreshed || reasonOf(got) != provider.ReasonTimeout || got.Duration < 10*time.Second {
				t.Errorf("%s: %+v", got.Name, got)
			}
		}
		if detail := other(view, first, second).Failure.Detail; !strings.Contains(detail, "before this one could start") {
			t.Errorf("the one that never had its turn says %q", detail)
		}
		wants(t, "only one had its turn", 1, first, second)
	})
}

// other is the view of the source that was not asked.
func other(v account.View, sources ...*source) account.SourceView {
	for i, s := range sources {
		if s.calls() == 0 {
			return v.Sources[i]
		}
	}
	return account.SourceView{}
}

// TestSlots: refreshes in flight are bounded over all accounts, and waiting for
// a slot is part of the timeout.
func TestSlots(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slots := make(account.Slots, 1)
		share := func(o *account.Options) { o.Slots = []account.Slots{slots} }
		hog := newSource("trades", after(6*time.Second, gives()))
		patient := newSource("trades", after(3*time.Second, gives()))
		late := newSource("trades", after(5*time.Second, gives()))
		rigs := []*rig{newRig(t, share, hog), newRig(t, share, patient), newRig(t, share, late)}
		begin := time.Now()
		var scrapers sync.WaitGroup
		for _, r := range rigs {
			scrapers.Go(func() { r.scrape() })
			synctest.Wait()
		}
		scrapers.Wait()
		if took := time.Since(begin); took != 10*time.Second {
			t.Errorf("took %s, want 10s", took)
		}
		for i, want := range []provider.Reason{"", "", provider.ReasonTimeout} {
			if got := reasonOf(rigs[i].View(time.Now()).Sources[0]); got != want {
				t.Errorf("account %d: reason %q, want %q", i, got, want)
			}
		}

		// Not getting a slot in time is a timeout as well.
		rigs[2].Stop()
		wait(t, time.Hour)
		slots <- struct{}{}
		view := rigs[0].scrape()
		if got := view.Sources[0]; reasonOf(got) != provider.ReasonTimeout || got.Duration != 10*time.Second {
			t.Errorf("without a slot: %+v", got)
		}
		<-slots
		wants(t, "the account without a slot", 1, hog)
	})
}

// TestSerial: sources of a serial account never overlap; those of another do,
// once it has proven itself.
func TestSerial(t *testing.T) {
	for _, c := range []struct {
		name   string
		serial bool
		took   []time.Duration // of the first refresh and of the second
	}{
		{"serial", true, []time.Duration{3 * time.Second, 3 * time.Second}},
		// The first finds out whether the key is right; then the rest at once.
		{"not serial", false, []time.Duration{2 * time.Second, time.Second}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var running, most atomic.Int32
				alone := func(ctx context.Context) (provider.Snapshot, error) {
					now := running.Add(1)
					defer running.Add(-1)
					if now > most.Load() {
						most.Store(now)
					}
					return after(time.Second, gives())(ctx)
				}
				r := newRig(t, func(o *account.Options) { o.Serial = c.serial },
					newSource("a", alone), newSource("b", alone), newSource("c", alone))
				for _, want := range c.took {
					begin := time.Now()
					r.scrape()
					if took := time.Since(begin); took != want {
						t.Errorf("took %s, want %s", took, want)
					}
					wait(t, time.Minute)
				}
				if c.serial != (most.Load() == 1) {
					t.Errorf("%d at once", most.Load())
				}
			})
		})
	}
}
