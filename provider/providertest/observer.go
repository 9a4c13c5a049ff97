package providertest

import (
	"sync"
	"time"

	"export_status_exporter/provider"
)

// Seen holds the calls that an Observer received, in order.
type Seen struct {
	Codes   []int
	Took    []time.Duration
	Failed  []provider.Reason
	Credits []float64
	Skews   []time.Duration
}

// Observer implements apiclient.Observer and records every call. It is safe for
// concurrent use.
type Observer struct {
	mu   sync.Mutex
	seen Seen
}

// Seen returns the calls received so far.
func (o *Observer) Seen() Seen {
	o.mu.Lock()
	defer o.mu.Unlock()
	return Seen{
		Codes:   append([]int(nil), o.seen.Codes...),
		Took:    append([]time.Duration(nil), o.seen.Took...),
		Failed:  append([]provider.Reason(nil), o.seen.Failed...),
		Credits: append([]float64(nil), o.seen.Credits...),
		Skews:   append([]time.Duration(nil), o.seen.Skews...),
	}
}

// Requested implements apiclient.Observer.
func (o *Observer) Requested(code int, took time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.seen.Codes = append(o.seen.Codes, code)
	o.seen.Took = append(o.seen.Took, took)
}

// Failed implements apiclient.Observer.
func (o *Observer) Failed(reason provider.Reason) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.seen.Failed = append(o.seen.Failed, reason)
}

// CreditsUsed implements apiclient.Observer.
func (o *Observer) CreditsUsed(credits float64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.seen.Credits = append(o.seen.Credits, credits)
}

// ClockSkew implements apiclient.Observer.
func (o *Observer) ClockSkew(skew time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.seen.Skews = append(o.seen.Skews, skew)
}
