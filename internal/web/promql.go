package web

import (
	"strconv"
	"strings"

	"export_status_exporter/provider"
)

// promQuery is a suggested query for Prometheus, which has the history.
type promQuery struct{ Title, Text string }

func exportQueries(e *entry) []promQuery {
	r := e.Report
	of := selector(label{"provider", e.view.Provider}, label{"account", e.view.Name}, label{"source", e.Source.Name}, label{"report_id", r.ID})
	kind := selector(label{"provider", e.view.Provider}, label{"account", e.view.Name}, label{"source", e.Source.Name}, label{"type", r.Type})
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
			selector(label{"provider", e.view.Provider}, label{"type", r.Type}) + "[30d])))"})
	}
	if e.Status == provider.StatusFailed {
		list = append(list, promQuery{"Failed exports of its type, in 30 days", "max_over_time(export_reports" +
			selector(label{"provider", e.view.Provider}, label{"account", e.view.Name}, label{"source", e.Source.Name}, label{"type", r.Type}, label{"status", "failed"}) + "[30d])"})
	}
	return list
}

// missingQueries returns queries that find in Prometheus what the exporter no
// longer knows.
func missingQueries(q query, source string) []promQuery {
	if q.id == "" {
		return nil
	}
	of := selector(label{"provider", q.provider}, label{"account", q.account}, label{"source", source}, label{"report_id", q.id})
	return []promQuery{{"Its last status in 30 days", "last_over_time(export_status" + of + "[30d]) == 1"}}
}

// label is a label to match.
type label struct{ name, value string }

// selector returns the label matchers of a PromQL query, which quotes strings
// like Go. A label without a value is left out, except for type: an empty type
// is a value.
func selector(labels ...label) string {
	var matchers []string
	for _, each := range labels {
		if each.value != "" || each.name == "type" {
			matchers = append(matchers, each.name+"="+strconv.Quote(each.value))
		}
	}
	return "{" + strings.Join(matchers, ", ") + "}"
}
