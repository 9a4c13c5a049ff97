package account_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-kit/log"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// TestNothingIsHeldOverTheLog: while a log line is being written, the account
// can be viewed, reset and refreshed, and its slots are free.
func TestNothingIsHeldOverTheLog(t *testing.T) {
	unusual := snapshot(provider.Snapshot{Complete: true, Warnings: []string{"odd"}})
	truncated := snapshot(provider.Snapshot{Complete: true, Truncated: true})
	for name, script := range map[string][]answer{
		"failure":   {fails(provider.ReasonPermission)},
		"recovery":  {fails(provider.ReasonPermission), gives()},
		"warning":   {unusual},
		"truncated": {truncated},
		"panic":     {func(context.Context) (provider.Snapshot, error) { panic("a bug") }},
		"secrets":   {gives()},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				slots := make(account.Slots, 1)
				shared := func(o *account.Options) { o.Slots = []account.Slots{slots} }
				s := newSource("trades", script...)
				blocked := &blockedLog{open: make(chan struct{})}
				r := newRig(t, func(o *account.Options) { shared(o); o.Logger = blocked }, s)
				other := newRig(t, shared, newSource("trades", gives()))
				if name == "secrets" {
					r.secrets.set(2, "")
				}
				if len(script) > 1 {
					blocked.pass(1)
					r.scrape()
					wait(t, time.Hour)
				}
				var asking sync.WaitGroup
				asking.Go(func() { r.scrape() })
				synctest.Wait()
				if !blocked.waits() {
					t.Fatal("nothing was logged")
				}
				r.View(time.Now())
				r.ResetWaits()
				if !other.scrape().Sources[0].Up {
					t.Error("another account does not get a slot")
				}
				close(blocked.open)
				asking.Wait()
			})
		})
	}
}

// blockedLog is a log that blocks until it is opened, except for lines that may
// pass.
type blockedLog struct {
	open chan struct{}

	mu      sync.Mutex
	through int
	waiting bool
}

var _ log.Logger = (*blockedLog)(nil)

func (l *blockedLog) pass(lines int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.through = lines
}

func (l *blockedLog) waits() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.waiting
}

func (l *blockedLog) Log(...any) error {
	l.mu.Lock()
	l.through--
	waits := l.through < 0
	l.waiting = l.waiting || waits
	l.mu.Unlock()
	if waits {
		<-l.open
	}
	return nil
}
