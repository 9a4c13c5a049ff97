package web

import (
	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// counter counts and selects the exports that match a query.
type counter struct {
	query
	// search is the query's search in lower case.
	search string
	// byStatus counts the exports that match the filter without its status, and
	// byUrgency the listed ones that match it without its urgency.
	byStatus, byUrgency map[string]int
	// total counts the exports that match the filter, unless the filter selects single exports.
	total int
}

// count counts all exports of an account, like the metric export_reports, and
// not only the listed ones. If the filter selects single exports, filter counts
// them instead.
func (c *counter) count(of summaries) {
	if c.narrowed() {
		return
	}
	for _, byType := range of {
		for kind, summary := range byType {
			if !c.matchesType(kind) {
				continue
			}
			addCounts(c.byStatus, summary)
			for _, status := range provider.Statuses() {
				if c.matchesStatus(status) {
					c.total += summary.Count[status]
				}
			}
		}
	}
}

// filter returns the listed exports of an account that match the filter, with
// their urgency.
func (c *counter) filter(view *account.View, place int, listed []account.ListedReport, of summaries) []entry {
	var entries []entry
	for _, each := range listed {
		if !c.matchesType(each.Report.Type) || !c.matchesWords(view, each.Report, c.search) {
			continue
		}
		e := newEntry(view, place, each, of[each.Source][each.Report.Type])
		name := e.urgency.String()
		rightUrgency, rightStatus := c.urgency == "" || c.urgency == name, c.matchesStatus(each.Status)
		if rightUrgency && c.narrowed() {
			c.byStatus[each.Status.String()]++
		}
		if rightStatus {
			c.byUrgency[name]++
		}
		if rightUrgency && rightStatus {
			entries = append(entries, e)
		}
	}
	return entries
}

// noUrgencies returns a zero for every urgency.
func noUrgencies() map[string]int {
	counts := make(map[string]int)
	for _, name := range Urgencies() {
		counts[name] = 0
	}
	return counts
}
