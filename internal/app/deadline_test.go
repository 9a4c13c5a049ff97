package app

import (
	"net/http"
	"testing"
	"time"
)

func TestScrapeTimeout(t *testing.T) {
	t.Parallel()
	const offset = 500 * time.Millisecond
	for header, want := range map[string]time.Duration{
		"":         10 * time.Second,
		"garbage":  10 * time.Second,
		"0":        10 * time.Second,
		"-3":       10 * time.Second,
		"NaN":      10 * time.Second,
		"-Inf":     10 * time.Second,
		"10":       9500 * time.Millisecond,
		"0.6":      300 * time.Millisecond,
		"0.000001": 500 * time.Nanosecond,
		"1e300":    5*time.Minute - offset,
		"+Inf":     5*time.Minute - offset,
		"300":      5*time.Minute - offset,
		"10 s":     10 * time.Second,
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil)
		if err != nil {
			t.Fatal(err)
		}
		if header != "" {
			request.Header.Set("X-Prometheus-Scrape-Timeout-Seconds", header)
		}
		if got := scrapeTimeout(request, offset); got != want {
			t.Errorf("header %q: %s, want %s", header, got, want)
		}
	}
}

func FuzzScrapeTimeout(f *testing.F) {
	for _, seed := range []string{"10", "0.5", "-1", "NaN", "1e9", "0x1p4", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		request := &http.Request{Header: http.Header{"X-Prometheus-Scrape-Timeout-Seconds": {header}}}
		if got := scrapeTimeout(request, time.Second); got < 0 || got > maxScrapeTimeout {
			t.Errorf("header %q: %s", header, got)
		}
	})
}
