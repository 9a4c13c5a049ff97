package check

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	monitoringv1alpha1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1alpha1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

const chart = "../chart"

// kinds are the objects that the chart may have, and nothing else.
var kinds = map[string]func() any{
	"apps/v1 Deployment":                          func() any { return new(appsv1.Deployment) },
	"apps/v1 StatefulSet":                         func() any { return new(appsv1.StatefulSet) },
	"v1 ConfigMap":                                func() any { return new(corev1.ConfigMap) },
	"v1 Service":                                  func() any { return new(corev1.Service) },
	"v1 ServiceAccount":                           func() any { return new(corev1.ServiceAccount) },
	"networking.k8s.io/v1 NetworkPolicy":          func() any { return new(networkingv1.NetworkPolicy) },
	"policy/v1 PodDisruptionBudget":               func() any { return new(policyv1.PodDisruptionBudget) },
	"monitoring.coreos.com/v1 ServiceMonitor":     func() any { return new(monitoringv1.ServiceMonitor) },
	"monitoring.coreos.com/v1 PrometheusRule":     func() any { return new(monitoringv1.PrometheusRule) },
	"monitoring.coreos.com/v1alpha1 ScrapeConfig": func() any { return new(monitoringv1alpha1.ScrapeConfig) },
}

// rendered is what the chart makes of some values, decoded.
type rendered []any

// program is the path of a program that the tests run.
func program(t *testing.T, variable, fallback string) string {
	t.Helper()
	path := os.Getenv(variable)
	if path == "" {
		path = fallback
	}
	path, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("%s: %v", variable, err)
	}
	return path
}

// helm renders the chart as the release "watch" in the namespace "monitoring" and returns its output and its complaint.
func helm(t *testing.T, values string) (stdout, stderr string, err error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "values.yaml")
	if err := os.WriteFile(file, []byte(values), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, problem bytes.Buffer
	// A helm built with `go install` does not know which Kubernetes it was made for.
	cmd := exec.CommandContext(t.Context(), program(t, "HELM", "../../../.tools/helm"),
		"template", "watch", chart, "--namespace", "monitoring", "--kube-version", "1.34.0", "--values", file)
	cmd.Stdout, cmd.Stderr = &out, &problem
	err = cmd.Run()
	return out.String(), problem.String(), err
}

// render fails the test unless every document is of a known kind and decodes without an unknown field.
func render(t *testing.T, values string) rendered {
	t.Helper()
	out, problem, err := helm(t, values)
	if err != nil {
		t.Fatalf("helm template: %v\n%s", err, problem)
	}
	var all rendered
	for doc := range strings.SplitSeq(out, "\n---\n") {
		var head metav1.TypeMeta
		if err := yaml.Unmarshal([]byte(doc), &head); err != nil {
			t.Fatalf("%v in\n%s", err, doc)
		}
		if head.Kind == "" {
			continue // comments only
		}
		fresh, known := kinds[head.APIVersion+" "+head.Kind]
		if !known {
			t.Fatalf("%s %s is not expected", head.APIVersion, head.Kind)
		}
		object := fresh()
		if err := yaml.UnmarshalStrict([]byte(doc), object); err != nil {
			t.Fatalf("%s: %v", head.Kind, err)
		}
		all = append(all, object)
	}
	return all
}

// get returns the objects of one type.
func get[T any](all rendered) []*T {
	var found []*T
	for _, object := range all {
		if o, ok := object.(*T); ok {
			found = append(found, o)
		}
	}
	return found
}

// one returns the only object of a type.
func one[T any](t *testing.T, all rendered) *T {
	t.Helper()
	found := get[T](all)
	if len(found) != 1 {
		t.Fatalf("%d objects of %T, want 1", len(found), *new(T))
	}
	return found[0]
}

// pod returns the pod template of the only workload.
func pod(t *testing.T, all rendered) corev1.PodTemplateSpec {
	t.Helper()
	var pods []corev1.PodTemplateSpec
	for _, o := range get[appsv1.Deployment](all) {
		pods = append(pods, o.Spec.Template)
	}
	for _, o := range get[appsv1.StatefulSet](all) {
		pods = append(pods, o.Spec.Template)
	}
	if len(pods) != 1 || len(pods[0].Spec.Containers) != 1 {
		t.Fatalf("%d workloads, want 1 with 1 container", len(pods))
	}
	return pods[0]
}

// names returns the kinds, sorted.
func (all rendered) names(t *testing.T) string {
	t.Helper()
	var names []string
	for _, object := range all {
		for _, kind := range []string{
			"Deployment", "StatefulSet", "ConfigMap", "Service", "ServiceAccount", "NetworkPolicy",
			"PodDisruptionBudget", "ServiceMonitor", "PrometheusRule", "ScrapeConfig",
		} {
			if typeName(object) == kind {
				names = append(names, kind)
			}
		}
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}
