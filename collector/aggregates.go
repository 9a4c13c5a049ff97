package collector

import (
	"time"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// statuses is how many there are.
const statuses = int(provider.StatusExpired) + 1

// aggregate is what is known of the reports of one type, whatever the caps.
type aggregate struct {
	count          [statuses]int
	oldest, newest [statuses]time.Time
	completed      time.Time
}

// aggregates writes what is shown of a source's reports together. Alerts and
// dashboards that must survive any number of reports stand on it.
func (e emit) aggregates(view *account.View, source *account.SourceView) {
	var byType map[string]*aggregate
	if source.Snapshot != nil {
		byType = aggregateByType(source.Snapshot.Reports, view.Now)
	}
	if source.Past == nil {
		return
	}
	for _, name := range source.Types {
		e.begin("provider", view.Provider, "account", view.Name, "source", source.Name, "type", name)
		// What has happened stays true while the source is down.
		for _, each := range provider.Statuses() {
			gone := source.Vanished[account.TypeStatus{Type: name, Status: each}]
			e.sample(reportsVanished, gone, extra{each.String()})
		}
		e.moment(latestDataEnd, source.DataEnd[name])
		if source.Snapshot == nil {
			continue
		}
		of := byType[name]
		if of == nil {
			of = &aggregate{}
		}
		for _, each := range provider.Statuses() {
			e.sample(reports, float64(of.count[each]), extra{each.String()})
			e.moment(oldestUnfinished, of.oldest[each], each.String())
			e.moment(latestCreated, of.newest[each], each.String())
		}
		e.moment(latestCompleted, of.completed)
	}
}

// aggregateByType goes once through the reports.
func aggregateByType(list []provider.Report, now time.Time) map[string]*aggregate {
	byType := make(map[string]*aggregate)
	for i := range list {
		r := &list[i]
		of := byType[r.Type]
		if of == nil {
			of = &aggregate{}
			byType[r.Type] = of
		}
		current := r.StatusAt(now)
		of.count[current]++
		if r.Created.After(of.newest[current]) {
			of.newest[current] = r.Created
		}
		oldest, since := of.oldest[current], r.Since()
		if current.Unfinished() && !since.IsZero() && (oldest.IsZero() || since.Before(oldest)) {
			of.oldest[current] = since
		}
		if r.ReachedReady() && r.Completed.After(of.completed) {
			of.completed = r.Completed
		}
	}
	return byType
}
