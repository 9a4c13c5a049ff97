package fleet

import (
	"context"
	"errors"
	"math"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-kit/log"
	"github.com/prometheus/client_golang/prometheus"

	"export_status_exporter/account"
	"export_status_exporter/collector"
	"export_status_exporter/config"
	"export_status_exporter/provider"
)

// errStopping is returned by Load after Stop.
var errStopping = errors.New("the program is stopping")

// defaultMaxMemory is the default memory budget in bytes.
const defaultMaxMemory = 512 << 20

// Settings are what the user chooses for all accounts of a process, with the
// clock, the randomness and the pauses that tests replace.
type Settings struct {
	// Shard selects the accounts of this process.
	Shard Shard
	// MaxRefreshes is the maximum number of concurrent refreshes over all
	// accounts, and MaxRefreshesPerHost that at one provider's host.
	MaxRefreshes, MaxRefreshesPerHost int
	// MaxMemory is the maximum memory in bytes for responses in flight and
	// stored reports, over all accounts. Zero means half of GOMEMLIMIT, or 512
	// MiB without one.
	MaxMemory int64

	// Now returns the current time, Rand returns a number in [0,1), and Sleep
	// sleeps until the duration has passed or the context is done.
	Now   func() time.Time
	Rand  func() float64
	Sleep func(context.Context, time.Duration) error
}

// Options configures what the accounts of a process share.
type Options struct {
	Settings
	// UserAgent is the User-Agent header of API calls.
	UserAgent string

	Logger  log.Logger
	Process *collector.Process
}

// Runner runs the fleet of the configuration in effect, and keeps the state
// that survives a reload. It is safe for concurrent use.
type Runner struct {
	options Options
	nonces  *provider.Nonces
	keys    *account.Keys
	memory  *provider.Memory
	slots   account.Slots

	current atomic.Pointer[Fleet]
	retired retired

	loading sync.Mutex               // held by Load; guards hosts and former
	hosts   map[string]account.Slots // by host
	former  former

	mu      sync.Mutex // guards stopped and changes of current
	stopped bool
}

// New returns a runner without a fleet.
func New(o Options) *Runner {
	return &Runner{
		options: o,
		nonces:  provider.NewNonces(o.Now),
		keys:    account.NewKeys(o.Now),
		memory:  provider.NewMemory(maxMemory(o.MaxMemory)),
		slots:   make(account.Slots, o.MaxRefreshes),
		hosts:   make(map[string]account.Slots),
		former:  make(former),
	}
}

// Current returns the fleet in effect, nil before the first Load.
func (r *Runner) Current() *Fleet { return r.current.Load() }

// Load puts the fleet of a configuration into effect. On error, the old fleet
// stays in effect as a whole. After a reload, it ends the waits that a person
// may have fixed.
func (r *Runner) Load(c *config.Config) error {
	r.loading.Lock()
	defer r.loading.Unlock()
	old := r.Current()
	next := r.build(c, old)
	if !r.swap(next, old) {
		return errStopping
	}
	watch(next.Members, c)
	if old != nil {
		// A person has just worked on the configuration, so retry what a person
		// can fix.
		for _, m := range next.Members {
			m.account.ResetWaits()
		}
	}
	return nil
}

// swap puts a fleet into effect and retires the members of the old one, if any,
// that it does not have. It returns false if the program is stopping.
func (r *Runner) swap(next, old *Fleet) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stopped {
		return false
	}
	r.current.Store(next)
	if old != nil {
		gone, unused := old.without(next), old.transports.without(next.transports)
		r.retired.add(gone, func() {
			unused.closeIdle()
			r.forget(gone)
		})
	}
	return true
}

// forget drops what the accounts of some former members shared, unless another
// account still uses it: the slots of their hosts, the connections to them, and
// the series of their providers.
func (r *Runner) forget(gone []*Member) {
	r.loading.Lock() // the fleet that a Load builds is not in effect yet
	defer r.loading.Unlock()
	hosts, providers := make(map[string]bool), make(map[string]bool)
	for _, m := range append(r.retired.left(), r.Current().Members...) {
		hosts[m.config.Connection.Host()], providers[m.Provider()] = true, true
	}
	unused := false
	for _, m := range gone {
		if host := m.config.Connection.Host(); !hosts[host] {
			delete(r.hosts, host)
			unused = true
		}
		if name := m.Provider(); !providers[name] {
			r.options.Process.Forget(name)
		}
	}
	if unused {
		r.Current().transports.closeIdle() // the other hosts connect again
	}
}

