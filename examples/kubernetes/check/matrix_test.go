package check

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

func typeName(object any) string { return reflect.TypeOf(object).Elem().Name() }

func TestKinds(t *testing.T) {
	common := "NetworkPolicy PodDisruptionBudget Service ServiceAccount"
	for _, tc := range []struct{ name, values, want string }{
		{"demo", demo, "Deployment " + common},
		{"real", real, "ConfigMap Deployment " + common},
		{"least", least, "Deployment Service"},
		{
			"everything", everything,
			"ConfigMap ConfigMap ConfigMap NetworkPolicy PodDisruptionBudget PrometheusRule ScrapeConfig Service ServiceAccount ServiceMonitor StatefulSet",
		},
		{"monitor only", demo + "serviceMonitor: {enabled: true}", "Deployment NetworkPolicy PodDisruptionBudget Service ServiceAccount ServiceMonitor"},
		{"accounts without monitor", demo + "scrape: {mode: accounts}", "Deployment " + common},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := render(t, tc.values).names(t); got != tc.want {
				t.Errorf("kinds %s, want %s", got, tc.want)
			}
		})
	}
}

// TestRestricted judges every pod by the profile "restricted" of the Pod Security Standards, with the code that a
// cluster's admission runs.
func TestRestricted(t *testing.T) {
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		t.Fatal(err)
	}
	restricted := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
	for name, values := range matrix {
		t.Run(name, func(t *testing.T) {
			p := pod(t, render(t, values))
			result := policy.AggregateCheckResults(evaluator.EvaluatePod(restricted, &p.ObjectMeta, &p.Spec))
			if !result.Allowed {
				t.Errorf("not restricted: %s", result.ForbiddenDetail())
			}
			container := p.Spec.Containers[0].SecurityContext
			if container.ReadOnlyRootFilesystem == nil || !*container.ReadOnlyRootFilesystem {
				t.Error("the root filesystem can be written to")
			}
			if p.Spec.AutomountServiceAccountToken == nil || *p.Spec.AutomountServiceAccountToken {
				t.Error("the pod gets a token of the cluster")
			}
			if p.Spec.EnableServiceLinks == nil || *p.Spec.EnableServiceLinks {
				t.Error("Kubernetes sets variables with the names of the program's flags")
			}
		})
	}
}

// TestRestrictedJudges shows that the profile refuses something.
func TestRestrictedJudges(t *testing.T) {
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		t.Fatal(err)
	}
	p := pod(t, render(t, demo))
	p.Spec.Containers[0].SecurityContext.AllowPrivilegeEscalation = nil
	restricted := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
	result := policy.AggregateCheckResults(evaluator.EvaluatePod(restricted, &p.ObjectMeta, &p.Spec))
	if result.Allowed || !strings.Contains(result.ForbiddenDetail(), "allowPrivilegeEscalation") {
		t.Errorf("allowed %v, %s", result.Allowed, result.ForbiddenDetail())
	}
}

func TestProbes(t *testing.T) {
	for name, values := range matrix {
		t.Run(name, func(t *testing.T) {
			c := pod(t, render(t, values)).Spec.Containers[0]
			for path, probe := range map[string]*corev1.Probe{"/-/healthy": c.LivenessProbe, "/-/ready": c.ReadinessProbe} {
				if name == "everything" { // with a webConfig, which may ask for a password
					command := []string{"/bin/export_status_exporter", "--health", "--web.listen-address=127.0.0.1:10917", "--web.config.file=/web/web-config.yml"}
					if probe.HTTPGet != nil || !slices.Equal(probe.Exec.Command, command) {
						t.Errorf("%s is asked by %+v", path, probe.ProbeHandler)
					}
				} else if probe.Exec != nil || probe.HTTPGet.Path != path || probe.HTTPGet.Port.String() != "http" || probe.HTTPGet.Scheme != "" {
					t.Errorf("%s is asked by %+v", path, probe.ProbeHandler)
				}
			}
		})
	}
}

func TestGoMemoryLimit(t *testing.T) {
	for limit, want := range map[string]string{
		"256Mi": "241591910", "1Gi": "966367641", "1.5Gi": "1449551462", "300M": "270000000",
		"1000000000": "900000000", `"1000000000"`: "900000000", "null": "",
	} {
		t.Run(limit, func(t *testing.T) {
			got := ""
			for _, v := range pod(t, render(t, demo+"resources: {limits: {memory: "+limit+"}}")).Spec.Containers[0].Env {
				if v.Name == "GOMEMLIMIT" {
					got = v.Value
				}
			}
			if got != want {
				t.Errorf("GOMEMLIMIT %q, want %q", got, want)
			}
		})
	}
}
