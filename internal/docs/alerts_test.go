package main

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// home is the base of links in alerts without an instance.
const home = "localhost:10917"

// firedAlert is a rendered alert. It comes from the expected alerts in the tests of the
// rules, which promtool compares with the actual ones.
type firedAlert struct {
	Name        string
	Labels      map[string]string `yaml:"exp_labels"`
	Annotations map[string]string `yaml:"exp_annotations"`
}

func firedAlerts(t *testing.T) (all []firedAlert) {
	t.Helper()
	for _, name := range []string{"examples/alerts_test.yml", "examples/alerts_days_test.yml"} {
		var file struct {
			Tests []struct {
				Rules []struct {
					Alert string       `yaml:"alertname"`
					Fired []firedAlert `yaml:"exp_alerts"`
				} `yaml:"alert_rule_test"`
			}
		}
		if err := yaml.Unmarshal([]byte(read(t, name)), &file); err != nil {
			t.Fatal(err)
		}
		for _, test := range file.Tests {
			for _, each := range test.Rules {
				for _, fired := range each.Fired {
					fired.Name = each.Alert
					all = append(all, fired)
				}
			}
		}
	}
	return all
}

// TestEveryAlertIsRendered checks that the tests of the rules contain each alert in
// each of its severities.
func TestEveryAlertIsRendered(t *testing.T) {
	shown := make(map[string]bool)
	for _, each := range firedAlerts(t) {
		shown[each.Name+" "+each.Labels["severity"]] = true
	}
	alerts, _, _ := rules(t)
	for _, each := range alerts {
		if name := each.Alert + " " + each.Labels["severity"]; !shown[name] {
			t.Errorf("no test of the rules shows %s as it fires", name)
		}
	}
}

// TestFiredAlerts checks the texts of all rendered alerts: no template is left over,
// names come before ids, and links lead to what the alert is about.
func TestFiredAlerts(t *testing.T) {
	for _, each := range firedAlerts(t) {
		where := each.Name + " of " + each.Labels["account"] + " " + each.Labels["report_id"]
		for name, text := range each.Annotations {
			for _, trace := range []string{"{{", "}}", "<no value>", "<nil>", "%!", "error", "NaN", "  ", " .", " :", " ,", "()"} {
				if strings.Contains(text, trace) {
					t.Errorf("%s: %s is not rendered whole: %q", where, name, text)
				}
			}
		}
		checkNames(t, where, each)
		checkLinks(t, where, each)
	}
}

// checkNames checks that the summary names the account and the export.
func checkNames(t *testing.T, where string, a firedAlert) {
	t.Helper()
	summary := a.Annotations["summary"]
	if a.Annotations["description"] == "" {
		t.Errorf("%s has no description", where)
	}
	if account := a.Labels["account"]; account != "" && !strings.Contains(summary, a.Labels["provider"]+"/"+account) {
		t.Errorf("%s: the summary does not say whose it is: %q", where, summary)
	}
	kind, id := a.Labels["type"], a.Labels["report_id"]
	if kind != "" && !strings.Contains(summary, kind) {
		t.Errorf("%s: the summary does not name the type: %q", where, summary)
	}
	if id != "" && (kind == "" || !strings.HasPrefix(summary, strings.TrimSpace(kind+" "+a.Labels["format"])+" export "+id+" of ")) {
		t.Errorf("%s: the summary does not name type and format before the id: %q", where, summary)
	}
}

// checkLinks checks that the links begin with the instance, or with the documented base
// if there is none, and lead to an existing page.
func checkLinks(t *testing.T, where string, a firedAlert) {
	t.Helper()
	host := a.Labels["instance"]
	if host == "" || a.Name == "ExportStatusExporterDown" {
		host = home
	}
	runbook, err := url.Parse(a.Annotations["runbook_url"])
	if err != nil || runbook.Scheme != "http" || runbook.Host != host || runbook.Path != "/runbooks/"+a.Name || runbook.RawQuery != "" {
		t.Errorf("%s: runbook_url is %q", where, a.Annotations["runbook_url"])
	}
	if _, err := os.Stat(filepath.Join(top(t), "docs", "runbooks", a.Name+".md")); err != nil {
		t.Errorf("%s: %v", where, err)
	}
	text, ok := a.Annotations["export_url"]
	if a.Labels["scope"] == "exporter" {
		if ok {
			t.Errorf("%s is about no export and has export_url", where)
		}
		return
	}
	page, err := url.Parse(text)
	if err != nil || page.Scheme != "http" || page.Host != host {
		t.Errorf("%s: export_url is %q: %v", where, text, err)
		return
	}
	query, err := url.ParseQuery(page.RawQuery)
	if err != nil {
		t.Errorf("%s: export_url is %q: %v", where, text, err)
	}
	labels := map[string]string{"provider": "provider", "account": "account", "type": "type"}
	want := "/exports"
	if a.Labels["report_id"] != "" {
		labels = map[string]string{"provider": "provider", "account": "account", "source": "source", "id": "report_id"}
		want = "/export"
	}
	if page.Path != want {
		t.Errorf("%s: export_url leads to %s, want %s", where, page.Path, want)
	}
	for parameter, label := range labels {
		if query.Get(parameter) != a.Labels[label] {
			t.Errorf("%s: export_url says %s=%q, the label %s is %q", where, parameter, query.Get(parameter), label, a.Labels[label])
		}
		delete(query, parameter)
	}
	if len(query) > 0 {
		t.Errorf("%s: export_url says more: %v", where, query)
	}
}
