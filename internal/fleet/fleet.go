// Package fleet runs the accounts of a configuration, with the resources that
// they share and the state that survives a reload.
package fleet

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"export_status_exporter/account"
	"export_status_exporter/collector"
	"export_status_exporter/collector/exposition"
	"export_status_exporter/config"
)

// Fleet is the accounts of one configuration. It is immutable: a reload builds
// a new one, so no scrape mixes two configurations.
type Fleet struct {
	Members []*Member
	// Masked returns the configuration with its secrets masked. It renders only
	// once, because that costs time and memory for each account, and anybody who
	// reaches the port can request it.
	Masked func() (string, error)
	// Gone is how many accounts of the previous fleet are missing in this one.
	// A configuration file that was cut off at the end of an account is still
	// valid, so this number can reveal it.
	Gone int
	// Registry holds the metrics about the configuration.
	Registry *prometheus.Registry

	transports *transports
}

// Member is one running account with its configuration and its counters.
type Member struct {
	config  *config.Account
	account *account.Account
	calls   *collector.CallCounters
	// cache caches the encoded metrics of the account.
	cache exposition.Cache
}

// Name returns the account's name.
func (m *Member) Name() string { return m.config.Name }

// Provider returns the provider's name.
func (m *Member) Provider() string { return m.config.Provider.Name() }

// Timeout returns how long one refresh of one of its sources may take.
func (m *Member) Timeout() time.Duration { return time.Duration(m.config.Timeout) }

// without returns the members whose accounts other does not run.
func (f *Fleet) without(other *Fleet) []*Member {
	kept := make(map[*account.Account]struct{}, len(other.Members))
	for _, m := range other.Members {
		kept[m.account] = struct{}{}
	}
	return slices.DeleteFunc(slices.Clone(f.Members), func(m *Member) bool {
		_, ok := kept[m.account]
		return ok
	})
}

// stop stops all members concurrently and waits for them.
func stop(members []*Member) {
	var wait sync.WaitGroup
	for _, m := range members {
		wait.Go(m.account.Stop)
	}
	wait.Wait()
}

// Refresh refreshes what is due in all members concurrently, and reports
// whether every refresh finished before ctx was done. If nothing is due, it
// only waits for refreshes in flight, so many concurrent scrapes need little
// memory.
func Refresh(ctx context.Context, members []*Member, now time.Time) (complete bool) {
	var begun sync.WaitGroup
	for _, m := range members {
		if m.account.NoteScrape(now) {
			begun.Go(func() { m.account.Begin(ctx, now) })
		}
	}
	begun.Wait()
	complete = true
	for _, m := range members {
		complete = m.account.Wait(ctx) && complete
	}
	return complete
}

// Accounts returns the members in the form that the collector takes, as of now.
func Accounts(members []*Member, now time.Time) []collector.Account {
	accounts := make([]collector.Account, 0, len(members))
	for _, m := range members {
		accounts = append(accounts, collector.Account{View: m.view(now), Calls: m.calls, Cache: &m.cache})
	}
	return accounts
}

// Views returns the views of all accounts at now, for the pages. It starts no
// refresh.
func (f *Fleet) Views(now time.Time) []account.View {
	views := make([]account.View, 0, len(f.Members))
	for _, m := range f.Members {
		views = append(views, m.view(now))
	}
	return views
}
