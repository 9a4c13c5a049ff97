package collector

import (
	"export_status_exporter/account"
	"export_status_exporter/collector/exposition"
	"export_status_exporter/provider"
)

// report writes the metrics of one report.
func (e emit) report(view *account.View, l *account.ListedReport) {
	r := l.Report
	e.Begin(ofReport, view.Provider, view.Name, l.Source.Name, r.ID)
	for _, each := range provider.Statuses() {
		e.Sample(status, bit(each == l.Status), exposition.Extra{each.String()})
	}
	e.Sample(info, 1, exposition.Extra{r.Type, r.Format})
	if l.Status == provider.StatusUnknown {
		e.Sample(unrecognizedStatus, 1, exposition.Extra{r.ProviderStatus})
	}
	e.number(progress, r.ProgressAt(view.Now))
	if !r.Created.IsZero() {
		e.Aged(age, r.Created)
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