// Stop cancels every refresh and waits for it. Load fails afterwards.
func (r *Runner) Stop() {
	r.mu.Lock()
	r.stopped = true
	last := r.Current()
	r.mu.Unlock()
	if last == nil {
		return
	}
	stop(last.Members)
	r.retired.stop()
	last.transports.closeIdle()
}

// build returns the fleet of a configuration. It reuses the running accounts of
// the old fleet whose configuration is the same, with their data, waits and
// counters. It does not change the old fleet.
func (r *Runner) build(c *config.Config, old *Fleet) *Fleet {
	next := &Fleet{
		Masked:     sync.OnceValues(c.Masked),
		Registry:   prometheus.NewRegistry(),
		transports: &transports{idlePerHost: r.options.MaxRefreshesPerHost, built: make(map[config.Route]*transport)},
	}
	collector.NewConfigHash(next.Registry, c.Hash)
	before := make(map[string]*Member)
	if old != nil {
		next.transports.before = old.transports.built
		for _, m := range old.Members {
			before[m.config.Name] = m
		}
		r.former.keep(old, c)
	}
	for _, each := range c.Accounts {
		if !r.options.Shard.has(each.Name) {
			continue
		}
		was := before[each.Name]
		if was != nil && was.config.Same(each) {
			next.Members = append(next.Members, was.expecting(each))
			next.transports.get(was.config.Connection) // keeps it
			continue
		}
		next.Members = append(next.Members, r.member(each, was, next.transports))
	}
	next.transports.before = nil
	next.Gone = len(before)
	for _, m := range next.Members {
		if before[m.config.Name] != nil {
			next.Gone--
		}
	}
	return next
}

// member starts one account. It keeps the counters of an old account with the
// same name at the same provider.
func (r *Runner) member(c *config.Account, was *Member, t *transports) *Member {
	if was != nil {
		c.Secrets.Inherit(was.config.Secrets)
	} else {
		r.former.inherit(c)
	}
	api := collector.NewCallCounters(r.options.Process.Durations.WithLabelValues(c.Provider.Name()))
	if was != nil && was.config.Provider.Name() == c.Provider.Name() {
		api = was.calls
	}
	deps := provider.Deps{
		BaseURL:   c.Connection.BaseURL.URL,
		Transport: t.get(c.Connection),
		Now:       r.options.Now,
		Nonces:    r.nonces,
		MaxAge:    time.Duration(c.MaxAge),
		UserAgent: r.options.UserAgent,
	}
	return &Member{config: c, calls: api, account: account.New(account.Options{
		Name:     c.Name,
		Provider: c.Provider.Name(),
		Policy: account.Policy{
			RefreshInterval: time.Duration(c.RefreshInterval),
			Timeout:         time.Duration(c.Timeout),
			StaleAfter:      time.Duration(c.StaleAfter),
			MaxReports:      c.MaxReports,
			MaxAge:          time.Duration(c.MaxAge),
		},
		Serial:  c.Provider.Serial(),
		Sources: c.Provider.Sources(deps, c.Secrets, api),
		Secrets: c.Secrets,
		Key: func(ctx context.Context) (context.Context, *account.Key) {
			held, values := c.Secrets.Hold(ctx)
			id := c.KeyIn(values)
			return held, r.keys.Of(id.Kind+" "+id.Host, id.Fingerprint, values.Fingerprint())
		},
		Memory: r.memory,
		Slots:  []account.Slots{r.hostSlots(c.Connection.Host()), r.slots},
		ObserveReady: func(kind string, took time.Duration) {
			r.options.Process.Exports.Observe(c.Provider.Name(), kind, took)
		},
		Logger: r.options.Logger,
		Now:    r.options.Now,
		Rand:   r.options.Rand,
		Sleep:  r.options.Sleep,
	})}
}

// hostSlots returns the semaphore for the refreshes at one host, over all its
// accounts.
func (r *Runner) hostSlots(host string) account.Slots {
	slots, ok := r.hosts[host]
	if !ok {
		slots = make(account.Slots, r.options.MaxRefreshesPerHost)
		r.hosts[host] = slots
	}
	return slots
}

// maxMemory returns the memory budget in bytes: the configured value, else half
// of GOMEMLIMIT, else the default.
func maxMemory(asked int64) int64 {
	if asked > 0 {
		return asked
	}
	if limit := debug.SetMemoryLimit(-1); limit < math.MaxInt64 { // -1 only reads it
		return limit / 2
	}
	return defaultMaxMemory
}
