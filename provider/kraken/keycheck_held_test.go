package kraken

import (
	"testing"
	"time"

	"export_status_exporter/provider"
	"export_status_exporter/provider/providertest"
)

// TestAHeldKeyCheckIsDueAgain checks that a check that could not be sent is made by the
// next refresh.
func TestAHeldKeyCheckIsDueAgain(t *testing.T) {
	t.Parallel()
	c := config("trades")
	c.CheckKey = true
	api := providertest.JSON(nothing, nothing, keyInfoAnswer)
	source := c.Sources(providertest.Deps(api), providertest.Secrets(t, c.Secrets()), &providertest.Observer{})[0]
	shut := &provider.Error{Reason: provider.ReasonUnavailable, RetryAt: providertest.Start().Add(time.Minute)}
	gated := provider.WithGate(t.Context(), func() error {
		if len(api.Asked()) > 0 {
			return shut
		}
		return nil
	})
	if _, err := source.Fetch(gated); provider.ReasonOf(err) != provider.ReasonUnavailable || len(api.Asked()) != 1 {
		t.Fatalf("%v after %d calls", err, len(api.Asked()))
	}
	snapshot, err := source.Fetch(t.Context())
	if err != nil || len(snapshot.Warnings) == 0 || !snapshot.KeyExpires.Equal(time.Unix(1793534400, 0)) {
		t.Errorf("%v, warnings %q, the key ends %s", err, snapshot.Warnings, snapshot.KeyExpires)
	}
}
