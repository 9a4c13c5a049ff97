package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"export_status_exporter/internal/docs/markdown"
)

// rule is an alerting or recording rule of examples/alerts.yml.
type rule struct {
	Alert       string            `yaml:"alert"`
	Record      string            `yaml:"record"`
	Expr        string            `yaml:"expr"`
	Labels      map[string]string `yaml:"labels"`
	Annotations map[string]string `yaml:"annotations"`
}

// rules returns the alerts, the names of recorded series, and all rules.
func rules(t *testing.T) (alerts []rule, recorded []string, all []rule) {
	t.Helper()
	var file struct {
		Groups []struct {
			Rules []rule `yaml:"rules"`
		} `yaml:"groups"`
	}
	if err := yaml.Unmarshal([]byte(read(t, "examples/alerts.yml")), &file); err != nil {
		t.Fatal(err)
	}
	for _, group := range file.Groups {
		for _, each := range group.Rules {
			all = append(all, each)
			if each.Alert != "" {
				alerts = append(alerts, each)
			} else {
				recorded = append(recorded, each.Record)
			}
		}
	}
	if len(alerts) == 0 {
		t.Fatal("there are no alerts")
	}
	return alerts, recorded, all
}

// TestRulesNameWhatExists checks the metrics, labels and label values in the rules.
func TestRulesNameWhatExists(t *testing.T) {
	_, recorded, all := rules(t)
	inText := regexp.MustCompile(`\$labels\.(\w+)`)
	inQuery := regexp.MustCompile(`printf "([^"{]*)\{([^"]*)\}"`)
	for _, each := range all {
		where := each.Alert + each.Record
		checkQuery(t, where, each.Expr, recorded)
		for _, text := range each.Annotations {
			for _, found := range inText.FindAllStringSubmatch(text, -1) {
				if !slices.Contains(knownLabels(), found[1]) {
					t.Errorf("%s: an annotation names the label %s", where, found[1])
				}
			}
			for _, found := range inQuery.FindAllStringSubmatch(text, -1) {
				checkQuery(t, where, found[1]+"{"+strings.ReplaceAll(found[2], "=%q", `=""`)+"}", recorded)
			}
		}
	}
}

