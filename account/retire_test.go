package account_test

import (
	"testing"
	"testing/synctest"
	"time"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// TestRetireEndsWhatWaits: a refresh that waits for its turn ends when its account
// retires. However often an account is replaced, one request is in flight.
func TestRetireEndsWhatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		key := ofKey(account.NewKeys(time.Now), 1)
		slow := newSource("slow", after(9*time.Second, gives()))
		first := newRig(t, func(o *account.Options) { o.Key = key }, slow)
		go first.Refresh(t.Context(), time.Now())
		synctest.Wait() // its request is in flight
		for range 5 {
			waiting := newSource("waiting", gives())
			next := newRig(t, func(o *account.Options) { o.Key = key }, waiting)
			go next.Refresh(t.Context(), time.Now())
			synctest.Wait()
			begin := time.Now()
			next.Retire()
			if took := time.Since(begin); took != 0 {
				t.Errorf("it waited for %s", took)
			}
			wants(t, "after the end", 0, waiting)
		}
		begin := time.Now()
		first.Retire()
		if took := time.Since(begin); took != 9*time.Second {
			t.Errorf("the request in flight was given %s", took)
		}
		wants(t, "in flight", 1, slow)
	})
}

// TestRetireBeginsNoRetry: an account that has retired sends nothing again.
func TestRetireBeginsNoRetry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSource("trades", after(time.Second, fails(provider.ReasonNetwork)))
		r := newRig(t, nil, s)
		go r.Refresh(t.Context(), time.Now())
		synctest.Wait()
		r.Retire()
		wants(t, "in all", 1, s)
	})
}
