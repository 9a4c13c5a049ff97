package sandbox

import (
	"net/http"
	"slices"
	"sync"
	"time"
)

// FaultKind is a way in which a provider or the network fails.
type FaultKind string

// The faults. The request is checked and recorded under each of them, so a
// nonce is used up even when no answer comes.
const (
	// FaultReset resets the TCP connection.
	FaultReset FaultKind = "reset"
	// FaultSlowHeader holds the answer back until the client leaves or the
	// sandbox closes.
	FaultSlowHeader FaultKind = "slow_header"
	// FaultSlowBody sends the head and half of the body, then holds the rest;
	// with a Delay it goes on byte by byte.
	FaultSlowBody FaultKind = "slow_body"
	// FaultTruncatedBody closes the connection before the announced
	// Content-Length is sent.
	FaultTruncatedBody FaultKind = "truncated_body"
	// FaultTruncatedJSON sends half of the JSON as a complete body.
	FaultTruncatedJSON FaultKind = "truncated_json"
	// FaultGzipBomb sends some 70 KiB that unpack to 72 MiB of spaces before
	// the right answer.
	FaultGzipBomb FaultKind = "gzip_bomb"
	// FaultHugeBody streams Size bytes of spaces, 300 MiB when 0, before the
	// right answer.
	FaultHugeBody FaultKind = "huge_body"
	// FaultHTML sends an HTML page with Status, 200 when 0.
	FaultHTML FaultKind = "html"
	// FaultWrongTypes sends the documented fields with other JSON types.
	FaultWrongTypes FaultKind = "wrong_types"
	// FaultWrongItemTypes keeps the shape of the answer and changes the type of
	// every value inside the listed reports.
	FaultWrongItemTypes FaultKind = "wrong_item_types"
	// FaultDeepNesting sends 100,000 arrays inside each other.
	FaultDeepNesting FaultKind = "deep_nesting"
	// FaultEmptyBody sends 200 and nothing else.
	FaultEmptyBody FaultKind = "empty_body"
	// FaultError sends Errors in the provider's dialect, with Status or the
	// provider's usual one.
	FaultError FaultKind = "error"
	// FaultStatus sends Status with Header and Body; without a Body the status
	// text in the provider's dialect.
	FaultStatus FaultKind = "status"
	// FaultRedirect sends Status, 302 when 0, to Location.
	FaultRedirect FaultKind = "redirect"
	// FaultClock shifts the provider's clock by Skew: the Date header,
	// serverTime, and the check of timestamps.
	FaultClock FaultKind = "clock"
	// FaultLatency waits for Delay before the right answer.
	FaultLatency FaultKind = "latency"
)

// Fault is what to do to requests in place of the right answer.
type Fault struct {
	Kind FaultKind
	// Times is how many requests it hits; 0 means until it is cleared.
	Times int
	// Source limits it to one source; see Request.Source. Empty means all.
	Source string

	Status   int           // FaultError, FaultHTML, FaultStatus, FaultRedirect
	Errors   []string      // FaultError; Kraken sends all, the others the first
	Header   http.Header   // FaultError, FaultStatus: hints such as Retry-After
	Body     []byte        // FaultStatus
	Location string        // FaultRedirect: scheme and host; the path and query are kept
	Delay    time.Duration // FaultLatency, FaultSlowBody
	Skew     time.Duration // FaultClock
	Size     int64         // FaultHugeBody
}

func (f Fault) clockSkew() time.Duration {
	if f.Kind != FaultClock {
		return 0
	}
	return f.Skew
}

// faultSet is the faults in force at one place.
type faultSet struct {
	mu     sync.Mutex
	faults []Fault
}

func (s *faultSet) set(faults []Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = slices.Clone(faults)
}

// take returns the first fault for that source and counts it down.
func (s *faultSet) take(source string) (Fault, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, f := range s.faults {
		if f.Source != "" && f.Source != source {
			continue
		}
		if f.Times == 1 {
			s.faults = slices.Delete(s.faults, i, i+1)
		} else if f.Times > 1 {
			s.faults[i].Times--
		}
		return f, true
	}
	return Fault{}, false
}
