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
		"25 Nov 2026 19:08:30 GMT+2", "Wed, 25 Nov 2026 19:08:30 GMT-11", "Wed Nov 25 19:08:30 GMT+1 2026", "Wednesday, 25-Nov-26 19:08:30 GMT+1",
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

// Digits that form a date and time are not milliseconds, whatever their fraction.
func TestCompactMomentWithFraction(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{
		"20261125180830": 1795630110, "20261125180830.5": 1795630110, "20261125180830.123456": 1795630110, "21001231235959.9": 4133980799,
	} {
		if got := apiclient.ReadMoment(text).Time; got.Unix() != want {
			t.Errorf("%s is %v, want Unix time %d", text, got, want)
		}
	}
	if got := apiclient.ReadMoment("20261325180830.5"); !got.Unreadable {
		t.Errorf("month 13 is %v, want unreadable", got.Time)
	}
}
