package web

import (
	"time"

	"export_status_exporter/account"
)

// overdueIntervals is after how many refresh intervals without a scrape an account
// is overdue: what is shown of it is older than it should be.
const overdueIntervals = 3

// maxNames is how many names a sentence has.
const maxNames = 5

// age is how old what a page shows is.
type age struct {
	Now time.Time
	// Data is the newest success of a source, Scraped the newest scrape; nil if
	// there was none.
	Data, Scraped *time.Time
	// Seen counts the accounts that were scraped at least once, Overdue those of
	// them that should have been scraped since; Names are the first of these.
	Seen, Overdue int
	Names         []string
}

// ageOf is the age of all accounts.
func ageOf(f Fleet) age {
	a := age{Now: f.Now.UTC()}
	for i := range f.Accounts {
		a.add(&f.Accounts[i])
	}
	return a
}

func (a *age) add(view *account.View) {
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
func (a age) All() bool { return a.Overdue > 0 && a.Overdue == a.Seen }

// More is how many overdue accounts have no name here.
func (a age) More() int { return a.Overdue - len(a.Names) }

// Clock says a moment as the header does: by the time of day, with the date
// unless it is today's.
func (a age) Clock(t time.Time) string {
	if t.Format(time.DateOnly) == a.Now.Format(time.DateOnly) {
		return t.Format(time.TimeOnly)
	}
	return t.Format(time.DateTime)
}
