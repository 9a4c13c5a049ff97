package web

import (
	"time"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// landingLimit is the maximum number of accounts on the landing page; accounts
// in trouble come first.
const landingLimit = 50

// landingPage is the page / with links to everything and a summary of the
// accounts.
type landingPage struct {
	frame
	*Document
	troubles
	Lines []accountLine
	// More is the number of accounts that are not shown.
	More int
	// Profiles means that /debug/pprof/ is served.
	Profiles bool
}

// accountLine is the table row of one account.
type accountLine struct {
	Account
	// Link is the URL of the account on /exports, relative to the root.
	Link                          string
	Up, Failed, Unfinished, Ready int
	// LastSuccess is the newest success of a source. Odd counts the account's
	// warnings.
	LastSuccess *instant
	Odd         int
}

// shownAccount is the card of one account.
type shownAccount struct {
	Account
	Link string
	Now  time.Time
}

func (p *Pages) landingPage(f Fleet) *landingPage {
	q := parseQuery(nil)
	q.limit = landingLimit
	s := newDraft(f, q, p.info)
	q.limit = defaultLimit
	page := &landingPage{
		frame: p.frame(hereOverview, product, "./", s.freshness), Document: s.Document, troubles: s.troubles,
		Lines: accountLines(s.Document, q), More: s.Summary.Accounts.Total - s.Summary.Accounts.Shown, Profiles: p.info.Profiles,
	}
	page.Title = product
	page.link = func(name, value string) string { return "exports" + q.link(name, value) }
	return page
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
