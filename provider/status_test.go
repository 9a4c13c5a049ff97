package provider

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestStatuses(t *testing.T) {
	t.Parallel()
	type row struct {
		Name                 string
		Unfinished, Finished bool
	}
	want := []row{
		{"queued", true, false},
		{"processing", true, false},
		{"awaiting_start", true, false},
		{"ready", false, true},
		{"failed", false, true},
		{"cancelled", false, true},
		{"expired", false, true},
		{"unknown", false, false},
	}
	var got []row
	for _, s := range Statuses() {
		got = append(got, row{s.String(), s.Unfinished(), s.Finished()})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("statuses (-want +got):\n%s", diff)
	}
}

func TestAForgottenStatusIsUnknown(t *testing.T) {
	t.Parallel()
	var zero Status
	if zero != StatusUnknown || zero.String() != "unknown" {
		t.Errorf("the zero status is %q", zero)
	}
	if got := Status(200).String(); got != "unknown" {
		t.Errorf("a status outside the set is %q", got)
	}
	if Status(200).Finished() || Status(200).Unfinished() {
		t.Error("a status outside the set is finished or unfinished")
	}
}

func TestReasons(t *testing.T) {
	t.Parallel()
	want := []Reason{
		"auth", "permission", "nonce", "clock_skew", "rate_limited", "lockout", "payment_required",
		"not_found", "invalid_request", "unavailable", "timeout", "network", "too_large", "malformed", "unknown",
	}
	if diff := cmp.Diff(want, Reasons()); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
	var advice []string
	for _, reason := range Reasons() {
		text := reason.Advice()
		if text == "" || slices.Contains(advice, text) {
			t.Errorf("%s: advice %q is empty or another reason's", reason, text)
		}
		advice = append(advice, text)
	}
	if got, want := Reason("new").Advice(), ReasonUnknown.Advice(); got != want {
		t.Errorf("advice for an unlisted reason is %q", got)
	}
}
