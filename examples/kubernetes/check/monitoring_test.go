package check

import (
	"crypto/rand"
	"encoding/base64"
	"os"
	"path/filepath"
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

// TestRules checks that Kubernetes gets the alerts of examples/alerts.yml, whole.
func TestRules(t *testing.T) {
	source, err := os.ReadFile("../../alerts.yml")
	if err != nil {
		t.Fatal(err)
	}
	for base, values := range map[string]string{
		"docs/runbooks/": demo + "prometheusRule: {enabled: true}",
		"https://docs.example.internal/runbooks/": everything,
	} {
		var want monitoringv1.PrometheusRuleSpec
		if err := yaml.UnmarshalStrict([]byte(strings.ReplaceAll(string(source), "runbook_url: docs/runbooks/", "runbook_url: "+base)), &want); err != nil {
			t.Fatal(err)
		}
		got := one[monitoringv1.PrometheusRule](t, render(t, values)).Spec
		if len(got.Groups) == 0 || !reflect.DeepEqual(got, want) {
			t.Errorf("runbooks at %s: the rules are not those of examples/alerts.yml", base)
		}
	}
}

func TestDashboards(t *testing.T) {
	sources, err := filepath.Glob("../../grafana/*.json")
	if err != nil || len(sources) == 0 {
		t.Fatal(sources, err)
	}
	found := map[string]string{}
	for _, m := range get[corev1.ConfigMap](render(t, demo+"dashboards: {enabled: true, annotations: {grafana_folder: Exports}}")) {
		if m.Labels["grafana_dashboard"] != "1" || m.Annotations["grafana_folder"] != "Exports" {
			t.Errorf("%s has labels %v and annotations %v", m.Name, m.Labels, m.Annotations)
		}
		for name, text := range m.Data {
			found[name] = text
		}
	}
	for _, path := range sources {
		source, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := found[filepath.Base(path)]; strings.TrimSpace(got) != strings.TrimSpace(string(source)) {
			t.Errorf("%s is not in a ConfigMap as it is", path)
		}
	}
	if len(found) != len(sources) {
		t.Errorf("%d dashboards, want %d", len(found), len(sources))
	}
}

func TestNetworkPolicy(t *testing.T) {
	demoPolicy := one[networkingv1.NetworkPolicy](t, render(t, demo)).Spec
	if len(demoPolicy.PolicyTypes) != 2 || len(demoPolicy.Egress) != 0 {
		t.Errorf("the demo may reach %+v", demoPolicy.Egress)
	}
	p := one[networkingv1.NetworkPolicy](t, render(t, everything)).Spec
	if len(p.Ingress) != 1 || p.Ingress[0].From[0].NamespaceSelector.MatchLabels["kubernetes.io/metadata.name"] != "monitoring" {
		t.Errorf("ingress %+v", p.Ingress)
	}
	var ports []string
	for _, rule := range p.Egress {
		for _, port := range rule.Ports {
			ports = append(ports, string(*port.Protocol)+" "+port.Port.String())
		}
	}
	if got, want := strings.Join(ports, ", "), "UDP 53, TCP 53, UDP 5353, TCP 5353, TCP 443, TCP 3128"; got != want {
		t.Errorf("egress %s, want %s", got, want)
	}
	if p.Egress[1].To[0].IPBlock == nil {
		t.Errorf("egress to %+v", p.Egress[1].To)
	}
}
