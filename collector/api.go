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

// API counts the calls of one account. It implements apiclient.Observer and is safe for
// concurrent use. It survives reloads as long as the account keeps its name.
type API struct {
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

// NewAPI returns counters at zero. All accounts of a provider share the same durations;
// see Process.Durations.
func NewAPI(durations prometheus.Observer) *API {
	return &API{durations: durations, requests: make(map[int]float64), errors: make(map[provider.Reason]float64)}
}

// Requested implements apiclient.Observer.
func (a *API) Requested(code int, took time.Duration) {
	a.durations.Observe(took.Seconds())
	if code < 100 || code > 599 {
		code = 0 // a server can invent codes, and each one would be a new series
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.requests[code]++
	a.version++
}

// Failed implements apiclient.Observer.
func (a *API) Failed(reason provider.Reason) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.errors[reason]++
	a.version++
}

// CreditsUsed implements apiclient.Observer.
func (a *API) CreditsUsed(credits float64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.credits += credits
	a.version++
}

// ClockSkew implements apiclient.Observer.
func (a *API) ClockSkew(skew time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.skew, a.skewKnown = skew, true
	a.version++
}

// current returns the version.
func (a *API) current() uint64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.version
}

// api writes the counters and returns their version.
func (e emit) api(view *account.View, a *API) (version uint64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	e.Begin(ofAccount, view.Provider, view.Name)
	for _, code := range slices.Sorted(maps.Keys(a.requests)) {
		name := "error"
		if code != 0 {
			name = strconv.Itoa(code)
		}
		e.Sample(apiRequests, a.requests[code], exposition.Extra{name})
	}
	for _, reason := range provider.Reasons() {
		e.Sample(apiErrors, a.errors[reason], exposition.Extra{string(reason)})
	}
	e.value(apiCreditsUsed, a.credits)
	if a.skewKnown {
		e.value(apiClockSkew, a.skew.Seconds())
	}
	return a.version
}
