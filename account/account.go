// Package account decides when to refresh a configured account, keeps the last
// good snapshot of each source, and exposes both as immutable views. It knows
// nothing about HTTP or any API: it sees only provider.Source and a clock.
// breaker.go decides what a failure pauses, backoff.go for how long, and
// retry.go whether to retry at once.
package account

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-kit/log"

	"export_status_exporter/provider"
)

// Policy controls how often an account is refreshed and how much of it is
// shown.
type Policy struct {
	// RefreshInterval is the minimum time between the starts of two refreshes
	// of one source.
	RefreshInterval time.Duration
	// Timeout bounds one refresh of one source, including queueing, all pages
	// and a retry.
	Timeout time.Duration
	// StaleAfter is how long the last good snapshot is shown while refreshes
	// fail.
	StaleAfter time.Duration
	// MaxReports and MaxAge limit which reports are listed; see View.List.
	MaxReports int
	MaxAge     time.Duration
}

// Secrets are the account's credentials, which may change while it runs.
type Secrets interface {
	// Reload re-reads the credentials, until ctx is done. The version increases
	// whenever a value changes. On error, the last good values stay in use.
	Reload(ctx context.Context) (version uint64, err error)
	// Version returns the version of the credentials in use, without reading.
	Version() uint64
}

// Options configures an account. All fields are required.
type Options struct {
	Name     string
	Provider string
	Policy   Policy
	// Serial means that the account's sources are refreshed one at a time.
	Serial  bool
	Sources []provider.Source
	Secrets Secrets
	// Key returns a context in which the sources sign with the API key that
	// Secrets holds now, and the shared state of this key, from Keys.Of.
	Key func(context.Context) (signing context.Context, key *Key)
	// Memory bounds the memory used by responses and reports, over all
	// accounts.
	Memory *provider.Memory
	// Slots limit the concurrent refreshes. A refresh acquires one slot of
	// each, in this order, so the most widely shared semaphore comes last.
	Slots []Slots
	// ObserveReady is called for each report that became ready, with its type
	// and the time from its request until then. It must not block.
	ObserveReady func(kind string, took time.Duration)
	Logger       log.Logger
	// Now returns the current time, Rand returns a number in [0,1), and Sleep
	// sleeps until the duration has passed or the context is done.
	Now   func() time.Time
	Rand  func() float64
	Sleep func(context.Context, time.Duration) error
}

// Slots is a semaphore shared by accounts.
type Slots chan struct{}

// take acquires one slot of each semaphore. If ctx ends first, it acquires none
// and returns ctx's error.
func take(ctx context.Context, all []Slots) (release func(), err error) {
	taken := 0
	release = func() {
		for _, slots := range all[:taken] {
			<-slots
		}
	}
	for _, slots := range all {
		select {
		case slots <- struct{}{}:
			taken++
		case <-ctx.Done():
		}
		// If a slot became free just as ctx ended, select picks either at
		// random.
		if ctx.Err() != nil {
			release()
			return nil, ctx.Err()
		}
	}
	return release, nil
}

// Account is one set of credentials at one provider. It is safe for concurrent
// use.
type Account struct {
	Options
	logger  log.Logger
	sources []*source
	types   typeSet

	// ctx is the parent context of every refresh. It belongs to the account and
	// not to a scrape, so a scraper that disconnects cancels nothing.
	ctx     context.Context //nolint:containedctx // It is the account's lifetime.
	cancel  context.CancelFunc
	refresh sync.WaitGroup
	// open ends when the account begins nothing any more, at Stop or Retire.
	open    context.Context //nolint:containedctx // It is the account's lifetime.
	closing context.CancelFunc

	// scraped is when NoteScrape was last called, in nanoseconds since the Unix
	// epoch; 0 means never.
	scraped atomic.Int64

	mu       sync.Mutex
	stopped  bool
	released bool
	// breaker is the wait after the provider refused the key, and hint the wait
	// that the provider asked for.
	breaker, hint wait
	// key is the state of the key in use, shared with every account that uses
	// it.
	key            *Key
	secretsVersion uint64
	secretsProblem string
}

