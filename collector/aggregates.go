package collector

import (
	"export_status_exporter/account"
	"export_status_exporter/collector/exposition"
	"export_status_exporter/provider"
)

// aggregates writes the totals of a source's reports by type. Alerts and dashboards use
// them, because they work for any number of reports.
func (s sampler) aggregates(view *account.View, source *account.SourceView) {
	byType := source.Summaries(view.Now)
	if source.Past == nil {
		return
	}
	for _, name := range source.Types {
		s.Begin(typeLabels, view.Provider, view.Name, source.Name, name)
		// Counts of past events remain valid while the source is down.
		for _, each := range provider.Statuses() {
			gone := source.Vanished[account.TypeStatus{Type: name, Status: each}]
			s.Sample(reportsVanished, gone, exposition.Extra{each.String()})
		}
		s.moment(latestDataEnd, source.DataEnd[name])
		if source.Snapshot == nil {
			continue
		}
		summary := byType[name]
		if summary == nil {
			summary = &account.Summary{}
		}
		for _, each := range provider.Statuses() {
			s.Sample(reports, float64(summary.Count[each]), exposition.Extra{each.String()})
			s.moment(oldestUnfinished, summary.Oldest[each], each.String())
			s.moment(latestCreated, summary.Newest[each], each.String())
		}
		s.moment(latestCompleted, summary.Completed)
	}
}
