package sandbox

import (
	"net/http"
	"slices"
	"sync"
	"time"
)

// FaultKind is a way in which a provider or the network can fail.
type FaultKind string

// The faults. Requests are always checked and recorded first, so a nonce is used up
// even if there is no answer.
const (
	// FaultReset resets the TCP connection.
	FaultReset FaultKind = "reset"
	// FaultSlowHeader holds the answer until the client disconnects or the sandbox
	// closes.
	FaultSlowHeader FaultKind = "slow_header"
	// FaultSlowBody sends the header and half of the body, then holds the rest. With a
	// Delay, it continues byte by byte.
	FaultSlowBody FaultKind = "slow_body"
	// FaultTruncatedBody closes the connection before Content-Length bytes are sent.
	FaultTruncatedBody FaultKind = "truncated_body"
	// FaultTruncatedJSON sends half of the JSON as a complete body.
	FaultTruncatedJSON FaultKind = "truncated_json"
	// FaultGzipBomb precedes the answer with about 70 KiB that decompress to 72 MiB of
	// spaces.
	FaultGzipBomb FaultKind = "gzip_bomb"
	// FaultHugeBody precedes the answer with Size bytes of spaces. The default is 300
	// MiB.
	FaultHugeBody FaultKind = "huge_body"
	// FaultHTML sends an HTML page with Status. The default is 200.
	FaultHTML FaultKind = "html"
	// FaultWrongTypes sends the documented fields with other JSON types.
	FaultWrongTypes FaultKind = "wrong_types"
	// FaultWrongItemTypes changes the type of every value in the listed reports and
	// keeps the rest of the answer.
	FaultWrongItemTypes FaultKind = "wrong_item_types"
	// FaultDeepNesting sends 100,000 nested arrays.
	FaultDeepNesting FaultKind = "deep_nesting"
	// FaultEmptyBody sends status 200 with an empty body.
	FaultEmptyBody FaultKind = "empty_body"
	// FaultError sends Errors in the provider's format, with Status or the provider's
	// usual status.
	FaultError FaultKind = "error"
	// FaultStatus sends Status with Header and Body. The default body is the status
	// text in the provider's format.
	FaultStatus FaultKind = "status"
	// FaultRedirect redirects to Location with Status. The default is 302.
	FaultRedirect FaultKind = "redirect"
	// FaultClock shifts the provider's clock by Skew. This affects the Date header,
	// serverTime, and the check of timestamps.
	FaultClock FaultKind = "clock"
	// FaultLatency delays the answer by Delay.
	FaultLatency FaultKind = "latency"
)

// Fault replaces or modifies answers.
type Fault struct {
	Kind FaultKind
	// Times is the number of requests that fail. 0 means all until the fault is
	// cleared.
	Times int
	// Source limits the fault to one source; see Request.Source. Empty means all.
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

// faultSet holds the faults of one account or provider.
type faultSet struct {
	mu     sync.Mutex
	faults []Fault
}

func (s *faultSet) set(faults []Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = slices.Clone(faults)
}

// take returns the first fault that applies to a source, and counts it.
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
