package cli

import (
	"context"
	"errors"
	"os"
	"syscall"
	"testing"
)

// TestEndDuringReload: a stop does not wait for a running reload, and hangups
// during a reload cause at most one more.
func TestEndDuringReload(t *testing.T) {
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	hang := func() {
		t.Helper()
		if err := self.Signal(syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
	}
	stop, cancel := context.WithCancel(t.Context())
	began, end, over := make(chan struct{}), make(chan struct{}), make(chan struct{})
	defer close(over)
	result := make(chan error)
	go func() {
		result <- untilEnd(stop, func() error {
			began <- struct{}{}
			select {
			case <-end:
			case <-over:
			}
			return errors.New("a reload that fails is no end")
		}, nil)
	}()
	hang()
	<-began
	hang()
	end <- struct{}{}
	<-began // the one that waited
	cancel()
	if err := <-result; err != nil {
		t.Error(err)
	}
}

// TestBounded: bounded gives up on a function that does not return, but only
// after the grace period.
func TestBounded(t *testing.T) {
	over, cancel := context.WithCancel(t.Context())
	cancel()
	never := make(chan struct{})
	defer close(never)
	if err := runWithin(over, 0, func() error { <-never; return nil }); !errors.Is(err, errUnfinished) {
		t.Errorf("hanging: %v", err)
	}
	late := errors.New("late")
	if err := runWithin(over, grace, func() error { return late }); !errors.Is(err, late) {
		t.Errorf("ending: %v", err)
	}
	if err := runWithin(t.Context(), 0, func() error { return late }); !errors.Is(err, late) {
		t.Errorf("in time: %v", err)
	}
}
