package sandbox

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Provider names one of the emulated APIs, with the words the exporter uses in
// its configuration and labels.
type Provider string

// The emulated APIs.
const (
	Kraken           Provider = "kraken"
	CoinbaseExchange Provider = "coinbase_exchange"
	KrakenFutures    Provider = "kraken_futures"
	OnlyFansAPI      Provider = "onlyfansapi"
)

// builtIn is an API that every Sandbox emulates.
type builtIn struct {
	name Provider
	api  api
}

// apis are all of them, in a fixed order.
func apis() []builtIn {
	return []builtIn{
		{Kraken, krakenAPI{}},
		{CoinbaseExchange, coinbaseAPI{}},
		{KrakenFutures, futuresAPI{}},
		{OnlyFansAPI, onlyFansAPI{}},
	}
}

// Providers returns the APIs that every Sandbox emulates, in a fixed order.
func Providers() []Provider {
	var names []Provider
	for _, each := range apis() {
		names = append(names, each.name)
	}
	return names
}

const (
	defaultPace   = time.Minute
	defaultKeep   = 1000
	maxViolations = 1000
)

// Options configure a Sandbox; the zero value is ready to use.
type Options struct {
	// Now is the providers' clock; time.Now when nil.
	Now func() time.Time
	// Rand is where credentials and personal fields come from;
	// crypto/rand.Reader when nil. It is read under a lock and must not fail
	// or end.
	Rand io.Reader
	// Pace is how long a normal demo job takes from queued to ready; a
	// minute when not positive.
	Pace time.Duration
	// KeepRequests is how many requests are remembered per account and per
	// provider; 1,000 when not positive. A soak with many accounts wants less.
	KeepRequests int
}

// Sandbox is the emulated APIs, and those that are defined, with their
// accounts. Make one with New.
type Sandbox struct {
	now    func() time.Time
	pace   time.Duration
	keep   int
	hosts  map[Provider]*host // fixed after Start
	order  []Provider         // of the hosts
	bomb   func() []byte      // 72 MiB of spaces, gzipped once
	ctx    context.Context    // ends with Close; held requests watch it
	cancel context.CancelFunc

	randMu sync.Mutex
	rand   io.Reader

	closing sync.Once

	mu         sync.Mutex // guards what follows
	started    bool       // listening, or closed
	closed     bool       // admits no more requests
	servers    []*http.Server
	violations []string
	demo       []*Account
	work       sync.WaitGroup // handlers and listeners; Add only while !closed
}

// New returns a Sandbox without accounts and without listeners.
func New(o Options) *Sandbox {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	if o.Pace <= 0 {
		o.Pace = defaultPace
	}
	if o.KeepRequests <= 0 {
		o.KeepRequests = defaultKeep
	}
	s := &Sandbox{now: o.Now, rand: o.Rand, pace: o.Pace, keep: o.KeepRequests, bomb: sync.OnceValue(gzippedSpaces)}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.hosts = make(map[Provider]*host)
	for _, each := range apis() {
		s.hosts[each.name] = newHost(s, each.name, each.api)
	}
	s.order = Providers()
	return s
}

// Start opens one loopback listener per provider and serves it until Close.
func (s *Sandbox) Start() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.started {
		return errors.New("start sandbox: already started or closed")
	}
	var listeners []net.Listener
	for _, p := range s.order {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			for _, open := range listeners {
				err = errors.Join(err, open.Close())
			}
			return fmt.Errorf("start sandbox of %s: %w", p, err)
		}
		listeners = append(listeners, l)
	}
	for i, p := range s.order {
		h := s.hosts[p]
		h.setURL("http://" + listeners[i].Addr().String())
		// Faults break connections on purpose; the server's complaints about
		// them would only litter the program's output.
		server := &http.Server{
			Handler:           h,
			ReadHeaderTimeout: 10 * time.Second,
			ErrorLog:          log.New(io.Discard, "", 0),
		}
		s.servers = append(s.servers, server)
		s.work.Go(func() { _ = server.Serve(listeners[i]) })
	}
	s.started = true
	return nil
}

// Close closes the listeners, ends all requests in flight, those held by a fault
// included, and waits for every goroutine. A second Close waits for the first
// and does nothing.
func (s *Sandbox) Close() error {
	var errs []error
	s.closing.Do(func() {
		s.mu.Lock()
		s.started = true // from now on there is nothing to start
		servers := s.servers
		s.mu.Unlock()
		// Listeners go first: a client that tries again after its held request
		// broke has to find the port closed, not an answer.
		for _, server := range servers {
			errs = append(errs, server.Close())
		}
		s.mu.Lock()
		s.closed = true
		s.mu.Unlock()
		s.cancel()
		s.work.Wait()
	})
	return errors.Join(errs...)
}

// URL returns the base URL of a provider, http://127.0.0.1:PORT, or "" before
// Start.
func (s *Sandbox) URL(p Provider) string { return s.host(p).baseURL() }

// Handler returns the API of a provider without a listener, for a test that
// wraps it in TLS or a proxy. Such a server has to be closed after the Sandbox,
// because a held request ends with Close.
func (s *Sandbox) Handler(p Provider) http.Handler { return s.host(p) }

// Violations returns the requests that asked for anything but the documented
// reads, oldest first, as "PROVIDER: METHOD PATH". At most 1,000 are kept.
func (s *Sandbox) Violations() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.violations)
}

// Requests returns the newest requests that reached a provider, oldest first, at
// most Options.KeepRequests, including those with a key of no account.
func (s *Sandbox) Requests(p Provider) []Request { return s.host(p).log.list() }

// Count returns how many requests reached a provider.
func (s *Sandbox) Count(p Provider) int64 { return s.host(p).log.total() }

// Verdicts returns how many requests of a provider got each verdict; see
// Request.Verdict.
func (s *Sandbox) Verdicts(p Provider) map[string]int64 { return s.host(p).log.verdicts() }

// SetFault replaces the faults of a whole provider. A fault of the account goes
// first; among several the first that matches is served.
func (s *Sandbox) SetFault(p Provider, faults ...Fault) { s.host(p).faults.set(faults) }

// ClearFault removes the faults of a whole provider.
func (s *Sandbox) ClearFault(p Provider) { s.host(p).faults.set(nil) }

// Canaries returns the secret and personal strings of all accounts; see
// Account.Canaries.
func (s *Sandbox) Canaries() []string {
	var all []string
	for _, p := range s.order {
		for _, a := range s.hosts[p].accounts() {
			all = append(all, a.Canaries()...)
		}
	}
	return all
}

// host returns the API of a provider. An unknown name is a mistake in the
// calling program, like an index out of range.
func (s *Sandbox) host(p Provider) *host {
	h, ok := s.hosts[p]
	if !ok {
		panic(fmt.Sprintf("sandbox: unknown provider %q", p))
	}
	return h
}

// begin admits a request unless the Sandbox is closed; done must follow.
func (s *Sandbox) begin() (done func(), ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, false
	}
	s.work.Add(1)
	return s.work.Done, true
}

func (s *Sandbox) violated(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.violations) < maxViolations {
		s.violations = append(s.violations, text)
	}
}

// random returns n random bytes.
func (s *Sandbox) random(n int) []byte {
	b := make([]byte, n)
	s.randMu.Lock()
	defer s.randMu.Unlock()
	if _, err := io.ReadFull(s.rand, b); err != nil {
		panic(fmt.Sprintf("sandbox: source of randomness: %v", err))
	}
	return b
}
