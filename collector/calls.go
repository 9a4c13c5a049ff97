package collector

import (
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"export_status_exporter/account"
	"export_status_exporter/collector/exposition"
	"export_status_exporter/provider"
)

// CallCounters counts the calls of one account. It implements apiclient.Observer and is
// safe for concurrent use. It survives reloads as long as the account keeps its name.
type CallCounters struct {
	durations prometheus.Observer

	mu        sync.Mutex
	requests  map[int]float64
	errors    map[provider.Reason]float64
	credits   float64
	skew      time.Duration
	skewKnown bool
	// version is incremented with every change.
	version uint64
}

// NewCallCounters returns counters at zero. All accounts of a provider share the same
// durations; see Process.Durations.
func NewCallCounters(durations prometheus.Observer) *CallCounters {
	return &CallCounters{durations: durations, requests: make(map[int]float64), errors: make(map[provider.Reason]float64)}
}

// Requested implements apiclient.Observer.
func (c *CallCounters) Requested(code int, took time.Duration) {
	c.durations.Observe(took.Seconds())
	if code < 100 || code > 599 {
		code = 0 // a server can invent codes, and each one would be a new series
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.requests[code]++
	c.version++
}

// Failed implements apiclient.Observer.
func (c *CallCounters) Failed(reason provider.Reason) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.errors[reason]++
	c.version++
}

// maxCredits is up to where a float64 counts exactly.
const maxCredits = 1 << 53

// CreditsUsed implements apiclient.Observer. It ignores a number that would leave a sum
// which never changes again.
func (c *CallCounters) CreditsUsed(credits float64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.credits+credits > maxCredits {
		return
	}
	c.credits += credits
	c.version++
}

// ClockSkew implements apiclient.Observer.
func (c *CallCounters) ClockSkew(skew time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.skew, c.skewKnown = skew, true
	c.version++
}

// current returns the version.
func (c *CallCounters) current() uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.version
}

// calls writes the counters and returns their version.
func (s sampler) calls(view *account.View, a *CallCounters) (version uint64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	s.Begin(accountLabels, view.Provider, view.Name)
	for _, code := range slices.Sorted(maps.Keys(a.requests)) {
		name := "error"
		if code != 0 {
			name = strconv.Itoa(code)
		}
		s.Sample(apiRequests, a.requests[code], exposition.Extra{name})
	}
	for _, reason := range provider.Reasons() {
		s.Sample(apiErrors, a.errors[reason], exposition.Extra{string(reason)})
	}
	s.value(apiCreditsUsed, a.credits)
	if a.skewKnown {
		s.value(apiClockSkew, a.skew.Seconds())
	}
	return a.version
}
