package check

import (
	"crypto/rand"
	"encoding/base64"
	"os/exec"
	"reflect"
	"strings"
	"testing"

	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	monitoringv1alpha1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1alpha1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	"sigs.k8s.io/yaml"
)

// random is a secret of a form that every provider takes.
func random() string {
	secret := make([]byte, 48)
	_, _ = rand.Read(secret)
	return base64.StdEncoding.EncodeToString(secret)
}

// policies returns the pod selectors of what is not a workload.
func policies(t *testing.T, all rendered) []map[string]string {
	t.Helper()
	return []map[string]string{
		one[networkingv1.NetworkPolicy](t, all).Spec.PodSelector.MatchLabels,
		one[policyv1.PodDisruptionBudget](t, all).Spec.Selector.MatchLabels,
	}
}

func TestScrapeMetrics(t *testing.T) {
	all := render(t, real+"serviceMonitor: {enabled: true}")
	m := one[monitoringv1.ServiceMonitor](t, all)
	e := m.Spec.Endpoints[0]
	if e.Path != "/metrics" || e.Port != one[corev1.Service](t, all).Spec.Ports[0].Name || *e.RelabelConfigs[0].Replacement != "export_status_exporter" || e.RelabelConfigs[0].TargetLabel != "job" {
		t.Errorf("endpoint %+v", e)
	}
	labels := one[corev1.Service](t, all).Labels
	for key, value := range m.Spec.Selector.MatchLabels {
		if labels[key] != value {
			t.Errorf("the monitor selects %s=%s, the service has %q", key, value, labels[key])
		}
	}
}

// TestScrapeAccounts checks that the process and the accounts are scraped side by side and nothing twice.
func TestScrapeAccounts(t *testing.T) {
	for _, tc := range []struct {
		name, values string
		urls         []string
	}{
		{"one", real + "serviceMonitor: {enabled: true}\nscrape: {mode: accounts}", []string{"http://watch-export-status-exporter.monitoring.svc:10917/sd"}},
		{"shards", everything, []string{
			"https://watch-export-status-exporter-0.watch-export-status-exporter.monitoring.svc:10917/sd",
			"https://watch-export-status-exporter-1.watch-export-status-exporter.monitoring.svc:10917/sd",
			"https://watch-export-status-exporter-2.watch-export-status-exporter.monitoring.svc:10917/sd",
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			all := render(t, tc.values)
			if path := one[monitoringv1.ServiceMonitor](t, all).Spec.Endpoints[0].Path; path != "/metrics/exporter" {
				t.Errorf("the process is scraped at %s", path)
			}
			s := one[monitoringv1alpha1.ScrapeConfig](t, all).Spec
			var urls []string
			for _, sd := range s.HTTPSDConfigs {
				urls = append(urls, string(sd.URL))
			}
			if !reflect.DeepEqual(urls, tc.urls) {
				t.Errorf("discovery %q, want %q", urls, tc.urls)
			}
			if *s.MetricsPath != "/probe" {
				t.Errorf("path %s", *s.MetricsPath)
			}
			var relabelings []string
			for _, r := range s.RelabelConfigs {
				var sources []string
				for _, source := range r.SourceLabels {
					sources = append(sources, string(source))
				}
				replacement := ""
				if r.Replacement != nil {
					replacement = *r.Replacement
				}
				relabelings = append(relabelings, strings.Join([]string{strings.Join(sources, ","), r.Action, r.TargetLabel, replacement}, "|"))
			}
			want := []string{"||job|export_status_exporter_probe", "__param_account|keep||", "__param_account||instance|"}
			if !reflect.DeepEqual(relabelings, want) {
				t.Errorf("relabelings %q, want %q", relabelings, want)
			}
		})
	}
}

// TestRules checks that Kubernetes gets the alerts of examples/alerts.yml, whole, with links that fit: the chart
// does what the program's --print-rules does.
func TestRules(t *testing.T) {
	exporter := program(t, "EXPORTER", "../../../export_status_exporter")
	const service = "http://watch-export-status-exporter.monitoring.svc:10917"
	for _, tc := range []struct {
		name, values string
		flags        []string
		replaced     []string // in what the program prints: what, by what
	}{
		{name: "pods", values: demo + "prometheusRule: {enabled: true}", replaced: []string{`"http://localhost:10917/`, `"` + service + "/"}},
		{name: "prefix of pods", values: demo + "routePrefix: /exports\nprometheusRule: {enabled: true}", replaced: []string{
			`"http://localhost:10917/`, `"` + service + "/exports/", `"http://{{ $labels.instance }}/`, `"http://{{ $labels.instance }}/exports/`,
		}},
		{
			name: "accounts", values: real + "serviceMonitor: {enabled: true}\nscrape: {mode: accounts}\nprometheusRule: {enabled: true}",
			flags: []string{"--exporter-url=" + service},
		},
		{
			name: "prefix", values: demo + "routePrefix: /exports\nprometheusRule: {enabled: true, exporterURL: \"https://status.example.internal/exports/\"}",
			flags: []string{"--exporter-url=https://status.example.internal/exports"},
		},
		{
			name: "everything", values: everything,
			flags: []string{"--exporter-url=https://watch-export-status-exporter.monitoring.svc:10917", "--runbook-base=https://docs.example.internal/runbooks/"},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			printed, err := exec.Command(exporter, append(tc.flags, "--print-rules")...).Output()
			if err != nil {
				t.Fatal(err)
			}
			text := strings.NewReplacer(tc.replaced...).Replace(string(printed))
			var want monitoringv1.PrometheusRuleSpec
			if err := yaml.UnmarshalStrict([]byte(text), &want); err != nil {
				t.Fatal(err)
			}
			got := one[monitoringv1.PrometheusRule](t, render(t, tc.values)).Spec
			if len(got.Groups) == 0 || !reflect.DeepEqual(got, want) {
				t.Error("the rules are not those that the program prints")
			}
		})
	}
}
