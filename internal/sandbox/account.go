package sandbox

import (
	"maps"
	"slices"
	"sync"
	"time"
)

// Account is one set of credentials at one provider, with the reports that its API
// lists.
type Account struct {
	host     *host
	name     string
	personal personal
	log      requestLog
	faults   faultSet

	mu          sync.Mutex
	creds       Credentials
	retired     []string             // earlier credentials, which are still secret
	tokens      map[string]time.Time // expiry of each access token
	nonce       nonceState
	reports     func(now time.Time) []Report
	credits     func(now time.Time) Credits
	permissions []string
	keyEnds     time.Time
	shape       Shape
	budget      budget
	inFlight    int
	maxInFlight int
}

// AddAccount adds an account with random credentials and an empty list. If the name
// exists, it returns that account.
func (s *Sandbox) AddAccount(p Provider, name string) *Account {
	h := s.host(p)
	h.mu.Lock()
	defer h.mu.Unlock()
	if a, ok := h.names[name]; ok {
		return a
	}
	facts := h.api.facts()
	a := &Account{
		host: h, name: name, personal: h.api.personal(source{s.random}),
		creds:       h.api.credentials(s.random),
		reports:     func(time.Time) []Report { return nil },
		credits:     func(time.Time) Credits { return Credits{Balance: 10000} },
		permissions: facts.permissions,
		budget:      newBudget(facts.period, facts.size),
		log:         requestLog{limit: s.keep},
	}
	h.names[name] = a
	h.keys[a.creds.identity()] = a
	h.order = append(h.order, a)
	return a
}

// Name returns the name the account was added with.
func (a *Account) Name() string { return a.name }

// Provider returns the API the account belongs to.
func (a *Account) Provider() Provider { return a.host.provider }

// Credentials returns the current credentials.
func (a *Account) Credentials() Credentials {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.creds
}

// Rotate replaces the credentials with new random ones and returns them. The old ones
// are refused from then on, and the new key starts a new nonce sequence.
func (a *Account) Rotate() Credentials {
	fresh := a.host.api.credentials(a.host.sandbox.random)
	a.host.issue(fresh.identity(), a)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.retired = append(a.retired, a.creds.values()...)
	a.creds = fresh
	a.nonce = nonceState{}
	for text := range a.tokens {
		a.tokens[text] = time.Time{}
	}
	return fresh
}

// Canaries returns all secret or personal strings of the account: all credentials that
// it ever had, and the personal fields in its replies. None of them may appear in
// anything that the exporter logs or serves.
func (a *Account) Canaries() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Concat(a.creds.values(), slices.Collect(maps.Keys(a.tokens)), a.retired, slices.Collect(maps.Values(a.personal)))
}

// SetReports replaces the listed reports. The slice is copied.
func (a *Account) SetReports(reports []Report) {
	fixed := slices.Clone(reports)
	a.SetReportsFunc(func(time.Time) []Report { return fixed })
}

// SetReportsFunc replaces the listed reports with a function of the provider's clock.
// It is called once per request and must be safe for concurrent use.
func (a *Account) SetReportsFunc(reports func(now time.Time) []Report) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.reports = reports
}

// SetShape selects the form of valid replies; see Shape.
func (a *Account) SetShape(shape Shape) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.shape = shape
}

// SetCredits sets _meta._credits of OnlyFansAPI. An account starts with a balance of
// 10,000.
func (a *Account) SetCredits(c Credits) {
	a.setCreditsFunc(func(time.Time) Credits { return c })
}

func (a *Account) setCreditsFunc(credits func(now time.Time) Credits) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.credits = credits
}

// SetPermissions sets the permissions in Kraken's GetApiKeyInfo. An account starts with
// "export-data"; without it, ExportStatus is refused. For Kraken Futures, it sets the
// access to the areas general and transfer in the key check, which are READ_ONLY and
// NO_ACCESS at the start.
func (a *Account) SetPermissions(permissions ...string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.permissions = slices.Clone(permissions)
}

// SetKeyEnd sets the key's expiry as reported by Kraken. Zero, the initial value, means
// never.
func (a *Account) SetKeyEnd(at time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.keyEnds = at
}

func (a *Account) keyEnd() time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.keyEnds
}

// SetLimit sets the size of the account's request budget and fills it. Zero means no
// limit. Kraken Futures starts with 100 tokens that refill in 10 minutes, OnlyFansAPI
// with 60 requests that refill in a minute, and Kraken and Coinbase without a limit.
func (a *Account) SetLimit(n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.budget.reset(n)
}

// SetFault replaces the faults of the account; see Sandbox.SetFault.
func (a *Account) SetFault(faults ...Fault) { a.faults.set(faults) }

// ClearFault removes the faults of the account. Requests already held by a fault stay
// held.
func (a *Account) ClearFault() { a.faults.set(nil) }

// Requests returns the newest requests with a current or former key of this account,
// oldest first. Their number is limited by Options.KeepRequests.
func (a *Account) Requests() []Request { return a.log.list() }

// Count returns the number of requests with a key of this account.
func (a *Account) Count() int64 { return a.log.total() }

// Verdicts returns the number of the account's requests by verdict.
func (a *Account) Verdicts() map[string]int64 { return a.log.verdicts() }

// MaxInFlight returns the maximum number of concurrent requests so far. A request
// counts from its arrival until its answer begins, or until a FaultLatency ends early
// because the client disconnected.
func (a *Account) MaxInFlight() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.maxInFlight
}

// enter counts a request as in flight until the returned function is called.
func (a *Account) enter() func() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.inFlight++
	a.maxInFlight = max(a.maxInFlight, a.inFlight)
	return func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.inFlight--
	}
}

// list returns the reports at the given time.
func (a *Account) list(now time.Time) []Report {
	a.mu.Lock()
	reports := a.reports
	a.mu.Unlock()
	return reports(now)
}

// state returns what replies contain besides the reports.
func (a *Account) state(now time.Time) (Shape, Credits, []string) {
	a.mu.Lock()
	shape, credits, permissions := a.shape, a.credits, a.permissions
	a.mu.Unlock()
	return shape, credits(now), permissions
}

// spend takes cost from the account's budget. If the budget is too low, it returns how
// long to wait.
func (a *Account) spend(now time.Time, cost int) (time.Duration, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.budget.take(now, cost)
}

// left returns the size of the account's budget and what is left of it. Size 0 means no
// limit.
func (a *Account) left(now time.Time) (size, rest int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.budget.left(now)
}

// useNonce advances the key's nonce sequence, or returns what is wrong with the nonce.
func (a *Account) useNonce(key string, nonce uint64) nonceVerdict {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.creds.Key != key {
		return nonceRotated
	}
	return a.nonce.use(nonce)
}

// Reports returns the reports that the API lists now.
func (a *Account) Reports() []Report { return a.list(a.host.sandbox.now()) }
