package main

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"export_status_exporter/collector"
	"export_status_exporter/provider"
)

// query holds the names in a PromQL expression. The expression is only split into
// tokens; promtool checks its meaning.
type query struct {
	selectors []selector
	// labels holds the labels in clauses such as by and on.
	labels []string
}

// selector is a metric name with the labels and values in its matchers. The name is
// empty if there are only matchers.
type selector struct {
	name   string
	values map[string][]string
}

var (
	word      = regexp.MustCompile(`^[a-zA-Z_:][a-zA-Z0-9_:]*`)
	number    = regexp.MustCompile(`^[0-9][0-9a-zA-Z_.]*`)
	variable  = regexp.MustCompile(`^\$(?:\{[^}]*\}|[a-zA-Z_]\w*)`)
	quotedStr = regexp.MustCompile("^(?:\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|\\\\.)*'|`[^`]*`)")
	inside    = regexp.MustCompile(`^\[[^\]]*\]`)
	labelList = regexp.MustCompile(`^\s*\(([^)]*)\)`)
	matcher   = regexp.MustCompile("([a-zA-Z_]\\w*)\\s*(=~|!~|!=|=)\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|'([^']*)')")
	// standIn matches placeholders that the reader or Grafana replaces.
	standIn = regexp.MustCompile(`^(?:|\.[*+]|\$.*|[A-Z]+)$`)
	comment = regexp.MustCompile(`(?m)#.*$`)
)

// scan parses an expression.
func scan(text string) query {
	var q query
	takesLabels := []string{"by", "without", "on", "ignoring", "group_left", "group_right"}
	other := []string{"and", "or", "unless", "bool", "offset", "inf", "nan", "start", "end", "sum", "min", "max", "avg", "count", "group", "topk", "bottomk", "quantile", "stddev", "count_values"}
	skip := func(form *regexp.Regexp) bool {
		found := form.FindString(text)
		text = text[len(found):]
		return found != ""
	}
	text = comment.ReplaceAllString(text, "")
	for text != "" {
		switch {
		case skip(variable), skip(quotedStr), skip(inside), skip(number):
		case strings.HasPrefix(text, "{"):
			end := closing(text)
			q.selectors = append(q.selectors, selector{values: matchers(text[:end])})
			text = text[end:]
		default:
			name := word.FindString(text)
			if name == "" {
				text = text[1:]
				continue
			}
			text = text[len(name):]
			rest := strings.TrimLeft(text, " \n\t")
			switch {
			case slices.Contains(takesLabels, name):
				if list := labelList.FindStringSubmatch(text); list != nil {
					text = text[len(list[0]):]
					for _, label := range strings.Split(list[1], ",") {
						if label = strings.TrimSpace(label); label != "" {
							q.labels = append(q.labels, label)
						}
					}
				}
			case strings.HasPrefix(rest, "("), slices.Contains(other, name):
			case strings.HasPrefix(text, "{"):
				end := closing(text)
				q.selectors = append(q.selectors, selector{name, matchers(text[:end])})
				text = text[end:]
			default:
				q.selectors = append(q.selectors, selector{name: name})
			}
		}
	}
	return q
}

// closing returns the position of the brace that closes the one at the beginning of the
// text.
func closing(text string) int {
	for i := 0; i < len(text); i++ {
		if found := quotedStr.FindString(text[i:]); found != "" {
			i += len(found) - 1
		} else if text[i] == '}' {
			return i + 1
		}
	}
	return len(text)
}

func matchers(text string) map[string][]string {
	values := make(map[string][]string)
	for _, found := range matcher.FindAllStringSubmatch(text, -1) {
		values[found[1]] = append(values[found[1]], strings.Split(found[3]+found[4], "|")...)
	}
	return values
}

// foreign returns metrics of other origin that the examples may use.
func foreign() []string {
	return []string{"up", "ALERTS", "scrape_duration_seconds", "process_resident_memory_bytes", "process_start_time_seconds", "export_status_exporter_build_info"}
}

// closed returns the labels with a fixed set of values.
func closed() map[string][]string {
	lists := map[string][]string{
		"provider": providers(), "limit": {"max_age", "max_reports"}, "window": {"minute", "day"},
	}
	for _, each := range provider.Statuses() {
		lists["status"] = append(lists["status"], each.String())
	}
	for _, each := range provider.Reasons() {
		lists["reason"] = append(lists["reason"], string(each))
	}
	return lists
}

// foreignLabels returns the labels of metrics of other origin.
func foreignLabels() []string {
	return []string{"alertname", "alertstate", "severity", "scope", "version", "revision", "goversion"}
}

// knownLabels returns all labels that our series can have in Prometheus.
func knownLabels() []string {
	known := []string{"job", "instance", "le"}
	for _, m := range collector.Table() {
		known = append(known, m.Labels...)
	}
	return known
}

// labelsOf returns the labels that a metric has in Prometheus.
func labelsOf(name string, recorded []string) ([]string, bool) {
	if slices.Contains(foreign(), name) || slices.Contains(recorded, name) {
		return append(knownLabels(), foreignLabels()...), true
	}
	bare := name
	if m, ok := lookup(strings.TrimSuffix(name, "_bucket")); ok && m.Kind == collector.Histogram {
		return append([]string{"job", "instance", "le"}, m.Labels...), true
	}
	for _, suffix := range []string{"_sum", "_count"} {
		if m, ok := lookup(strings.TrimSuffix(name, suffix)); ok && m.Kind == collector.Histogram {
			bare = m.Name
		}
	}
	m, ok := lookup(bare)
	return append([]string{"job", "instance"}, m.Labels...), ok
}

// checkQuery fails unless every metric, label and fixed label value exists.
func checkQuery(t *testing.T, where, text string, recorded []string) {
	t.Helper()
	q := scan(text)
	if len(q.selectors) == 0 {
		t.Errorf("%s: no metric in %q", where, text)
	}
	for _, each := range q.selectors {
		labels := knownLabels()
		if each.name != "" {
			var ok bool
			if labels, ok = labelsOf(each.name, recorded); !ok {
				t.Errorf("%s: there is no metric %s", where, each.name)
				continue
			}
		}
		for label, values := range each.values {
			if label == "__name__" {
				for _, name := range values {
					if _, ok := labelsOf(name, recorded); !ok {
						t.Errorf("%s: there is no metric %s", where, name)
					}
				}
				continue
			}
			if !slices.Contains(labels, label) {
				t.Errorf("%s: %s has no label %s", where, each.name, label)
			}
			list, ok := closed()[label]
			for _, value := range values {
				if ok && !standIn.MatchString(value) && !slices.Contains(list, value) {
					t.Errorf("%s: %s=%q is no value of this label", where, label, value)
				}
			}
		}
	}
	for _, label := range q.labels {
		if !slices.Contains(append(knownLabels(), foreignLabels()...), label) {
			t.Errorf("%s: no metric has the label %s", where, label)
		}
	}
}

func TestScan(t *testing.T) {
	got := scan(`sum by (job, status) (rate(a_total{x="b|c", y!~'d}'}[5m])) # not: e
		and on (job) group_left () f offset 30m > 4 * 3600 or label_replace({__name__=~"g|h"}, "i", "j", "k", "l")
		unless ${m} * $n == bool up`)
	want := query{
		selectors: []selector{
			{"a_total", map[string][]string{"x": {"b", "c"}, "y": {"d}"}}},
			{name: "f"},
			{"", map[string][]string{"__name__": {"g", "h"}}},
			{name: "up"},
		},
		labels: []string{"job", "status", "job"},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(query{}, selector{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
