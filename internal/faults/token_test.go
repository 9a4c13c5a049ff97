package faults

import (
	"slices"
	"testing"
	"time"

	"export_status_exporter/internal/rig"
)

// TestFaultsOfTheToken injects every fault into the token request of a
// definition's account. The source fails for the one right reason, no other
// call is sent, and the next good token ends the failure.
func TestFaultsOfTheToken(t *testing.T) {
	t.Parallel()
	for _, f := range commonFaults() {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			r, accounts := rig.NewAPIs(t, "granted")
			timeout := "2m"
			if f.slow {
				timeout = "2s"
			}
			r.Prepend("timeout: " + timeout)
			f.fault.Source = "token"
			r.Sandbox.SetFault("granted", f.fault)
			r.Start()
			during := r.Scrape()
			if got := during.Reasons("granted", "exports"); !slices.Equal(got, []string{string(f.reason)}) {
				t.Errorf("reasons = %v, want %s; log:\n%s", got, f.reason, r.Log)
			}
			for _, each := range r.Sandbox.Requests(accounts["granted"].Provider()) {
				if each.Source != "token" {
					t.Errorf("asked %s without a token", each.Path)
				}
			}
			r.Sandbox.ClearFault("granted")
			r.Clock.Advance(7 * time.Hour)
			r.Scrape().Want(t, rig.SourceKey("export_source_up", "granted", "granted", "exports"), 1)
			r.CheckQuiet()
		})
	}
}
