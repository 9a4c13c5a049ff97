package app

import (
	"math"
	"net/http"
	"strconv"
	"time"
)

// Scrape deadlines.
const (
	// defaultScrapeTimeout is for whoever sends no deadline: a person, curl.
	defaultScrapeTimeout = 10 * time.Second
	// maxScrapeTimeout bounds what a header can ask for.
	maxScrapeTimeout = 5 * time.Minute
)

// scrapeTimeout is how long a scrape may take: Prometheus' own deadline minus
// the offset that the answer needs on its way. A header that is missing or is
// no positive number means the default. A deadline that the offset would eat
// up keeps half of itself.
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
