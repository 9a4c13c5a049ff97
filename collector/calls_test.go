package collector_test

import (
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"export_status_exporter/collector"
	"export_status_exporter/provider"
)

const ofAccount = `account="treasury",provider="kraken"`

// counted returns the samples of an account's API calls.
func counted(t *testing.T, api *collector.CallCounters) samples {
	t.Helper()
	return gather(t, pedanticWith(t, collector.Account{View: literal("kraken", "treasury"), Calls: api}))
}

func withCode(code string) string {
	return `account="treasury",code="` + code + `",provider="kraken"`
}

func withReason(reason provider.Reason) string {
	return `account="treasury",provider="kraken",reason="` + string(reason) + `"`
}

// TestCountersAtZero checks that counters exist before anything is counted.
func TestCountersAtZero(t *testing.T) {
	got := counted(t, collector.NewCallCounters(prometheus.ObserverFunc(func(float64) {})))
	failures := make(samples)
	for _, reason := range provider.Reasons() {
		failures[withReason(reason)] = 0
	}
	for metric, want := range map[string]samples{
		"export_api_errors_total":       failures,
		"export_api_credits_used_total": {ofAccount: 0},
		"export_api_requests_total":     {},
		"export_api_clock_skew_seconds": {},
	} {
		if diff := cmp.Diff(want, got.of(metric)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", metric, diff)
		}
	}
}

// TestCodes checks that valid HTTP status codes become series, and that all others
// count as errors, so that a server cannot create series.
func TestCodes(t *testing.T) {
	api := collector.NewCallCounters(prometheus.ObserverFunc(func(float64) {}))
	for _, code := range []int{200, 200, 503, 100, 599, 0, -1, 1, 99, 600, 999, 1 << 30} {
		api.Requested(code, time.Millisecond)
	}
	want := samples{withCode("200"): 2, withCode("503"): 1, withCode("100"): 1, withCode("599"): 1, withCode("error"): 7}
	if diff := cmp.Diff(want, counted(t, api).of("export_api_requests_total")); diff != "" {
		t.Errorf("export_api_requests_total (-want +got):\n%s", diff)
	}
}

// TestSkewAndCredits checks that the last skew is shown, with its sign, and that
// credits are summed.
func TestSkewAndCredits(t *testing.T) {
	api := collector.NewCallCounters(prometheus.ObserverFunc(func(float64) {}))
	for _, skew := range []time.Duration{time.Minute, -1500 * time.Millisecond} {
		api.ClockSkew(skew)
	}
	api.CreditsUsed(0)
	api.CreditsUsed(2)
	api.CreditsUsed(0.5)
	api.CreditsUsed(1e308) // beyond what a sum can hold
	got := counted(t, api)
	if diff := cmp.Diff(samples{ofAccount: -1.5}, got.of("export_api_clock_skew_seconds")); diff != "" {
		t.Errorf("export_api_clock_skew_seconds (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(samples{ofAccount: 2.5}, got.of("export_api_credits_used_total")); diff != "" {
		t.Errorf("export_api_credits_used_total (-want +got):\n%s", diff)
	}
	api.ClockSkew(0)
	if diff := cmp.Diff(samples{ofAccount: 0}, counted(t, api).of("export_api_clock_skew_seconds")); diff != "" {
		t.Errorf("no skew (-want +got):\n%s", diff)
	}
}

// TestDurationsAreObserved checks that durations are in seconds and include failed
// calls.
func TestDurationsAreObserved(t *testing.T) {
	var observed []float64
	api := collector.NewCallCounters(prometheus.ObserverFunc(func(seconds float64) { observed = append(observed, seconds) }))
	api.Requested(200, 1500*time.Millisecond)
	api.Requested(0, 10*time.Second)
	if diff := cmp.Diff([]float64{1.5, 10}, observed); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestCountingAtOnce counts concurrently, while the counters are shown.
func TestCountingAtOnce(t *testing.T) {
	process := collector.NewProcess(prometheus.NewRegistry())
	api := collector.NewCallCounters(process.Durations.WithLabelValues("kraken"))
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for range 250 {
				api.Requested(200, time.Millisecond)
				api.Failed(provider.ReasonTimeout)
				api.CreditsUsed(0.25)
				api.ClockSkew(time.Second)
			}
		})
	}
	for range 4 {
		all.Go(func() {
			last := 0.0
			for range 10 {
				now := counted(t, api).of("export_api_requests_total")[withCode("200")]
				if now < last {
					t.Errorf("the counter went from %v to %v", last, now)
				}
				last = now
			}
		})
	}
	all.Wait()
	got := counted(t, api)
	for series, want := range map[string]float64{
		"export_api_requests_total{" + withCode("200") + "}":                  4000,
		"export_api_errors_total{" + withReason(provider.ReasonTimeout) + "}": 4000,
		"export_api_errors_total{" + withReason(provider.ReasonNetwork) + "}": 0,
		"export_api_credits_used_total{" + ofAccount + "}":                    1000,
		"export_api_clock_skew_seconds{" + ofAccount + "}":                    1,
	} {
		if got[series] != want {
			t.Errorf("%s = %v, want %v", series, got[series], want)
		}
	}
}
