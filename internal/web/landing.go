package web

import (
	"time"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// glanceLimit bounds the landing page; accounts in trouble come first.
const glanceLimit = 50

// landingPage is /: where everything is, and the accounts at a glance.
type landingPage struct {
	frame
	*Document
	troubles
	Lines []accountLine
	// More is how many accounts are left out.
	More int
	// Profiles says that the program serves those too.
	Profiles bool
}

// accountLine is one account in one line.
type accountLine struct {
	Account
	// Link is the address of the account on /exports, relative to the root.
	Link                          string
	Up, Failed, Unfinished, Ready int
	// LastSuccess is the newest of its sources. Odd counts what else is to be
	// read about it.
	LastSuccess *instant
	Odd         int
}

// shownAccount is one account as a card.
type shownAccount struct {
	Account
	Link string
	Now  time.Time
}

func (p *Pages) landingPage(f Fleet) *landingPage {
	q := parseQuery(nil)
	q.limit = glanceLimit
	s := survey(f, q, p.info)
	q.limit = defaultLimit
	page := &landingPage{
		frame: p.frame(hereOverview, product, "./", s.age), Document: s.Document, troubles: s.troubles,
		Lines: accountLines(s.Document, q), More: s.Summary.Accounts.Total - s.Summary.Accounts.Shown, Profiles: p.info.Profiles,
	}
	page.Title = product
	return page
}

// ReasonLink is /exports for the accounts with a problem.
func (*landingPage) ReasonLink(reason string) string {
	return "exports" + parseQuery(nil).link(byReason, reason)
}

// AccountLink is /exports for one account.
func (*landingPage) AccountLink(name string) string {
	return "exports" + parseQuery(nil).link(byAccount, name)
}

func accountLines(d *Document, q query) []accountLine {
	lines := make([]accountLine, 0, len(d.Accounts))
	for _, a := range d.Accounts {
		lines = append(lines, newAccountLine(a, q, d.GeneratedAt))
	}
	return lines
}

func newAccountLine(a Account, q query, now time.Time) accountLine {
	line := accountLine{
		Account: a,
		Link:    "exports" + q.link(byAccount, a.Name),
		Failed:  a.ReportsByStatus[provider.StatusFailed.String()],
		Ready:   a.ReportsByStatus[provider.StatusReady.String()],
	}
	var last *time.Time
	for i := range a.Sources {
		s := &a.Sources[i]
		if s.State == string(account.StateUp) {
			line.Up++
		}
		if s.LastSuccess != nil {
			last = newest(last, *s.LastSuccess)
		}
		line.Odd += len(s.Warnings) + len(s.MissingIDs) + len(s.Late)
		if s.Truncated {
			line.Odd++
		}
	}
	line.LastSuccess = when(now, last)
	for _, status := range provider.Statuses() {
		if status.Unfinished() {
			line.Unfinished += a.ReportsByStatus[status.String()]
		}
	}
	return line
}
