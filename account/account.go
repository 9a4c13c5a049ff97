// Package account decides when a configured account is asked, keeps its last
// good snapshots, and shows both as immutable views. It knows nothing of HTTP
// or of any API: it sees provider.Source and a clock. Which failure holds back
// what is decided in breaker.go, how long in backoff.go, whether a request is sent
// once more in retry.go.
package account

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-kit/log"

	"export_status_exporter/provider"
)

// Policy says how often an account is asked and how much of it is shown.
type Policy struct {
	// RefreshInterval is the least time between the starts of two refreshes of
	// one source.
	RefreshInterval time.Duration
	// Timeout bounds one refresh of one source: its turn, its pages, its retry.
	Timeout time.Duration
	// StaleAfter is how long the last good snapshot is shown without success.
	StaleAfter time.Duration
	// MaxReports and MaxAge bound what is listed; see View.List.
	MaxReports int
	MaxAge     time.Duration
}

// Secrets are the account's credentials, which may change while it runs.
type Secrets interface {
	// Reload reads them again, until ctx ends. The version grows whenever a value
	// changed; an error says what could not be used, and the last good value
	// stays.
	Reload(ctx context.Context) (version uint64, err error)
}

// Options is what an account is made of. All fields are required.
type Options struct {
	Name     string
	Provider string
	Policy   Policy
	// Serial says that sources never run at once.
	Serial  bool
	Sources []provider.Source
	Secrets Secrets
	// Key returns what is known of the API key that the secrets hold now.
	Key func() *Key
	// Memory bounds what answers and reports take, over all accounts.
	Memory *provider.Memory
	// Slots bound the refreshes in flight; one of each is taken, in this order,
	// so the one that is shared most comes last.
	Slots []Slots
	// Took hears of each report that is seen to become ready: its type, and how
	// long it took from its request. It must not wait.
	Took   func(kind string, took time.Duration)
	Logger log.Logger
	// Now is the clock, Rand returns a number in [0,1), and Pause waits.
	Now   func() time.Time
	Rand  func() float64
	Pause func(context.Context, time.Duration) error
}

// Slots is a semaphore that accounts share.
type Slots chan struct{}

// take takes one of each slot, or none and the reason why ctx ended.
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
		// Select tosses a coin if a slot came free at the last moment.
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
	types   *typeSet

	// ctx ends every refresh; it belongs to the account and not to a scrape,
	// so a scraper that leaves cancels nothing.
	ctx     context.Context //nolint:containedctx // It is the account's lifetime.
	cancel  context.CancelFunc
	refresh sync.WaitGroup

	// scraped is when Scraped was last called, in nanoseconds since 1970; 0 is
	// never.
	scraped atomic.Int64

	mu      sync.Mutex
	stopped bool
	proven  bool
	// breaker is the wait after a refusal of the key, hint the one that the
	// provider asked for.
	breaker, hint wait
	// key is what is known of the key in use, by whichever account.
	key            *Key
	secretsVersion uint64
	secretsProblem string
}

// New returns an account that has not asked anything yet. Stop it after use.
func New(o Options) *Account {
	a := &Account{Options: o, types: newTypeSet()}
	a.logger = log.With(o.Logger, "provider", o.Provider, "account", o.Name)
	a.ctx, a.cancel = context.WithCancel(context.Background())
	for _, fetcher := range o.Sources {
		a.sources = append(a.sources, newSource(a, fetcher))
	}
	a.secretsVersion, _ = reloadSecrets(a.ctx, o.Secrets)
	a.key = o.Key()
	return a
}

// Refresh starts a refresh of every source that is due at now, and waits for
// all refreshes in flight, its own and those of others, until ctx ends. It
// reports whether all were over by then; those that were not go on.
func (a *Account) Refresh(ctx context.Context, now time.Time) (complete bool) {
	if a.Scraped(now) {
		a.Begin(ctx, now)
	}
	return a.Wait(ctx)
}

// Scraped notes a scrape at now, and reports whether there is something to begin.
func (a *Account) Scraped(now time.Time) (due bool) {
	a.scraped.Store(now.UnixNano())
	return a.anyDue(now) || a.waitingFor(now).resettable() || a.anyResettable(now)
}

// Begin reads the secrets again and starts a refresh of every source that is
// due. It waits for nothing but the secrets.
func (a *Account) Begin(ctx context.Context, now time.Time) {
	a.checkSecrets(ctx)
	for _, s := range a.sources {
		s.start(now)
	}
}

// Wait waits for all refreshes in flight until ctx ends, and reports whether
// they were over by then.
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

// Stop ends all refreshes and waits for their goroutines.
func (a *Account) Stop() {
	a.close()
	a.cancel()
	a.refresh.Wait()
	a.release()
}

// Retire lets the refreshes in flight come to their own end, and begins no
// more: a request that was left in the middle would still be at the provider
// while another account uses the same key. Stop cuts it short.
func (a *Account) Retire() {
	a.close()
	a.refresh.Wait()
	a.cancel()
	a.release()
}

// release gives back the memory of what is held.
func (a *Account) release() {
	for _, s := range a.sources {
		s.held.Release()
	}
}

func (a *Account) close() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.stopped = true
}

// acquireTurn waits until a refresh may run. Refreshes of a serial account run
// one after another, also with those of another account that had the key before.
// So do those of any account that has not proven itself since its start, its
// last change of secrets or its last wait: if the key is wrong, exactly one
// request finds out.
func (a *Account) acquireTurn(ctx context.Context, key *Key) (release func(), err error) {
	if !a.Serial && a.keyVerified() {
		return func() {}, nil
	}
	wait, cancel := ctx, func() {}
	if !a.Serial {
		// A key that is refused is refused soon. A provider that hangs must not
		// take the time of the sources that it would answer.
		wait, cancel = context.WithTimeout(ctx, a.Policy.Timeout/2)
	}
	defer cancel()
	select {
	case key.turn <- struct{}{}:
	case <-wait.Done():
		return func() {}, ctx.Err()
	}
	if !a.Serial && a.keyVerified() {
		<-key.turn
		return func() {}, nil
	}
	return func() { <-key.turn }, nil
}

// keyInUse returns the key that the next request is signed with.
func (a *Account) keyInUse() *Key {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.key
}

func (a *Account) keyVerified() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.proven
}

func (a *Account) anyDue(now time.Time) bool {
	for _, s := range a.sources {
		if s.due(now) {
			return true
		}
	}
	return false
}

func (a *Account) anyResettable(now time.Time) bool {
	for _, s := range a.sources {
		if s.state.Load().wait.inForce(now).resettable() {
			return true
		}
	}
	return false
}
