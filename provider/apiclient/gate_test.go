package apiclient_test

import (
	"errors"
	"testing"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
	"export_status_exporter/provider/providertest"
)

// TestACallAsksBeforeItIsSent: a call that may not be sent now is neither sent nor
// counted.
func TestACallAsksBeforeItIsSent(t *testing.T) {
	t.Parallel()
	api := providertest.JSON("{}")
	r := newRig(api)
	wait := errors.New("wait")
	shut := false
	ctx := provider.WithGate(t.Context(), func() error {
		if shut {
			return wait
		}
		return nil
	})
	decode := func(*apiclient.Response) error { return nil }
	if err := r.Do(ctx, list(), decode); err != nil {
		t.Error(err)
	}
	shut = true
	if err := r.Do(ctx, list(), decode); !errors.Is(err, wait) {
		t.Errorf("error %v, want that of the gate", err)
	}
	if got := len(api.Asked()); got != 1 {
		t.Errorf("%d requests, want 1", got)
	}
	if seen := r.seen.Seen(); len(seen.Codes) != 1 || len(seen.Failed) != 0 {
		t.Errorf("counted %+v", seen)
	}
}
