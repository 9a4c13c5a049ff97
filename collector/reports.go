package collector

import (
	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// report writes what is shown of one report.
func (e emit) report(view *account.View, l *account.ListedReport) {
	r := l.Report
	e.begin(ofReport, view.Provider, view.Name, l.Source.Name, r.ID)
	for _, each := range provider.Statuses() {
		e.sample(status, bit(each == l.Status), extra{each.String()})
	}
	e.sample(info, 1, extra{r.Type, r.Format})
	if l.Status == provider.StatusUnknown {
		e.sample(unrecognizedStatus, 1, extra{r.ProviderStatus})
	}
	e.number(progress, r.ProgressAt(view.Now))
	if !r.Created.IsZero() {
		e.aged(age, r.Created)
	}
	e.moment(created, r.Created)
	e.moment(started, r.Started)
	e.moment(completed, r.Completed)
	e.moment(failed, r.Failed)
	e.moment(expires, r.Expires)
	e.moment(dataStart, r.DataStart)
	e.moment(dataEnd, r.DataEnd)
	e.moment(lastEntry, r.LastEntry)
	e.number(rows, r.Rows)
	e.number(processedRows, r.ProcessedRows)
	e.number(failedItems, r.FailedItems)
	e.number(sizeBytes, r.SizeBytes)
	e.number(costCredits, r.CostCredits)
	if r.Created.IsZero() {
		e.moment(firstSeen, r.FirstSeen)
	}
	e.number(pendingDeletion, r.PendingDeletion)
}
