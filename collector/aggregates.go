package collector

import (
	"export_status_exporter/account"
	"export_status_exporter/collector/exposition"
	"export_status_exporter/provider"
)

// aggregates writes the totals of a source's reports by type. Alerts and dashboards use
// them, because they work for any number of reports.
func (e emit) aggregates(view *account.View, source *account.SourceView) {
	byType := source.Summaries(view.Now)
	if source.Past == nil {
		return
	}
	for _, name := range source.Types {
		e.Begin(ofType, view.Provider, view.Name, source.Name, name)
		// Counts of past events remain valid while the source is down.
		for _, each := range provider.Statuses() {
			gone := source.Vanished[account.TypeStatus{Type: name, Status: each}]
			e.Sample(reportsVanished, gone, exposition.Extra{each.String()})
		}
		e.moment(latestDataEnd, source.DataEnd[name])
		if source.Snapshot == nil {
			continue
		}
		of := byType[name]
		if of == nil {
			of = &account.Summary{}
		}
		for _, each := range provider.Statuses() {
			e.Sample(reports, float64(of.Count[each]), exposition.Extra{each.String()})
			e.moment(oldestUnfinished, of.Oldest[each], each.String())
			e.moment(latestCreated, of.Newest[each], each.String())
		}
		e.moment(latestCompleted, of.Completed)
	}
}
