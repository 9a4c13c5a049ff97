package account_test

import (
	"testing"
	"testing/synctest"
	"time"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// TestInterval: a source is refreshed if its last refresh started at least 90 %
// of refresh_interval ago.
func TestInterval(t *testing.T) {
	for _, c := range []struct {
		name     string
		interval time.Duration
		// at holds the times of scrapes, and asked how often the source had
		// been called after each.
		at    []time.Duration
		asked []int
	}{
		{
			"just before and at the slack", time.Minute,
			[]time.Duration{0, 54*time.Second - 1, 54 * time.Second, 108*time.Second - 1, 108 * time.Second},
			[]int{1, 1, 2, 2, 3},
		},
		{
			"a scrape interval equal to the refresh interval", time.Minute,
			[]time.Duration{0, 59 * time.Second, 121 * time.Second, 180 * time.Second},
			[]int{1, 2, 3, 4},
		},
		{
			"many servers inside one interval", 5 * time.Minute,
			[]time.Duration{0, 1, time.Second, time.Minute, 2 * time.Minute, 4*time.Minute + 29*time.Second},
			[]int{1, 1, 1, 1, 1, 1},
		},
		{
			"a scrape a long time later", time.Second,
			[]time.Duration{0, 24 * time.Hour},
			[]int{1, 2},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newSource("trades", gives())
				r := newRig(t, func(o *account.Options) { o.Policy.RefreshInterval = c.interval }, s)
				begin := time.Now()
				for i, at := range c.at {
					wait(t, time.Until(begin.Add(at)))
					r.scrape()
					wants(t, at.String(), c.asked[i], s)
				}
			})
		})
	}
}

// TestIntervalCountsFromTheStart: what matters is when a refresh started, not
// when it ended.
func TestIntervalCountsFromTheStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSource("trades", after(9*time.Second, gives()))
		r := newRig(t, nil, s)
		begin := time.Now()
		r.scrape()
		wait(t, time.Until(begin.Add(54*time.Second)))
		r.scrape()
		wants(t, "54 s after the start", 2, s)
	})
}

// TestSourcesAreDueByThemselves: each source has its own moment.
func TestSourcesAreDueByThemselves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		good := newSource("trades", gives())
		bad := newSource("ledgers", fails(provider.ReasonPermission))
		r := newRig(t, nil, good, bad)
		for range 5 {
			r.scrape()
			wait(t, time.Minute)
		}
		wants(t, "the good one", 5, good)
		wants(t, "the bad one", 1, bad)
	})
}

// TestViewBeforeTheFirstRefresh: nothing is known, and nothing is made up.
func TestViewBeforeTheFirstRefresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSource("trades", gives())
		s.types = []string{"trades"}
		r := newRig(t, nil, s)
		v := r.View(time.Now())
		got := v.Sources[0]
		if v.Name != "treasury" || v.Provider != "kraken" || !v.Now.Equal(time.Now()) || v.Policy.StaleAfter != time.Hour {
			t.Errorf("account is shown as %+v", v)
		}
		if got.Name != "trades" || got.Up || got.Refreshed || got.Stale || got.Snapshot != nil || got.Failure != nil ||
			!got.BackoffUntil.IsZero() || !got.LastSuccess.IsZero() || len(got.Types) != 1 {
			t.Errorf("source is shown as %+v", got)
		}
		wants(t, "looking", 0, s)
	})
}

// TestStaleAfter: after stale_after without success a snapshot is not shown any
// more, and shown again after the next success.
func TestStaleAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSource("trades", after(2*time.Second, gives(provider.Report{ID: "a"})))
		r := newRig(t, nil, s)
		r.scrape()
		success := time.Now()
		s.answers(fails(provider.ReasonTimeout))
		wait(t, time.Minute)
		r.scrape()

		view := r.View(success.Add(time.Hour)).Sources[0]
		if view.Snapshot == nil || view.Stale {
			t.Error("after stale_after to the second: not shown")
		}
		view = r.View(success.Add(time.Hour + 1)).Sources[0]
		if view.Snapshot != nil || !view.Stale {
			t.Error("after more than stale_after: still shown")
		}
		if !view.LastSuccess.Equal(success) {
			t.Errorf("last success %s, want %s", view.LastSuccess, success)
		}
		s.answers(gives(provider.Report{ID: "b"}))
		wait(t, 2*time.Hour)
		view = r.scrape().Sources[0]
		if view.Snapshot == nil || view.Stale || view.Snapshot.Reports[0].ID != "b" || !view.Up {
			t.Errorf("after a success: %+v", view)
		}
	})
}

// TestDuration: the view shows how long the last refresh took.
func TestDuration(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSource("trades", after(1500*time.Millisecond, gives()), after(3*time.Second, fails(provider.ReasonMalformed)))
		r := newRig(t, nil, s)
		if got := r.scrape().Sources[0]; got.Duration != 1500*time.Millisecond || !got.Up {
			t.Errorf("success: %+v", got)
		}
		wait(t, time.Minute)
		if got := r.scrape().Sources[0]; got.Duration != 3*time.Second || got.Up || reasonOf(got) != provider.ReasonMalformed {
			t.Errorf("failure: %+v", got)
		}
	})
}

// wait advances the fake clock.
func wait(t *testing.T, d time.Duration) {
	t.Helper()
	if d > 0 {
		<-time.After(d)
	}
}
