package app

import (
	"math"
	"net/http"
	"strconv"
	"time"
)

// Scrape deadlines.
const (
	// defaultScrapeTimeout is used when a client, such as curl, sends no scrape
	// timeout.
	defaultScrapeTimeout = 10 * time.Second
	// maxScrapeTimeout is the maximum scrape timeout that a client can request.
	maxScrapeTimeout = 5 * time.Minute
)

// scrapeTimeout returns how long a scrape may take: Prometheus' own timeout
// minus the offset, which leaves time to send the answer. If the header is
// missing or not a positive number, the default applies. The offset takes away
// at most half of the timeout.
func scrapeTimeout(r *http.Request, offset time.Duration) time.Duration {
	seconds, err := strconv.ParseFloat(r.Header.Get("X-Prometheus-Scrape-Timeout-Seconds"), 64)
	if err != nil || math.IsNaN(seconds) || seconds <= 0 {
		return defaultScrapeTimeout
	}
	timeout := maxScrapeTimeout
	if seconds < maxScrapeTimeout.Seconds() {
		timeout = time.Duration(seconds * float64(time.Second))
	}
	return max(timeout-offset, timeout/2)
}
