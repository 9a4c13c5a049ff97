package account_test

import (
	"testing"
	"testing/synctest"
	"time"

	"export_status_exporter/provider"
)

// TestSourceOnly: a failure with SourceOnly pauses only its own source,
// whatever the reason and the hint.
func TestSourceOnly(t *testing.T) {
	for _, reason := range provider.Reasons() {
		for _, hint := range []time.Duration{0, 40*time.Minute + time.Second} {
			t.Run(string(reason)+" "+hint.String(), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					failure := &provider.Error{Reason: reason, Detail: "no", SourceOnly: true}
					if hint > 0 {
						failure.RetryAt = time.Now().Add(hint)
					}
					good, bad := newSource("account_log", gives()), newSource("accounts", failsWith(failure))
					r := newRig(t, nil, good, bad)
					for range 10 {
						r.scrape()
						wait(t, time.Minute)
					}
					if got := good.calls(); got != 10 {
						t.Errorf("the other source was asked %d times in 10 minutes, want 10", got)
					}
					view := r.View(time.Now()).Sources
					if !view[0].Up || view[1].Up || reasonOf(view[1]) != reason {
						t.Errorf("sources %+v", view)
					}
					if hint > 0 && bad.calls() != 1 {
						t.Errorf("asked %d times before the moment that was named", bad.calls())
					}
				})
			})
		}
	}
}

// TestSourceOnlyRefusals wait as after a missing permission, and a person can
// end the wait.
func TestSourceOnlyRefusals(t *testing.T) {
	for name, failure := range map[string]*provider.Error{
		"the key":   {Reason: provider.ReasonAuth, Detail: "no", SourceOnly: true},
		"the check": {Reason: provider.ReasonInvalidRequest, Detail: "no", SourceOnly: true, Final: true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				bad := newSource("api_key", failsWith(failure))
				r := newRig(t, nil, newSource("account_log", gives()), bad)
				for call, minutes := range []int{15, 30, 60, 60} {
					for range minutes {
						r.scrape()
						if got := bad.calls(); got != call+1 {
							t.Fatalf("asked %d times in wait %d, want %d", got, call+1, call+1)
						}
						wait(t, time.Minute)
					}
				}
				r.scrape()
				before := bad.calls()
				r.ResetWaits()
				r.scrape()
				if got := bad.calls(); got != before+1 {
					t.Errorf("after a reload asked %d times, want one more than %d", got, before)
				}
			})
		})
	}
}

// TestRefusalOfTheKeyHoldsASourceOnly: a refused key pauses the whole account,
// including sources with pauses of their own.
func TestRefusalOfTheKeyHoldsASourceOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stream := newSource("account_log", fails(provider.ReasonAuth))
		check := newSource("api_key", gives())
		r := newRig(t, nil, stream, check)
		r.scrape()
		checked := check.calls()
		for range 14 {
			wait(t, time.Minute)
			r.scrape()
		}
		if stream.calls() != 1 || check.calls() != checked {
			t.Errorf("a refused key was used again: %d and %d calls", stream.calls(), check.calls())
		}
	})
}
