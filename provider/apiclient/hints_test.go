package apiclient_test

import (
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
	"export_status_exporter/provider/providertest"
)

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := providertest.Start() // 2026-03-01 12:00:00
	late := now.Add(time.Hour)  // a server whose clock is an hour ahead
	for _, c := range []struct {
		name, value string
		date        time.Time
		want        time.Duration
	}{
		{"absent", "", now, 0},
		{"seconds", "120", now, 2 * time.Minute},
		{"seconds with space", " 120 ", now, 2 * time.Minute},
		{"zero", "0", now, 0},
		{"negative", "-5", now, 0},
		{"a fraction", "1.5", now, 1500 * time.Millisecond},
		{"six hours", "21600", now, 6 * time.Hour},
		{"more than six hours", "21601", now, 6 * time.Hour},
		{"huge", "99999999999999999999", now, 6 * time.Hour},
		{"larger than a float", strings.Repeat("9", 400), now, 6 * time.Hour},
		{"smaller than a float", "1e-400", now, 0},
		{"hugely negative", "-" + strings.Repeat("9", 400), now, 0},
		{"a word", "soon", now, 0},
		{"a word for infinity", "Inf", now, 0},
		{"another word for infinity", "+infinity", now, 0},
		{"no number", "NaN", now, 0},
		{"a unit", "120s", now, 2 * time.Minute},
		{"two values", "120, 240", now, 4 * time.Minute},
		{"two values, the longer first", "240,120", now, 4 * time.Minute},
		{"the same twice", "30, 30", now, 30 * time.Second},
		{"a value and a word", "30, soon", now, 30 * time.Second},
		{"a date and a value", "Sun, 01 Mar 2026 12:01:00 GMT, 30", now, time.Minute},
		{"a value and a date", "90, Sun, 01 Mar 2026 12:01:00 GMT", now, 90 * time.Second},
		{"unix seconds", "1772366460", now, time.Minute},
		{"unix seconds with a fraction", "1772366460.5", now, 60500 * time.Millisecond},
		{"unix milliseconds", "1772366460000", now, time.Minute},
		{"unix seconds of the past", "1772366300", now, 0},
		{"unix seconds by the server's clock", "1772370060", late, time.Minute},
		{"date", "Sun, 01 Mar 2026 12:01:00 GMT", now, time.Minute},
		{"date by the server's clock", "Sun, 01 Mar 2026 13:01:00 GMT", late, time.Minute},
		{"date without the server's clock", "Sun, 01 Mar 2026 12:01:00 GMT", now, time.Minute},
		{"RFC 850 date", "Sunday, 01-Mar-26 12:01:00 GMT", now, time.Minute},
		{"asctime date", "Sun Mar  1 12:01:00 2026", now, time.Minute},
		{"past date", "Sun, 01 Mar 2026 11:59:00 GMT", now, 0},
		{"far date", "Mon, 01 Mar 2027 12:00:00 GMT", now, 6 * time.Hour},
		{"farthest date", "Fri, 31 Dec 9999 23:59:59 GMT", now, 6 * time.Hour},
		{"another zone", "Sun, 01 Mar 2026 12:01:00 CET", now, 0},
		{"RFC 3339", "2026-03-01T12:01:00Z", now, time.Minute},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := apiclient.RetryAfter(c.value, c.date); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestHintsReachTheError(t *testing.T) {
	t.Parallel()
	start := providertest.Start()
	for _, c := range []struct {
		name   string
		status int
		header map[string]string
		want   time.Time
	}{
		{"none", 429, nil, time.Time{}},
		{"Retry-After", 429, map[string]string{"Retry-After": "30"}, start.Add(30 * time.Second)},
		{"in vain", 429, map[string]string{"Retry-After": "0"}, time.Time{}},
		{"rate-limit-reset", 429, map[string]string{"rate-limit-reset": "45"}, start.Add(45 * time.Second)},
		{"a part of a second", 429, map[string]string{"rate-limit-reset": "0.25"}, start.Add(250 * time.Millisecond)},
		{"the longer of both", 429, map[string]string{"Retry-After": "30", "rate-limit-reset": "45"}, start.Add(45 * time.Second)},
		{"the longer of both, the other way", 429, map[string]string{"Retry-After": "50", "rate-limit-reset": "45"}, start.Add(50 * time.Second)},
		{"a date by the server's clock", 503, map[string]string{
			"Date": "Sun, 01 Mar 2026 11:00:00 GMT", "Retry-After": "Sun, 01 Mar 2026 11:00:20 GMT",
		}, start.Add(20 * time.Second)},
		{"a date that nothing relates to", 503, map[string]string{"Date": "x", "Retry-After": "Sun, 01 Mar 2026 12:00:20 GMT"}, start.Add(20 * time.Second)},
		{"bounded", 429, map[string]string{"rate-limit-reset": "99999999"}, start.Add(6 * time.Hour)},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			header := http.Header{}
			for name, value := range c.header {
				header.Set(name, value)
			}
			r := newRig(providertest.Answers(providertest.Answer{Status: c.status, Header: header}))
			failed := r.get(t.Context(), t)
			if failed == nil || !failed.RetryAt.Equal(c.want) {
				t.Errorf("got %+v, want %s", failed, c.want)
			}
		})
	}
}

func TestADecodersOwnHintWins(t *testing.T) {
	t.Parallel()
	r := newRig(providertest.Answers(providertest.Answer{Header: http.Header{"Retry-After": {"30"}}}))
	want := providertest.Start().Add(time.Minute)
	err := r.Do(t.Context(), list(), func(*apiclient.Response) error {
		return &provider.Error{Reason: provider.ReasonRateLimited, RetryAt: want}
	})
	if failed := failure(t, err); !failed.RetryAt.Equal(want) {
		t.Errorf("retry at %s, want %s", failed.RetryAt, want)
	}
}

func FuzzRetryAfter(f *testing.F) {
	for _, seed := range []string{
		"30, 30", "5,1800", "1772366460", "1772366460000", "2026-03-01T12:01:00Z", "90, Sun, 01 Mar 2026 12:01:00 GMT", "120s", ",,,",
		"", "120", "-1", "1.5", "1e309", "NaN", "Inf", "0x10", strings.Repeat("9", 400),
		"Sun, 01 Mar 2026 12:01:00 GMT", "Sunday, 01-Mar-26 12:01:00 GMT", "Sun Mar  1 12:01:00 2026",
	} {
		f.Add(seed, int64(1772366400))
		f.Add(seed, int64(math.MinInt64))
	}
	f.Fuzz(func(t *testing.T, value string, now int64) {
		wait := apiclient.RetryAfter(value, time.Unix(now, 0))
		if wait < 0 || wait > apiclient.MaxHint {
			t.Errorf("%q asks to wait %s", value, wait)
		}
	})
}
