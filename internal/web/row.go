package web

import (
	"net/url"
	"time"

	"export_status_exporter/provider"
)

// row is the table row of an export.
type row struct {
	Report
	Ident ident
	// Link is the page of the export; the others list the exports of its
	// account and type.
	Link, AccountLink, TypeLink string
	Life                        *timeline
	// Until is the expiry, nil if it does not apply.
	Until *instant
	// Runbook is the runbook for the export, empty if nothing is wrong.
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
		Life:        newTimeline(e.Report, e.Status, e.view.Now, e.expected().ReadyWithin),
		Until:       when(e.view.Now, moment(e.expiry())),
		Runbook:     urgencies[e.urgency].runbook,
		now:         e.view.Now,
	}
	if r.Runbook == "" && e.Status == provider.StatusReady && e.Report.FailedItems.Known && e.Report.FailedItems.Value > 0 {
		r.Runbook = runbookIncomplete
	}
	return r
}

// exportQuery returns the URL parameters of an export's page.
func exportQuery(provider, account, source, id string) string {
	return url.Values{"provider": {provider}, "account": {account}, "source": {source}, "id": {id}}.Encode()
}

// When formats a time relative to that of the page.
func (r row) When(t *time.Time) *instant { return when(r.now, t) }
