package answers

import (
	"cmp"
	"fmt"
	"net/http"
	"testing"
	"time"

	"export_status_exporter/internal/rig"
	"export_status_exporter/internal/sandbox"
)

// hint is the values of a header, and the wait that they ask for.
type hint struct {
	values []string
	want   time.Duration
}

// hints are the ways to write a wait.
func hints(now time.Time) []hint {
	at := now.Add(40 * time.Minute)
	return []hint{
		{[]string{"1800"}, 30 * time.Minute},
		{[]string{" 1800 "}, 30 * time.Minute},
		{[]string{"1800.5"}, 30*time.Minute + time.Second/2},
		{[]string{"1800s"}, 30 * time.Minute},
		{[]string{"5", "1800"}, 30 * time.Minute},
		{[]string{"1800", "5"}, 30 * time.Minute},
		{[]string{"1800, 1800"}, 30 * time.Minute},
		{[]string{"5,1800"}, 30 * time.Minute},
		{[]string{"soon, 1800"}, 30 * time.Minute},
		{[]string{"soon", "1800"}, 30 * time.Minute},
		{[]string{fmt.Sprint(at.Unix())}, 40 * time.Minute},
		{[]string{fmt.Sprint(at.UnixMilli())}, 40 * time.Minute},
		{[]string{fmt.Sprint(at.UnixMicro())}, 40 * time.Minute},
		{[]string{fmt.Sprintf("%d.25", at.Unix())}, 40*time.Minute + time.Second/4},
		{[]string{at.UTC().Format(http.TimeFormat)}, 40 * time.Minute},
		{[]string{at.UTC().Format(time.RFC3339)}, 40 * time.Minute},
		{[]string{at.UTC().Format(time.RFC850)}, 40 * time.Minute},
		{[]string{at.UTC().Format(http.TimeFormat) + ", 5"}, 40 * time.Minute},
		{[]string{"1800", at.UTC().Format(http.TimeFormat)}, 40 * time.Minute},
		{[]string{"1000000"}, 6 * time.Hour},
		{[]string{fmt.Sprint(at.AddDate(1, 0, 0).Unix())}, 6 * time.Hour},
		{[]string{"1e3"}, 1000 * time.Second},
		{[]string{`"1800"`}, 30 * time.Minute},
		{[]string{"+1800"}, 30 * time.Minute},
		{[]string{"001800"}, 30 * time.Minute},
		{[]string{"1800,"}, 30 * time.Minute},
		{[]string{"-1, 1800"}, 30 * time.Minute},
		{[]string{at.UTC().Format("2006-01-02 15:04:05")}, 40 * time.Minute},
		{[]string{at.UTC().Format("20060102T150405Z")}, 40 * time.Minute},
		{[]string{at.UTC().Format("Mon Jan _2 15:04:05 2006")}, 40 * time.Minute},
	}
}

// checkWait fails unless the source waits until a time, give or take a second,
// because Date headers have whole seconds.
func checkWait(t *testing.T, r *rig.Rig, d *dialect, got rig.Samples, name string, want time.Duration) {
	t.Helper()
	key := rig.SourceKey("export_source_backoff_until_timestamp_seconds", d.provider, cmp.Or(d.account, "main"), d.source)
	until := time.UnixMilli(int64(got[key] * 1000)).Sub(r.Clock.Now())
	if until < want-2*time.Second || until > want+2*time.Second {
		t.Errorf("%s: %s: waits %s, want %s", d.provider, name, until, want)
	}
}

// TestTheLongestHintWins: every form of a hint is understood, and the longest
// of several counts.
func TestTheLongestHintWins(t *testing.T) {
	t.Parallel()
	r, all := rigOfAll(t)
	for i := range hints(r.Clock.Now()) {
		for _, status := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable} {
			r.Clock.Advance(7 * time.Hour)
			hint := hints(r.Clock.Now())[i]
			before := make(map[sandbox.Provider]int64)
			for _, each := range all {
				fault := rig.Serves(status, each.refuse(`"SlowDown"`))
				fault.Header = http.Header{"Retry-After": hint.values, "Date": {r.Clock.Now().UTC().Format(http.TimeFormat)}}
				each.SetFault(fault)
				before[each.provider] = each.Count()
			}
			got := r.Scrape()
			for _, each := range all {
				checkWait(t, r, &each.dialect, got, fmt.Sprint(status, hint.values), hint.want)
				if calls := each.Count() - before[each.provider]; calls != 1 {
					t.Errorf("%s: %v: %d calls, want 1", each.provider, hint.values, calls)
				}
			}
		}
	}
}

// TestHintsOfTheAPIsOwnHeader: an API's own header follows the same rule as
// Retry-After.
func TestHintsOfTheAPIsOwnHeader(t *testing.T) {
	t.Parallel()
	d := dialectOf(sandbox.KrakenFutures)
	r, a := d.rig(t)
	for i := range hints(r.Clock.Now()) {
		for _, beside := range []string{"", "1", "7200"} {
			r.Clock.Advance(7 * time.Hour)
			each := hints(r.Clock.Now())[i]
			fault := rig.Serves(http.StatusTooManyRequests, "Too many requests")
			fault.Header = http.Header{"Rate-Limit-Reset": each.values, "Date": {r.Clock.Now().UTC().Format(http.TimeFormat)}}
			want := each.want
			if beside != "" {
				fault.Header["Retry-After"] = []string{beside}
			}
			if beside == "7200" {
				want = max(want, 2*time.Hour)
			}
			a.SetFault(fault)
			checkWait(t, r, d, r.Scrape(), fmt.Sprint(each.values, " beside ", beside), want)
		}
	}
}
