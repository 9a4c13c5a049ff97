package web

import (
	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// glanceLimit bounds the landing page; accounts in trouble come first.
const glanceLimit = 50

// glancePage is the accounts as the landing page shows them.
type glancePage struct {
	*Document
	Lines []glanceLine
	// More is how many accounts are left out.
	More int
}

// glanceLine is one account in one line.
type glanceLine struct {
	Account
	// Link is the address of the account on /exports, relative to the root.
	Link                          string
	Up, Failed, Unfinished, Ready int
}

func glance(f Fleet, info Info) *glancePage {
	q := parseQuery(nil)
	q.limit = glanceLimit
	d, _ := survey(f, q, info)
	g := &glancePage{Document: d, More: d.Summary.Accounts.Total - d.Summary.Accounts.Shown}
	for _, a := range d.Accounts {
		line := glanceLine{
			Account: a,
			Link:    "exports" + query{account: a.Name, limit: defaultLimit, refresh: defaultRefresh}.self(),
			Failed:  a.ReportsByStatus[provider.StatusFailed.String()],
			Ready:   a.ReportsByStatus[provider.StatusReady.String()],
		}
		for i := range a.Sources {
			if a.Sources[i].State == string(account.StateUp) {
				line.Up++
			}
		}
		for _, status := range provider.Statuses() {
			if status.Unfinished() {
				line.Unfinished += a.ReportsByStatus[status.String()]
			}
		}
		g.Lines = append(g.Lines, line)
	}
	return g
}
