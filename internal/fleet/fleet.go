// Package fleet runs the accounts of a configuration: who is in it, what they
// share, and what outlives a reload.
package fleet

import (
	"context"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"export_status_exporter/account"
	"export_status_exporter/collector"
	"export_status_exporter/collector/exposition"
	"export_status_exporter/config"
)

// Fleet is all accounts of one configuration. It is immutable: a reload builds
// another, so that no scrape ever mixes two.
type Fleet struct {
	Config  *config.Config
	Members []*Member
	// Gone is how many accounts the fleet before had that this one has not: a
	// file that was cut off at the end of an account is as valid as a whole one.
	Gone int
	// Registry holds what is about the configuration.
	Registry *prometheus.Registry

	transports *transports
}

// Member is one running account with its configuration and its counters.
type Member struct {
	config  *config.Account
	account *account.Account
	api     *collector.API
	// rendered keeps the ready bytes of the account's metrics.
	rendered exposition.Cache
}

// Name is the account's name.
func (m *Member) Name() string { return m.config.Name }

// Provider is the provider's name.
func (m *Member) Provider() string { return m.config.Provider.Name() }

// Timeout is how long one refresh of one of its sources may take.
func (m *Member) Timeout() time.Duration { return time.Duration(m.config.Timeout) }

// without returns the members whose accounts the other fleet does not have.
func (f *Fleet) without(other *Fleet) []*Member {
	kept := make(map[*account.Account]struct{}, len(other.Members))
	for _, m := range other.Members {
		kept[m.account] = struct{}{}
	}
	var gone []*Member
	for _, m := range f.Members {
		if _, ok := kept[m.account]; !ok {
			gone = append(gone, m)
		}
	}
	return gone
}

// stop ends what the members are doing.
func stop(members []*Member) {
	var wait sync.WaitGroup
	for _, m := range members {
		wait.Go(m.account.Stop)
	}
	wait.Wait()
}

// Refresh asks all members at once what is due, and reports whether all were
// done before ctx ended. A scrape that finds nothing due only waits for those
// who ask already: many scrapes at once take no more memory than their answers.
func Refresh(ctx context.Context, members []*Member, now time.Time) (complete bool) {
	var begun sync.WaitGroup
	for _, m := range members {
		if m.account.Scraped(now) {
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

// Shown returns the members as they are shown at now.
func Shown(members []*Member, now time.Time) []collector.Account {
	accounts := make([]collector.Account, 0, len(members))
	for _, m := range members {
		accounts = append(accounts, collector.Account{View: m.view(now), API: m.api, Rendered: &m.rendered})
	}
	return accounts
}

// Views returns the accounts at now, for pages. Nobody is asked.
func (f *Fleet) Views(now time.Time) []account.View {
	views := make([]account.View, 0, len(f.Members))
	for _, m := range f.Members {
		views = append(views, m.view(now))
	}
	return views
}
