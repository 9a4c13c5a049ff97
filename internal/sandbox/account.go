package sandbox

import (
	"maps"
	"slices"
	"sync"
	"time"
)

// Account is one set of credentials at one provider with what its API lists.
type Account struct {
	host     *host
	name     string
	personal personal
	log      requestLog
	faults   faultSet

	mu          sync.Mutex
	creds       Credentials
	retired     []string             // credentials of before, still secret
	tokens      map[string]time.Time // the end of each access token
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

// AddAccount adds an account with random credentials and an empty list, or
// returns the one that has this name already.
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

// Credentials returns the credentials in force.
func (a *Account) Credentials() Credentials {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.creds
}

// Rotate puts new random credentials in force and returns them. The old ones
// are refused from now on, and a new key starts a new nonce sequence.
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

// Canaries returns every string of the account that is secret or personal: all
// credentials it ever had and the fields its replies carry. None may appear in
// anything that the exporter logs or serves.
func (a *Account) Canaries() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Concat(a.creds.values(), slices.Collect(maps.Keys(a.tokens)), a.retired, slices.Collect(maps.Values(a.personal)))
}

// SetReports replaces what the API lists. The slice is copied.
func (a *Account) SetReports(reports []Report) {
	fixed := slices.Clone(reports)
	a.SetReportsFunc(func(time.Time) []Report { return fixed })
}

// SetReportsFunc replaces what the API lists by a function of the provider's
// clock, called once per request. It must be safe for concurrent use.
func (a *Account) SetReportsFunc(reports func(now time.Time) []Report) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.reports = reports
}

// SetShape changes how legal replies are put; see Shape.
func (a *Account) SetShape(shape Shape) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.shape = shape
}

// SetCredits sets what OnlyFansAPI says in _meta._credits; an account starts
// with a balance of 10,000.
func (a *Account) SetCredits(c Credits) {
	a.setCreditsFunc(func(time.Time) Credits { return c })
}

func (a *Account) setCreditsFunc(credits func(now time.Time) Credits) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.credits = credits
}

// SetPermissions sets what Kraken's GetApiKeyInfo lists; an account starts with
// "export-data" alone. Without it ExportStatus is refused. At Kraken Futures it
// sets what the key check tells of the areas general and transfer, which an
// account starts with READ_ONLY and NO_ACCESS of.
func (a *Account) SetPermissions(permissions ...string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.permissions = slices.Clone(permissions)
}

// SetKeyEnd sets when Kraken says that the key ends; zero, as at the start, is
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

// SetLimit sets how many requests the account may burst, 0 for no limit, and
// fills the budget up. Kraken Futures starts with a pool of 100 tokens that
// refills in 10 minutes, OnlyFansAPI with 60 requests that refill in a minute,
// Kraken and Coinbase with no limit.
func (a *Account) SetLimit(n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.budget.reset(n)
}

// SetFault replaces the faults of the account; see Sandbox.SetFault.
func (a *Account) SetFault(faults ...Fault) { a.faults.set(faults) }

// ClearFault removes the faults of the account. Requests that one holds stay
// held.
func (a *Account) ClearFault() { a.faults.set(nil) }

// Requests returns the newest requests with a key of this account, oldest first,
// at most Options.KeepRequests; a rotated key still counts as its own.
func (a *Account) Requests() []Request { return a.log.list() }

// Count returns how many requests arrived with a key of this account.
func (a *Account) Count() int64 { return a.log.total() }

// Verdicts returns how many requests of the account got each verdict.
func (a *Account) Verdicts() map[string]int64 { return a.log.verdicts() }

// MaxInFlight returns the most requests that were unanswered at the same time.
// A request counts from its arrival until its answer begins, or until a
// FaultLatency ends early because the client left.
func (a *Account) MaxInFlight() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.maxInFlight
}

// enter counts a request in; the returned function counts it out.
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

// list returns what the account has at that moment.
func (a *Account) list(now time.Time) []Report {
	a.mu.Lock()
	reports := a.reports
	a.mu.Unlock()
	return reports(now)
}

// state returns what a reply is built from besides the reports.
func (a *Account) state(now time.Time) (Shape, Credits, []string) {
	a.mu.Lock()
	shape, credits, permissions := a.shape, a.credits, a.permissions
	a.mu.Unlock()
	return shape, credits(now), permissions
}

// spend takes from the account's budget, or says how long to wait.
func (a *Account) spend(now time.Time, cost int) (time.Duration, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.budget.take(now, cost)
}

// left returns size and rest of the account's budget; size 0 means no limit.
func (a *Account) left(now time.Time) (size, rest int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.budget.left(now)
}

// useNonce advances the nonce sequence of the key, or says what is wrong.
func (a *Account) useNonce(key string, nonce uint64) nonceVerdict {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.creds.Key != key {
		return nonceRotated
	}
	return a.nonce.use(nonce)
}

// Reports are what the API lists at this moment.
func (a *Account) Reports() []Report { return a.list(a.host.sandbox.now()) }
