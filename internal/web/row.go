package web

import (
	"net/url"
	"time"

	"export_status_exporter/provider"
)

// row is an export as the table shows it.
type row struct {
	Report
	Ident ident
	// Link leads to the page of the export, the others to what it has in common
	// with more of them.
	Link, AccountLink, TypeLink string
	Life                        *life
	// Until is the expiry, where it means anything.
	Until *instant
	// Runbook says what to do about it; empty if there is nothing to do.
	Runbook string
	now     time.Time
}

func newRow(e *entry, q query) row {
	r := row{
		Report:      newReport(e),
		Ident:       newIdent(e.Report.ID),
		Link:        "export?" + exportQuery(e.view.Provider, e.view.Name, e.Source.Name, e.Report.ID),
		AccountLink: q.link(byAccount, e.view.Name),
		TypeLink:    q.link(byType, e.Report.Type),
		Life:        newLife(e.Report, e.Status, e.view.Now, e.expected().ReadyWithin),
		Until:       when(e.view.Now, moment(e.expiry())),
		Runbook:     urgencyRunbook(e.urgency),
		now:         e.view.Now,
	}
	if r.Runbook == "" && e.Status == provider.StatusReady && e.Report.FailedItems.Known && e.Report.FailedItems.Value > 0 {
		r.Runbook = runbookIncomplete
	}
	return r
}

// exportQuery is the query of the page of an export.
func exportQuery(provider, account, source, id string) string {
	return url.Values{"provider": {provider}, "account": {account}, "source": {source}, "id": {id}}.Encode()
}

// When says a moment as of the page.
func (r row) When(t *time.Time) *instant { return when(r.now, t) }
