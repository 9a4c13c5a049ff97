package web

import (
	"time"

	"export_status_exporter/account"
)

// overdueIntervals is the number of refresh intervals without a scrape after
// which an account is overdue: its data is older than it should be.
const overdueIntervals = 3

// maxNames is the maximum number of account names in a sentence.
const maxNames = 5

// freshness describes how old the data on a page is.
type freshness struct {
	Now time.Time
	// Data is the newest success of a source, and Scraped the newest scrape;
	// nil before the first.
	Data, Scraped *time.Time
	// Seen counts the accounts that were scraped at least once, and Overdue
	// those of them that are overdue. Names holds the first overdue ones.
	Seen, Overdue int
	Names         []string
}

// freshnessOf returns the age of all accounts.
func freshnessOf(f Fleet) freshness {
	a := freshness{Now: f.Now.UTC()}
	for i := range f.Accounts {
		a.add(&f.Accounts[i])
	}
	return a
}

func (a *freshness) add(view *account.View) {
	for i := range view.Sources {
		a.Data = newest(a.Data, view.Sources[i].LastSuccess)
	}
	a.Scraped = newest(a.Scraped, view.Scraped)
	if view.Scraped.IsZero() {
		return
	}
	a.Seen++
	if view.Now.Sub(view.Scraped) > overdueIntervals*view.Policy.RefreshInterval {
		if a.Overdue++; len(a.Names) < maxNames {
			a.Names = append(a.Names, view.Name)
		}
	}
}

func newest(known *time.Time, t time.Time) *time.Time {
	if t.IsZero() || known != nil && !t.After(*known) {
		return known
	}
	return moment(t)
}

// All reports whether every account that was ever scraped is overdue.
func (a freshness) All() bool { return a.Overdue > 0 && a.Overdue == a.Seen }

// More returns the number of overdue accounts that are not in Names.
func (a freshness) More() int { return a.Overdue - len(a.Names) }

// Clock formats a time for the header of the page: the time of day, with the
// date unless it is today.
func (a freshness) Clock(t time.Time) string {
	if t.Format(time.DateOnly) == a.Now.Format(time.DateOnly) {
		return t.Format(time.TimeOnly)
	}
	return t.Format(time.DateTime)
}
