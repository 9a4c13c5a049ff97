package collector

import (
	"export_status_exporter/account"
	"export_status_exporter/collector/exposition"
	"export_status_exporter/provider"
)

// report writes the metrics of one report.
func (s sampler) report(view *account.View, l *account.ListedReport) {
	r := l.Report
	s.Begin(reportLabels, view.Provider, view.Name, l.Source.Name, r.ID)
	for _, each := range provider.Statuses() {
		s.Sample(status, boolValue(each == l.Status), exposition.Extra{each.String()})
	}
	s.Sample(info, 1, exposition.Extra{r.Type, r.Format})
	if l.Status == provider.StatusUnknown {
		s.Sample(unrecognizedStatus, 1, exposition.Extra{r.ProviderStatus})
	}
	s.number(progress, r.ProgressAt(view.Now))
	if !r.Created.IsZero() {
		s.Aged(age, r.Created)
	}
	s.moment(created, r.Created)
	s.moment(started, r.Started)
	s.moment(completed, r.Completed)
	s.moment(failed, r.Failed)
	s.moment(expires, r.Expires)
	s.moment(dataStart, r.DataStart)
	s.moment(dataEnd, r.DataEnd)
	s.moment(lastEntry, r.LastEntry)
	s.number(rows, r.Rows)
	s.number(processedRows, r.ProcessedRows)
	s.number(failedItems, r.FailedItems)
	s.number(sizeBytes, r.SizeBytes)
	s.number(costCredits, r.CostCredits)
	if r.Created.IsZero() {
		s.moment(firstSeen, r.FirstSeen)
	}
	s.number(pendingDeletion, r.PendingDeletion)
}
