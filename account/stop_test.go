package account_test

import (
	"context"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// TestStop ends refreshes in flight and those that wait, leaves no goroutine,
// and is nobody's failure.
func TestStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		before := goroutines()
		slow := after(9*time.Second, gives())
		var sources []*source
		for _, name := range strings.Split("abcdefghijklmnop", "") {
			sources = append(sources, newSource(name, slow))
		}
		slots := make(account.Slots, 1)
		share := func(o *account.Options) { o.Slots = []account.Slots{slots} }
		r := newRig(t, share, sources...)
		waiting := newRig(t, share, newSource("another", slow))
		var scrapers sync.WaitGroup
		scrapers.Go(func() { r.scrape() })
		synctest.Wait() // one source asks, the others wait for their turn
		scrapers.Go(func() { waiting.scrape() })
		wait(t, time.Second) // this one waits for a slot
		begin := time.Now()
		waiting.Stop()
		r.Stop()
		scrapers.Wait()
		synctest.Wait()
		if took := time.Since(begin); took != 0 {
			t.Errorf("stopping took %s", took)
		}
		if now := goroutines(); now > before {
			t.Errorf("%d goroutines, %d before", now, before)
		}
		for _, got := range append(r.View(time.Now()).Sources, waiting.View(time.Now()).Sources...) {
			if got.Failure != nil || got.Refreshed || got.Up {
				t.Errorf("%s: %+v", got.Name, got)
			}
		}
		if r.logs.String()+waiting.logs.String() != "" {
			t.Errorf("log of a stop:\n%s%s", r.logs, waiting.logs)
		}

		// A stopped account makes no more calls.
		wait(t, time.Hour)
		r.scrape()
		waiting.scrape()
		wants(t, "after the stop", 1, sources...)
	})
}

// goroutines counts the goroutines of the bubble that calls it.
// runtime.NumGoroutine also counts those of the whole process, and for a moment
// those that have ended.
func goroutines() int {
	stacks := make([]byte, 1<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	own, _, _ := strings.Cut(string(stacks), "]:\n")
	_, bubble, _ := strings.Cut(own, ", ") // this goroutine is the first
	return strings.Count(string(stacks), ", "+bubble+"]:\n")
}

// TestStopHidesWhatItBreaks: the error of a source that was canceled by Stop
// does not count as a failure.
func TestStopHidesWhatItBreaks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSource("a", func(ctx context.Context) (provider.Snapshot, error) {
			<-ctx.Done()
			return provider.Snapshot{}, &provider.Error{Reason: provider.ReasonNetwork, Detail: "connection closed"}
		})
		r := newRig(t, nil, s)
		go r.scrape()
		synctest.Wait()
		r.Stop()
		if got := r.View(time.Now()).Sources[0]; got.Failure != nil || got.Refreshed {
			t.Errorf("%+v", got)
		}
		if r.logs.String() != "" {
			t.Errorf("log of a stop: %s", r.logs)
		}
	})
}
