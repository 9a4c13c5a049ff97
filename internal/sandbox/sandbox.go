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

// Provider is the name of an emulated API, as in the exporter's configuration and
// labels.
type Provider string

// The built-in APIs.
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

// apis returns the built-in APIs in a fixed order.
func apis() []builtIn {
	return []builtIn{
		{Kraken, krakenAPI{}},
		{CoinbaseExchange, coinbaseAPI{}},
		{KrakenFutures, futuresAPI{}},
		{OnlyFansAPI, onlyFansAPI{}},
	}
}

// Providers returns the names of the built-in APIs in a fixed order.
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

// Options configure a Sandbox. The zero value is valid.
type Options struct {
	// Now is the providers' clock. The default is time.Now.
	Now func() time.Time
	// Rand is the source of credentials and personal fields. The default is
	// crypto/rand.Reader. It is read under a lock, and must not fail or end.
	Rand io.Reader
	// Pace is the time that a normal demo job takes from queued to ready. The default
	// is one minute.
	Pace time.Duration
	// KeepRequests is the number of requests to keep per account and per provider. The
	// default is 1,000. Long tests with many accounts should use less.
	KeepRequests int
}

// Sandbox emulates the built-in and the defined APIs, with their accounts. Use New to
// create one.
type Sandbox struct {
	now    func() time.Time
	pace   time.Duration
	keep   int
	hosts  map[Provider]*host // fixed after Start
	order  []Provider         // of the hosts
	bomb   func() []byte      // 72 MiB of spaces, gzipped once
	ctx    context.Context    // canceled by Close; held requests wait for it
	cancel context.CancelFunc

	randMu sync.Mutex
	rand   io.Reader

	closing sync.Once

	mu         sync.Mutex // guards the following fields
	started    bool       // listening, or closed
	closed     bool       // accepts no more requests
	servers    []*http.Server
	violations []string
	demo       []*Account
	work       sync.WaitGroup // handlers and listeners; Add only while !closed
}

// New returns a Sandbox without accounts and listeners.
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
		// Faults break connections on purpose, so the server's error messages are just
		// noise.
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

// Close closes the listeners, aborts all requests in flight, including those held by a
// fault, and waits for all goroutines. Further calls wait for the first and do nothing.
func (s *Sandbox) Close() error {
	var errs []error
	s.closing.Do(func() {
		s.mu.Lock()
		s.started = true // prevent a later Start
		servers := s.servers
		s.mu.Unlock()
		// Close the listeners first. A client that retries after its held request was
		// aborted must find the port closed, and not get an answer.
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

// URL returns the base URL of a provider, http://127.0.0.1:PORT, or "" before Start.
func (s *Sandbox) URL(p Provider) string { return s.host(p).baseURL() }

// Handler returns the API of a provider without a listener, for tests that use TLS or a
// proxy. Close the Sandbox before the test's server, because Close aborts held
// requests.
func (s *Sandbox) Handler(p Provider) http.Handler { return s.host(p) }

// Violations returns the requests for anything but the documented reads, oldest first,
// as "PROVIDER: METHOD PATH". At most 1,000 are kept.
func (s *Sandbox) Violations() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.violations)
}

// Requests returns the newest requests to a provider, oldest first, including those
// with an unknown key. Their number is limited by Options.KeepRequests.
func (s *Sandbox) Requests(p Provider) []Request { return s.host(p).log.list() }

// Count returns the number of requests to a provider.
func (s *Sandbox) Count(p Provider) int64 { return s.host(p).log.total() }

// Verdicts returns the number of a provider's requests by verdict; see Request.Verdict.
func (s *Sandbox) Verdicts(p Provider) map[string]int64 { return s.host(p).log.verdicts() }

// SetFault replaces the faults of a provider. Faults of the account take precedence. If
// several faults match, the first one applies.
func (s *Sandbox) SetFault(p Provider, faults ...Fault) { s.host(p).faults.set(faults) }

// ClearFault removes the faults of a provider.
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

// host returns the emulation of a provider. It panics for an unknown name, which is a
// bug in the caller.
func (s *Sandbox) host(p Provider) *host {
	h, ok := s.hosts[p]
	if !ok {
		panic(fmt.Sprintf("sandbox: unknown provider %q", p))
	}
	return h
}

// begin admits a request unless the Sandbox is closed. If it does, done must be called.
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
