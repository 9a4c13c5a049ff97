package apiclient_test

import (
	"testing"

	"export_status_exporter/provider/apiclient"
)

// A name of a zone without an offset is not UTC. Beside an offset, it changes nothing.
func TestMomentWithZoneName(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"2026-11-25T19:08:30 [Europe/Berlin]", "2026-11-25T19:08:30[Europe/Berlin]", "25 Nov 2026 19:08:30 (CET)",
		"Wed, 25 Nov 2026 19:08:30 (CET)", "Wed Nov 25 19:08:30 2026 (CET)", "Wed, 25 Nov 2026 19:08:30 +0100 (CET",
	} {
		if got := apiclient.ReadMoment(text); !got.Unreadable || !got.Time.IsZero() {
			t.Errorf("%q is %v, unreadable %t; the offset is not known", text, got.Time, got.Unreadable)
		}
	}
	for _, text := range []string{
		"2026-11-25T19:08:30+01:00[Europe/Berlin]", "2026-11-25T19:08:30 +01:00 [Europe/Berlin]", "2026-11-25T18:08:30Z[Europe/Berlin]",
		"Wed, 25 Nov 2026 19:08:30 +0100 (CET)", "Wed, 25 Nov 2026 18:08:30 GMT (Greenwich)", "Wed Nov 25 2026 19:08:30 GMT+0100 (CET)",
	} {
		if got := apiclient.ReadMoment(text).Time; got.Unix() != 1795630110 {
			t.Errorf("%q is %v, want 2026-11-25T18:08:30Z", text, got)
		}
	}
}