// New returns an account that has not been refreshed yet. Call Stop to release
// it.
func New(o Options) *Account {
	a := &Account{Options: o, types: newTypeSet()}
	a.logger = log.With(o.Logger, "provider", o.Provider, "account", o.Name)
	a.ctx, a.cancel = context.WithCancel(context.Background())
	a.open, a.closing = context.WithCancel(a.ctx)
	for _, fetcher := range o.Sources {
		a.sources = append(a.sources, newSource(a, fetcher))
	}
	a.secretsVersion = o.Secrets.Version()
	_, a.key = o.Key(a.ctx)
	a.key.accounts.Add(1)
	return a
}

// NoteScrape records a scrape at now and reports whether Begin has anything to
// do.
func (a *Account) NoteScrape(now time.Time) (due bool) {
	a.scraped.Store(now.UnixNano())
	return a.waitingFor(now).resettable() || slices.ContainsFunc(a.sources, func(s *source) bool {
		return s.due(now) || s.state.Load().wait.inForce(now).resettable()
	})
}

// Begin re-reads the secrets and starts a refresh of every source that is due, or
// only of those that go first. It waits only for the secrets.
func (a *Account) Begin(ctx context.Context, now time.Time) {
	a.checkSecrets(ctx)
	first := func(s *source) bool { return s.goesFirst(now) }
	some := slices.ContainsFunc(a.sources, first)
	for _, s := range a.sources {
		if !some || first(s) {
			s.start(now)
		}
	}
}

// Wait waits for all refreshes in flight, including those that other scrapes
// began, until ctx is done. It reports whether all of them finished; the others
// keep running.
func (a *Account) Wait(ctx context.Context) (complete bool) {
	for _, s := range a.sources {
		flight := s.running()
		select {
		case <-flight:
			continue
		default:
		}
		select {
		case <-flight:
		case <-ctx.Done():
			return false
		}
	}
	return true
}

func (a *Account) scrapedAt() time.Time {
	if at := a.scraped.Load(); at != 0 {
		return time.Unix(0, at).UTC()
	}
	return time.Time{}
}

// Stop cancels all refreshes and waits for their goroutines.
func (a *Account) Stop() {
	a.markStopped()
	a.cancel()
	a.refresh.Wait()
	a.release()
}

// Retire lets the refreshes in flight finish. It starts no new ones, ends those
// that have not begun to send, and begins no retry. A canceled request could
// still be running at the provider while another account already uses the same
// key. Stop cuts Retire short.
func (a *Account) Retire() {
	a.markStopped()
	a.refresh.Wait()
	a.cancel()
	a.release()
}

// release returns the memory of the stored reports to the budget, and the key.
func (a *Account) release() {
	for _, s := range a.sources {
		s.held.Release()
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.released {
		a.released = true
		a.key.release()
	}
}

func (a *Account) markStopped() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.stopped {
		a.stopped = true
		a.key.accounts.Add(-1)
	}
	a.closing()
}

// acquireTurn waits until a refresh may run. The refreshes of a serial account
// run one at a time, even if another account used the same key before. So do the
// refreshes with a key that has not worked since the start, the last change of
// secrets or the last refusal: if the key is wrong, exactly one request finds
// out.
func (a *Account) acquireTurn(ctx context.Context, key *Key) (release func(), err error) {
	if !a.Serial && a.keyVerified(key) {
		return func() {}, nil
	}
	wait, cancel := ctx, func() {}
	if !a.Serial {
		// A provider rejects a bad key quickly. If it hangs instead, the other
		// sources must still have time for their own requests.
		wait, cancel = context.WithTimeout(ctx, a.Policy.Timeout/2)
	}
	defer cancel()
	select {
	case key.turn <- struct{}{}:
	case <-wait.Done():
		return func() {}, ctx.Err()
	}
	if !a.Serial && a.keyVerified(key) {
		<-key.turn
		return func() {}, nil
	}
	return func() { <-key.turn }, nil
}

func (a *Account) keyVerified(key *Key) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return key.isProven() && !a.breaker.active()
}
