package web

import (
	"strconv"

	"export_status_exporter/provider"
)

// promQuery is a query for Prometheus, which is the history.
type promQuery struct{ Title, Text string }

func exportQueries(e *entry) []promQuery {
	r := e.Report
	of := selector("provider", e.view.Provider, "account", e.view.Name, "source", e.Source.Name, "report_id", r.ID)
	kind := selector("provider", e.view.Provider, "account", e.view.Name, "source", e.Source.Name, "type", r.Type)
	list := []promQuery{
		{"Its status over time", "export_status" + of + " == 1"},
		{"Its progress over time", "export_progress_ratio" + of},
	}
	if r.Rows.Known || r.ProcessedRows.Known {
		list = append(list, promQuery{"Its rows over time", "export_processed_rows" + of + " or export_rows" + of})
	}
	list = append(list, promQuery{"Exports of its type, by status", "sum by (status) (export_reports" + kind + ")"})
	if r.Type != "" {
		list = append(list, promQuery{"How long 9 of 10 exports of its type took, in 30 days", "histogram_quantile(0.9, sum by (le) (rate(export_duration_seconds_bucket" +
			selector("provider", e.view.Provider, "type", r.Type) + "[30d])))"})
	}
	if e.Status == provider.StatusFailed {
		list = append(list, promQuery{"Failed exports of its type, in 30 days", "max_over_time(export_reports" +
			selector("provider", e.view.Provider, "account", e.view.Name, "source", e.Source.Name, "type", r.Type, "status", "failed") + "[30d])"})
	}
	return list
}

// missingQueries find in Prometheus what the exporter no longer knows.
func missingQueries(q query, source string) []promQuery {
	if q.id == "" {
		return nil
	}
	of := selector("provider", q.provider, "account", q.account, "source", source, "report_id", q.id)
	return []promQuery{{"Its last status in 30 days", "last_over_time(export_status" + of + "[30d]) == 1"}}
}

// selector writes matchers of labels. PromQL quotes texts as Go does. A label
// without a value may have any, except for the type, which may be empty.
func selector(pairs ...string) string {
	text := ""
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] == "" && pairs[i] != "type" {
			continue
		}
		if text != "" {
			text += ", "
		}
		text += pairs[i] + "=" + strconv.Quote(pairs[i+1])
	}
	return "{" + text + "}"
}
