package provider

import (
	"errors"
	"fmt"
	"testing"
	"time"
)

func TestErrorText(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		err  Error
		want string
	}{
		{"detail only", Error{Reason: ReasonNetwork, Detail: "connection refused"}, "connection refused"},
		{
			"what was tried",
			Error{Reason: ReasonAuth, Tried: "api.test GET /reports/{report_id}", Detail: "HTTP 401 Unauthorized"},
			"api.test GET /reports/{report_id}: HTTP 401 Unauthorized",
		},
		{
			"a clock that is ahead",
			Error{Reason: ReasonClockSkew, Detail: "HTTP 400 Bad Request", Skew: 61*time.Second + 449*time.Millisecond},
			"HTTP 400 Bad Request; the provider's clock is 1m1.4s ahead of ours",
		},
		{
			"a clock that is behind",
			Error{Reason: ReasonClockSkew, Detail: "HTTP 400 Bad Request", Skew: -time.Hour},
			"HTTP 400 Bad Request; the provider's clock is 1h0m0s behind ours",
		},
		{"an unmeasured clock", Error{Reason: ReasonClockSkew, Detail: "refused"}, "refused"},
		{"a skew beside another reason", Error{Reason: ReasonAuth, Detail: "refused", Skew: time.Hour}, "refused"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := c.err.Error(); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestReasonOf(t *testing.T) {
	t.Parallel()
	locked := &Error{Reason: ReasonLockout}
	for _, c := range []struct {
		err  error
		want Reason
	}{
		{locked, ReasonLockout},
		{fmt.Errorf("trades: %w", locked), ReasonLockout},
		{errors.Join(errors.New("first"), locked), ReasonLockout},
		{errors.New("anything"), ReasonUnknown},
		{nil, ReasonUnknown},
	} {
		if got := ReasonOf(c.err); got != c.want {
			t.Errorf("reason of %v is %s, want %s", c.err, got, c.want)
		}
	}
}
