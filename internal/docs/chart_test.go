package main

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"

	"export_status_exporter/provider/definition"
	"export_status_exporter/secret"
)

// TestChartKeepsSecretsOut checks that the chart's values do not accept secrets inline,
// because they end up in a ConfigMap, but accept the other two forms.
func TestChartKeepsSecretsOut(t *testing.T) {
	type property struct {
		Ref string `json:"$ref"`
	}
	var schema struct {
		Definitions struct {
			API struct {
				Properties map[string]property `json:"properties"`
			} `json:"api"`
		} `json:"definitions"`
	}
	if err := json.Unmarshal([]byte(read(t, "examples/kubernetes/chart/values.schema.json")), &schema); err != nil {
		t.Fatal(err)
	}
	blocks := map[string]any{definition.Kind: &definition.Config{}}
	for _, kind := range kinds(t) {
		c, err := account(t, kind)
		if err != nil {
			t.Fatal(err)
		}
		blocks[kind] = c.Accounts[0].Provider
	}
	names := []string{"username", "client_id"} // not secret
	const text, never = "#/definitions/text", "#/definitions/secret"
	for kind, block := range blocks {
		for name, value := range tags(block) {
			if value.Type() != reflect.TypeFor[secret.Ref]() {
				continue
			}
			open := never
			if slices.Contains(names, name) {
				open = text
			}
			for setting, want := range map[string]string{name: open, name + "_file": text, name + "_env": text} {
				if got := schema.Definitions.API.Properties[setting].Ref; got != want {
					t.Errorf("%s.%s is %q in the chart's schema, want %q", kind, setting, got, want)
				}
			}
		}
	}
}