// TestDashboardsNameWhatExists checks the same for every panel and variable.
func TestDashboardsNameWhatExists(t *testing.T) {
	_, recorded, _ := rules(t)
	files, err := filepath.Glob(filepath.Join(top(t), "examples", "grafana", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("dashboards: %v, %v", files, err)
	}
	ofVariable := regexp.MustCompile(`^label_values\((.*), *(\w+)\)$`)
	for _, file := range files {
		name := filepath.Base(file)
		var dashboard any
		if err := json.Unmarshal([]byte(read(t, "examples/grafana/"+name)), &dashboard); err != nil {
			t.Fatal(err)
		}
		queries := 0
		var walk func(any)
		walk = func(node any) {
			switch n := node.(type) {
			case []any:
				for _, each := range n {
					walk(each)
				}
			case map[string]any:
				for key, value := range n {
					text, ok := value.(string)
					switch found := ofVariable.FindStringSubmatch(text); {
					case !ok:
						walk(value)
					case key == "expr":
						queries++
						checkQuery(t, name, text, recorded)
					case key == "query" && found != nil:
						queries++
						checkQuery(t, name, found[1], recorded)
						if !slices.Contains(knownLabels(), found[2]) {
							t.Errorf("%s: a variable asks for the label %s", name, found[2])
						}
					}
				}
			}
		}
		walk(dashboard)
		if queries < 10 {
			t.Errorf("%s has only %d queries", name, queries)
		}
	}
}

// TestRunbooks checks that every alert has a runbook and vice versa, and that the facts
// about alerts in runbooks and in their list are correct.
func TestRunbooks(t *testing.T) {
	alerts, recorded, _ := rules(t)
	listed := make(map[string][]string)
	for _, row := range page(t, "docs/runbooks/README.md").Rows() {
		name, _, _ := strings.Cut(strings.TrimPrefix(row[0], "["), "]")
		listed[name] = row
	}
	files, err := filepath.Glob(filepath.Join(top(t), "docs", "runbooks", "Export*.md"))
	if err != nil {
		t.Fatal(err)
	}
	var got, want []string
	for _, file := range files {
		got = append(got, strings.TrimSuffix(filepath.Base(file), ".md"))
	}
	for _, each := range alerts {
		want = append(want, each.Alert)
	}
	slices.Sort(want)
	want = slices.Compact(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("runbooks (-alerts +docs/runbooks):\n%s", diff)
	}
	for _, each := range alerts {
		file := "docs/runbooks/" + each.Alert + ".md"
		if !slices.Contains(got, each.Alert) { // already reported above
			continue
		}
		if !strings.HasSuffix(each.Annotations["runbook_url"], "/runbooks/"+each.Alert) {
			t.Errorf("%s: runbook_url is %s", each.Alert, each.Annotations["runbook_url"])
		}
		runbook := page(t, file)
		if diff := cmp.Diff([]string{each.Alert}, runbook.Headings(1)); diff != "" {
			t.Errorf("%s: title (-want +got):\n%s", file, diff)
		}
		if diff := cmp.Diff([]string{"Meaning", "Impact", "Diagnosis", "Mitigation", "Resolution", "Thresholds"}, runbook.Headings(2)); diff != "" {
			t.Errorf("%s: headings (-want +got):\n%s", file, diff)
		}
		severity := severities(alerts, each.Alert)
		about := fmt.Sprintf("Severity: %s. About: %s.", severity, each.Labels["scope"])
		if !strings.Contains(strings.Replace(runbook.Text(), "About: the ", "About: ", 1), about) {
			t.Errorf("%s does not say %q", file, about)
		}
		if row := listed[each.Alert]; row == nil || row[1] != severity || row[2] != each.Labels["scope"] {
			t.Errorf("docs/runbooks/README.md says %v of %s", row, each.Alert)
		}
		queries := runbook.Section("Diagnosis").Code("promql")
		if len(queries) == 0 {
			t.Errorf("%s has no query in its diagnosis", file)
		}
		for _, text := range append(queries, runbook.Code("promql")...) {
			checkQuery(t, file, text, recorded)
		}
	}
	if len(listed) != len(want) {
		t.Errorf("docs/runbooks/README.md lists %d alerts of %d", len(listed), len(want))
	}
}

// severities returns the severities of all rules for an alert, in order.
func severities(alerts []rule, name string) string {
	var all []string
	for _, each := range alerts {
		if each.Alert == name {
			all = append(all, each.Labels["severity"])
		}
	}
	return strings.Join(all, " or ")
}

// TestAlertsThatAreNamedExist checks the names of alerts in routes, tests, pages and
// panels.
func TestAlertsThatAreNamedExist(t *testing.T) {
	alerts, _, _ := rules(t)
	name := regexp.MustCompile(`\bExport[A-Z][A-Za-z]+\b`)
	// Words of providers and headings that look like alerts.
	other := []string{"ExportStatus", "ExportReport"}
	// Former names of alerts, which only the changelog uses.
	former := []string{
		"ExportStuckQueued", "ExportStuckProcessing", "ExportStuckOldest", "ExportReportFailed", "ExportExpired", "ExportNothingReady",
		"ExportStatusUnrecognized", "ExportCreditsExhaustedSoon",
	}
	for _, file := range append(pages(t), "examples/alerts.yml", "examples/alerts_test.yml", "examples/alerts_days_test.yml", "examples/alertmanager.yml", "examples/prometheus.yml",
		"examples/grafana/export-status-overview.json", "examples/grafana/export-status-account.json") {
		for _, found := range name.FindAllString(read(t, file), -1) {
			if file == "CHANGELOG.md" && slices.Contains(former, found) {
				continue
			}
			if !slices.Contains(other, found) && !slices.ContainsFunc(alerts, func(r rule) bool { return r.Alert == found }) {
				t.Errorf("%s names %s, which is no alert", file, found)
			}
		}
	}
}

// TestMetricsThatAreNamedExist checks the names of metrics in backticks on all pages.
func TestMetricsThatAreNamedExist(t *testing.T) {
	_, recorded, _ := rules(t)
	name := regexp.MustCompile(`^export_[a-z_]+$`)
	// Settings, files and jobs that look like metrics.
	other := []string{"export_ids", "export_columns", "export_status_exporter", "export_status_exporter_probe", "export_data", "export_url"}
	for _, file := range pages(t) {
		p := page(t, file)
		for _, quoted := range markdown.Quoted(p.Text()) {
			quoted, _, _ = strings.Cut(quoted, "{")
			if !name.MatchString(quoted) || slices.Contains(other, quoted) {
				continue
			}
			if _, ok := labelsOf(quoted, recorded); !ok {
				t.Errorf("%s names %s, which is no metric", file, quoted)
			}
		}
		for _, text := range p.Code("promql") {
			checkQuery(t, file, text, recorded)
		}
	}
}
