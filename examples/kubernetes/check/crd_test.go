package check

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"sigs.k8s.io/yaml"
)

// operator is where the CustomResourceDefinitions come from: the release whose types are used here. Only its files are
// read; it is not built.
const operator = "github.com/prometheus-operator/prometheus-operator@v0.94.1"

// validator returns the schema that a cluster validates one of the operator's kinds with.
func validator(t *testing.T, folder, plural, version string) validation.SchemaValidator {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(folder, "example/prometheus-operator-crd/monitoring.coreos.com_"+plural+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var definition apiextensionsv1.CustomResourceDefinition
	if err := yaml.Unmarshal(data, &definition); err != nil {
		t.Fatal(err)
	}
	for _, v := range definition.Spec.Versions {
		if v.Name != version {
			continue
		}
		var schema apiextensions.JSONSchemaProps
		if err := apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(v.Schema.OpenAPIV3Schema, &schema, nil); err != nil {
			t.Fatal(err)
		}
		made, _, err := validation.NewSchemaValidator(&schema)
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	t.Fatalf("%s has no version %s", plural, version)
	return nil
}

// TestCustomResources validates what the Prometheus Operator is given with its own definitions.
func TestCustomResources(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "mod", "download", "-json", operator).Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var module struct{ Dir string }
	if err := json.Unmarshal(out, &module); err != nil {
		t.Fatal(err)
	}
	validators := map[string]validation.SchemaValidator{
		"ServiceMonitor": validator(t, module.Dir, "servicemonitors", "v1"),
		"PrometheusRule": validator(t, module.Dir, "prometheusrules", "v1"),
		"ScrapeConfig":   validator(t, module.Dir, "scrapeconfigs", "v1alpha1"),
	}
	for name, values := range map[string]string{
		"everything": everything,
		"accounts":   real + "scrape: {mode: accounts}\nserviceMonitor: {enabled: true}\nprometheusRule: {enabled: true}",
		"metrics":    demo + "serviceMonitor: {enabled: true}\nprometheusRule: {enabled: true}",
	} {
		t.Run(name, func(t *testing.T) {
			out, problem, err := helm(t, values)
			if err != nil {
				t.Fatal(err, problem)
			}
			validated := 0
			for doc := range strings.SplitSeq(out, "\n---\n") {
				var object map[string]any
				if err := yaml.Unmarshal([]byte(doc), &object); err != nil {
					t.Fatal(err)
				}
				kind, _ := object["kind"].(string)
				v := validators[kind]
				if v == nil {
					continue
				}
				validated++
				for _, complaint := range validation.ValidateCustomResource(nil, object, v) {
					t.Errorf("%s: %v", kind, complaint)
				}
			}
			if validated < 2 {
				t.Errorf("%d objects validated", validated)
			}
		})
	}
	wrong := map[string]any{"kind": "ServiceMonitor", "spec": map[string]any{
		"selector": map[string]any{}, "endpoints": []any{map[string]any{"scheme": "gopher"}},
	}}
	if validation.ValidateCustomResource(nil, wrong, validators["ServiceMonitor"]) == nil {
		t.Error("the definitions refuse nothing")
	}
}
