package app

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-kit/log"
)

// pass advances the fake clock.
func pass(d time.Duration) { <-time.After(d) }

// TestReloadsAreShared: all calls during a reload wait for the next one, which
// runs once for all of them.
func TestReloadsAreShared(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r, runs := newReloads(), 0
		reload := func() error {
			runs++
			mine := runs
			pass(time.Second)
			return fmt.Errorf("run %d", mine)
		}
		var wait sync.WaitGroup
		ask := func(want string) {
			wait.Go(func() {
				if err := r.do(t.Context(), reload); err == nil || err.Error() != want {
					t.Errorf("got %v, want %s", err, want)
				}
			})
		}
		ask("run 1")
		synctest.Wait()
		for range 100 {
			ask("run 2")
		}
		pass(1500 * time.Millisecond) // the second runs
		ask("run 3")                  // the file may have changed since
		wait.Wait()
		if runs != 3 {
			t.Errorf("%d reloads, want 3", runs)
		}
	})
}

// TestLeftReloads: a reload whose clients have all disconnected is not run. If
// only some have, another caller runs it.
func TestLeftReloads(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r, runs := newReloads(), 0
		reload := func() error { runs++; pass(time.Second); return nil }
		var wait sync.WaitGroup
		wait.Go(func() { _ = r.do(t.Context(), reload) })
		synctest.Wait()
		leaving, leave := context.WithCancel(t.Context())
		for range 300 {
			wait.Go(func() {
				if err := r.do(leaving, reload); !errors.Is(err, context.Canceled) {
					t.Errorf("one that left got %v", err)
				}
			})
		}
		synctest.Wait()
		leave()
		wait.Wait()
		if runs != 1 {
			t.Errorf("%d reloads, want 1: the others' clients have left", runs)
		}
		began := time.Now()
		if err := r.do(t.Context(), reload); err != nil || runs != 2 || time.Since(began) != time.Second {
			t.Errorf("the next: %v after %s, %d reloads", err, time.Since(began), runs)
		}
		if err := r.do(leaving, reload); err == nil || runs != 2 {
			t.Errorf("one that had left before got %v, %d reloads", err, runs)
		}
	})
}

// TestReloadGoesOn: whoever started a reload can leave it, and it ends for the others.
func TestReloadGoesOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r, runs := newReloads(), 0
		reload := func() error { runs++; pass(time.Hour); return errors.New("in the end") }
		leaving, leave := context.WithTimeout(t.Context(), time.Second)
		defer leave()
		began := time.Now()
		if err := r.do(leaving, reload); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != time.Second {
			t.Errorf("left after %s: %v", time.Since(began), err)
		}
		if err := r.do(t.Context(), reload); err == nil || runs != 2 || time.Since(began) != 2*time.Hour {
			t.Errorf("the next ended after %s, %d reloads: %v", time.Since(began), runs, err)
		}
	})
}

// TestAReloadThatPanics: a bug in a reload is an error, which shows no value.
func TestAReloadThatPanics(t *testing.T) {
	t.Parallel()
	var lines strings.Builder
	a := &App{options: Options{Loggers: Loggers{Kit: log.NewLogfmtLogger(&lines)}}}
	r := newReloads()
	for range 2 {
		err := r.do(t.Context(), func() error { return a.safely(func() error { panic("a-secret") }) })
		if err == nil || !strings.Contains(err.Error(), "a bug in the exporter") || !strings.Contains(lines.String(), "TestAReloadThatPanics") || strings.Contains(lines.String(), "a-secret") {
			t.Errorf("%v\n%s", err, lines.String())
		}
	}
}

// TestReloadEndsBeforeTheNext: a reload is over before the next one may begin. Otherwise,
// one of those who share it could run it again.
func TestReloadEndsBeforeTheNext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newReloads()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err := r.do(ctx, func() error {
			<-r.running // so the reload cannot give it back
			return nil
		})
		if err != nil {
			t.Errorf("its result waits for the semaphore: %v", err)
		}
		r.running <- struct{}{}
	})
}
