package app

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/go-kit/log"
	"github.com/prometheus/client_golang/prometheus"

	"export_status_exporter/account"
	"export_status_exporter/collector"
	"export_status_exporter/config"
	"export_status_exporter/internal/files"
	"export_status_exporter/provider"
)

// fleet is all accounts of one configuration. It is immutable: a reload builds
// another, so that no scrape ever mixes two.
type fleet struct {
	config     *config.Config
	members    []*member
	transports *transports
	// gone is how many accounts the fleet before had that this one has not.
	gone int
	// registry holds what is about the configuration.
	registry *prometheus.Registry
}

// member is one running account with its configuration and its counters.
type member struct {
	config  *config.Account
	account *account.Account
	api     *collector.API
	// rendered keeps the ready bytes of the account's metrics.
	rendered collector.Rendered
}

// factory makes members; it holds what they share and what outlives reloads.
type factory struct {
	options Options
	logger  log.Logger
	process *collector.Process
	nonces  *provider.Nonces
	keys    *account.Keys
	memory  *provider.Memory
	files   *files.Reader
	slots   account.Slots
	// hosts are the slots of each host; reloads come one after another.
	hosts map[string]account.Slots
}

// hostSlots bounds the refreshes at one host, over all its accounts.
func (f *factory) hostSlots(host string) account.Slots {
	slots, ok := f.hosts[host]
	if !ok {
		slots = make(account.Slots, f.options.MaxRefreshesPerHost)
		f.hosts[host] = slots
	}
	return slots
}

// build returns the fleet of a configuration. What the old one has running and
// is configured alike is kept, with its cache, waits and counters; nothing of
// the old one is changed, so that a failure leaves it whole.
func (f *factory) build(c *config.Config, old *fleet) (*fleet, error) {
	next := &fleet{config: c, transports: &transports{files: f.files, idlePerHost: f.options.MaxRefreshesPerHost}, registry: prometheus.NewRegistry()}
	collector.NewConfigHash(next.registry, c.Hash)
	before := make(map[string]*member)
	if old != nil {
		// Connections are kept across reloads as well.
		next.transports.built = append(next.transports.built, old.transports.built...)
		for _, m := range old.members {
			before[m.config.Name] = m
		}
	}
	var fresh []*member
	for _, each := range c.Accounts {
		if !f.options.Shard.has(each.Name) {
			continue
		}
		was := before[each.Name]
		if was != nil && was.config.Same(each) {
			next.members = append(next.members, was.expecting(each))
			continue
		}
		m, err := f.member(each, was, next.transports)
		if err != nil {
			stop(fresh)
			return nil, fmt.Errorf("account %s: %w", each.Name, err)
		}
		fresh = append(fresh, m)
		next.members = append(next.members, m)
	}
	next.gone = len(before)
	for _, m := range next.members {
		if before[m.config.Name] != nil {
			next.gone--
		}
	}
	return next, nil
}

// size says how many accounts there are, and how many there were more: a file
// that was cut off at the end of an account is as valid as a whole one.
func (f *fleet) size() string { return fmt.Sprintf("accounts: %d, gone: %d", len(f.members), f.gone) }

// member starts one account. Its counters go on if there was one of the same
// name at the same provider.
func (f *factory) member(c *config.Account, was *member, t *transports) (*member, error) {
	round, err := t.get(c.Connection)
	if err != nil {
		return nil, err
	}
	api := collector.NewAPI(f.process.Durations.WithLabelValues(c.Provider.Name()))
	if was != nil && was.config.Provider.Name() == c.Provider.Name() {
		api = was.api
	}
	deps := provider.Deps{
		Account:   c.Name,
		BaseURL:   c.Connection.BaseURL.URL,
		Transport: round,
		Now:       f.options.Now,
		Nonces:    f.nonces,
		MaxAge:    time.Duration(c.MaxAge),
		UserAgent: "export_status_exporter/" + f.options.Version,
	}
	return &member{config: c, api: api, account: account.New(account.Options{
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
			return f.keys.Of(id.Provider, id.Fingerprint)
		},
		Memory: f.memory,
		Slots:  []account.Slots{f.hostSlots(c.Connection.BaseURL.Host), f.slots},
		Took: func(kind string, took time.Duration) {
			f.process.Exports.Observe(c.Provider.Name(), kind, took)
		},
		Logger: f.logger,
		Now:    f.options.Now,
		Rand:   f.options.Rand,
		Pause:  f.options.Pause,
	})}, nil
}

// without returns the members whose accounts the other fleet does not have.
func (f *fleet) without(other *fleet) []*member {
	kept := make(map[*account.Account]struct{}, len(other.members))
	for _, m := range other.members {
		kept[m.account] = struct{}{}
	}
	var gone []*member
	for _, m := range f.members {
		if _, ok := kept[m.account]; !ok {
			gone = append(gone, m)
		}
	}
	return gone
}

// stop ends what the members are doing.
func stop(members []*member) {
	var wait sync.WaitGroup
	for _, m := range members {
		wait.Go(m.account.Stop)
	}
	wait.Wait()
}

// refresh asks all members at once what is due, and reports whether all were
// done before ctx ended.
func refresh(ctx context.Context, members []*member, now time.Time) (complete bool) {
	results := make([]bool, len(members))
	var wait sync.WaitGroup
	for i, m := range members {
		wait.Go(func() { results[i] = m.account.Refresh(ctx, now) })
	}
	wait.Wait()
	return !slices.Contains(results, false)
}

// shown returns the members as they are shown at now.
func shown(members []*member, now time.Time) []collector.Account {
	accounts := make([]collector.Account, 0, len(members))
	for _, m := range members {
		accounts = append(accounts, collector.Account{View: m.view(now), API: m.api, Rendered: &m.rendered})
	}
	return accounts
}

// views returns the accounts at now, for pages. Nobody is asked.
func (f *fleet) views(now time.Time) []account.View {
	views := make([]account.View, 0, len(f.members))
	for _, m := range f.members {
		views = append(views, m.view(now))
	}
	return views
}
