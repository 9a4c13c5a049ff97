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

// errStopping is what a configuration gets that a stop has overtaken.
var errStopping = errors.New("the program is stopping")

// defaultMaxMemory is the budget, in bytes, where nobody says otherwise.
const defaultMaxMemory = 512 << 20

// Options is what the accounts of a process share.
type Options struct {
	// Shard is the part of the accounts that this process has.
	Shard Shard
	// MaxRefreshes bounds the refreshes in flight over all accounts, and
	// MaxRefreshesPerHost those at one provider's host.
	MaxRefreshes, MaxRefreshesPerHost int
	// MaxMemory bounds, in bytes, what answers in flight and reports held take
	// over all accounts. Zero means half of GOMEMLIMIT, else 512 MiB.
	MaxMemory int64
	// UserAgent is how providers see the program.
	UserAgent string

	Logger  log.Logger
	Process *collector.Process

	// Now is the clock, Rand returns a number in [0,1), and Pause waits.
	Now   func() time.Time
	Rand  func() float64
	Pause func(context.Context, time.Duration) error
}

// Runner runs the fleet of the configuration in force. It holds what outlives a
// reload. Current may be called by any goroutine; calls of Load come one after
// another.
type Runner struct {
	options Options
	nonces  *provider.Nonces
	keys    *account.Keys
	memory  *provider.Memory
	slots   account.Slots
	hosts   map[string]account.Slots // the slots of each host

	current atomic.Pointer[Fleet]
	retired retired

	mu      sync.Mutex // over stopped, and changes of current
	stopped bool
}

// New returns a runner without a fleet.
func New(o Options) *Runner {
	return &Runner{
		options: o,
		nonces:  provider.NewNonces(o.Now),
		keys:    account.NewKeys(),
		memory:  provider.NewMemory(maxMemory(o.MaxMemory)),
		slots:   make(account.Slots, o.MaxRefreshes),
		hosts:   make(map[string]account.Slots),
	}
}

// Current returns the fleet in force, nil before the first Load.
func (r *Runner) Current() *Fleet { return r.current.Load() }

// Load puts the fleet of a configuration in force. On an error the old one
// stays in force as a whole.
func (r *Runner) Load(c *config.Config) error {
	old := r.Current()
	next := r.build(c, old)
	if !r.swap(next, old) {
		return errStopping
	}
	watch(next.Members)
	if old != nil {
		// A person has just looked at the configuration: try again what a
		// person can have mended.
		for _, m := range next.Members {
			m.account.Reopen()
		}
	}
	return nil
}

// swap puts a fleet in force and retires what the old one, if any, has beyond
// it, unless the program is stopping.
func (r *Runner) swap(next, old *Fleet) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stopped {
		return false
	}
	r.current.Store(next)
	if old != nil {
		r.retired.add(old.without(next))
	}
	return true
}

// Stop ends every refresh and waits for it. No fleet comes in force afterwards.
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

// build returns the fleet of a configuration. What the old one has running and
// is configured alike is kept, with its cache, waits and counters; nothing of
// the old one is changed.
func (r *Runner) build(c *config.Config, old *Fleet) *Fleet {
	next := &Fleet{
		Config:     c,
		Registry:   prometheus.NewRegistry(),
		transports: &transports{idlePerHost: r.options.MaxRefreshesPerHost},
	}
	collector.NewConfigHash(next.Registry, c.Hash)
	before := make(map[string]*Member)
	if old != nil {
		// Connections are kept across reloads as well.
		next.transports.built = append(next.transports.built, old.transports.built...)
		for _, m := range old.Members {
			before[m.config.Name] = m
		}
	}
	for _, each := range c.Accounts {
		if !r.options.Shard.has(each.Name) {
			continue
		}
		was := before[each.Name]
		if was != nil && was.config.Same(each) {
			next.Members = append(next.Members, was.expecting(each))
			continue
		}
		next.Members = append(next.Members, r.member(each, was, next.transports))
	}
	next.Gone = len(before)
	for _, m := range next.Members {
		if before[m.config.Name] != nil {
			next.Gone--
		}
	}
	return next
}

// member starts one account. Its counters go on if there was one of the same
// name at the same provider.
func (r *Runner) member(c *config.Account, was *Member, t *transports) *Member {
	api := collector.NewAPI(r.options.Process.Durations.WithLabelValues(c.Provider.Name()))
	if was != nil && was.config.Provider.Name() == c.Provider.Name() {
		api = was.api
	}
	deps := provider.Deps{
		BaseURL:   c.Connection.BaseURL.URL,
		Transport: t.get(c.Connection),
		Now:       r.options.Now,
		Nonces:    r.nonces,
		MaxAge:    time.Duration(c.MaxAge),
		UserAgent: r.options.UserAgent,
	}
	return &Member{config: c, api: api, account: account.New(account.Options{
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
		Key: func() *account.Key {
			id := c.Key()
			return r.keys.Of(id.Kind+" "+id.Host, id.Fingerprint)
		},
		Memory: r.memory,
		Slots:  []account.Slots{r.hostSlots(c.Connection.BaseURL.Host), r.slots},
		Took: func(kind string, took time.Duration) {
			r.options.Process.Exports.Observe(c.Provider.Name(), kind, took)
		},
		Logger: r.options.Logger,
		Now:    r.options.Now,
		Rand:   r.options.Rand,
		Pause:  r.options.Pause,
	})}
}

// hostSlots bounds the refreshes at one host, over all its accounts.
func (r *Runner) hostSlots(host string) account.Slots {
	slots, ok := r.hosts[host]
	if !ok {
		slots = make(account.Slots, r.options.MaxRefreshesPerHost)
		r.hosts[host] = slots
	}
	return slots
}

// maxMemory is the budget in force: what was asked for, else half of what Go
// was told to stay below, else the default.
func maxMemory(asked int64) int64 {
	if asked > 0 {
		return asked
	}
	if limit := debug.SetMemoryLimit(-1); limit < math.MaxInt64 { // -1 only reads it
		return limit / 2
	}
	return defaultMaxMemory
}
