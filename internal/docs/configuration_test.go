package main

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	promconfig "github.com/prometheus/common/config"

	"go.yaml.in/yaml/v3"

	"export_status_exporter/config"
	"export_status_exporter/internal/docs/markdown"
	"export_status_exporter/secret"
)

const configurationPage = "docs/configuration.md"

// tags returns a struct's fields by the names of their settings.
func tags(target any) map[string]reflect.Value {
	found := make(map[string]reflect.Value)
	value := reflect.Indirect(reflect.ValueOf(target))
	for i := range value.NumField() {
		name, _, _ := strings.Cut(value.Type().Field(i).Tag.Get("yaml"), ",")
		if name != "" && name != "-" {
			found[name] = value.Field(i)
		}
	}
	return found
}

// written formats a default as the page does.
func written(value reflect.Value) string {
	switch v := value.Interface().(type) {
	case secret.Ref:
		return "required"
	case []string:
		return "`[" + strings.Join(v, ", ") + "]`"
	case string:
		if v == "" {
			return "`\"\"`"
		}
		return "`" + v + "`"
	default:
		return fmt.Sprintf("`%v`", v)
	}
}

// settings returns the rows of a section by the name of the setting.
func settings(t *testing.T, section string) map[string][]string {
	t.Helper()
	rows := make(map[string][]string)
	for _, row := range page(t, configurationPage).Section(section).Rows() {
		name := strings.Trim(row[0], "`")
		if rows[name] != nil {
			t.Errorf("%s: %s stands there twice", section, name)
		}
		rows[name] = row
	}
	return rows
}

// same fails unless a section describes exactly these settings.
func same(t *testing.T, section string, want map[string]reflect.Value) map[string][]string {
	t.Helper()
	rows := settings(t, section)
	if diff := cmp.Diff(slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(rows))); diff != "" {
		t.Errorf("%s (-program +%s):\n%s", section, configurationPage, diff)
	}
	return rows
}

// TestGeneralSettingsAreDocumented compares names and defaults.
func TestGeneralSettingsAreDocumented(t *testing.T) {
	c, err := account(t, kinds(t)[0])
	if err != nil {
		t.Fatal(err)
	}
	want := tags(c.Accounts[0].General)
	rows := same(t, "What can I set for all accounts?", want)
	for name, value := range want {
		if name != "stale_after" && rows[name] != nil && rows[name][1] != written(value) {
			t.Errorf("%s: the default is %s, documented %s", name, written(value), rows[name][1])
		}
	}
}

// TestExpectationsAreDocumented compares names and defaults with those of an empty
// block.
func TestExpectationsAreDocumented(t *testing.T) {
	c, err := account(t, kinds(t)[0])
	if err != nil {
		t.Fatal(err)
	}
	shown, err := c.Masked()
	if err != nil {
		t.Fatal(err)
	}
	var block struct {
		Expect map[string]string `yaml:"expect"`
	}
	if err := yaml.Unmarshal([]byte(shown), &block); err != nil {
		t.Fatal(err)
	}
	want := map[string]reflect.Value{"types": reflect.ValueOf("{}")}
	for name, value := range block.Expect {
		want[name] = reflect.ValueOf(value)
	}
	rows := same(t, "What is normal for my exports?", want)
	for name, value := range want {
		if rows[name] != nil && rows[name][1] != written(value) {
			t.Errorf("%s: the default is %s, documented %s", name, written(value), rows[name][1])
		}
	}
}

// TestDefaultOfStaleAfter evaluates the formula on the page and compares it with the
// default.
func TestDefaultOfStaleAfter(t *testing.T) {
	if got := settings(t, "What can I set for all accounts?")["stale_after"]; got == nil || got[1] != "`max(1h, 3 x refresh_interval, 2 x refresh_interval + timeout)`" {
		t.Fatalf("the page has another formula: %v", got)
	}
	for _, interval := range []time.Duration{time.Second, 10 * time.Minute, 20 * time.Minute, 5 * time.Hour} {
		for _, timeout := range []time.Duration{time.Second, 50 * time.Minute, 6 * time.Hour} {
			text := fmt.Sprintf("refresh_interval: %s\ntimeout: %s\naccounts: [{name: a, onlyfansapi: {token: x}}]", interval, timeout)
			c, err := config.Parse([]byte(text), "docs.yml")
			if err != nil {
				t.Fatal(err)
			}
			if got, want := time.Duration(c.Accounts[0].StaleAfter), max(time.Hour, 3*interval, 2*interval+timeout); got != want {
				t.Errorf("%s, %s: %s, want %s", interval, timeout, got, want)
			}
		}
	}
}

// TestProvidersSettingsAreDocumented compares names and defaults of each block.
func TestProvidersSettingsAreDocumented(t *testing.T) {
	sections := page(t, configurationPage).Section("How do I add an account?").Headings(3)
	if diff := cmp.Diff(kinds(t), slices.Sorted(slices.Values(sections))); diff != "" {
		t.Errorf("providers (-program +%s):\n%s", configurationPage, diff)
	}
	for _, kind := range kinds(t) {
		c, err := account(t, kind)
		if err != nil {
			t.Fatal(err)
		}
		want := tags(c.Accounts[0].Provider)
		rows := same(t, kind, want)
		for name, value := range want {
			if row := rows[name]; row != nil && row[1] != written(value) && !strings.HasPrefix(row[1], written(value)+": ") {
				t.Errorf("%s.%s: the default is %s, documented %s", kind, name, written(value), row[1])
			}
		}
	}
}

// TestConnectionIsDocumented compares the settings that every block accepts.
func TestConnectionIsDocumented(t *testing.T) {
	want := tags(config.Connection{})
	want["tls_config"] = reflect.Value{} // parsed by hand-written code
	documented := settings(t, "How does it reach the providers?")
	urls := make(map[string]string)
	for name, row := range documented { // the second table of the section
		if slices.Contains(kinds(t), name) {
			urls[name] = strings.Trim(row[1], "`")
			delete(documented, name)
		}
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(documented))); diff != "" {
		t.Errorf("settings (-program +%s):\n%s", configurationPage, diff)
	}
	for _, kind := range kinds(t) {
		c, err := account(t, kind)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Accounts[0].Connection.BaseURL.String(); got != urls[kind] {
			t.Errorf("%s: base_url is %s, documented %q", kind, got, urls[kind])
		}
	}
	text := documented["tls_config"][3]
	var inside []string
	for name := range tags(promconfig.TLSConfig{}) {
		if !strings.HasSuffix(name, "_ref") { // rejected; see TestSecretStoresAreRefused in package config
			inside = append(inside, name)
		}
	}
	var named []string
	for _, word := range markdown.Quoted(text) {
		if word != "tls_config" && !strings.HasPrefix(word, "TLS1") {
			named = append(named, word)
		}
	}
	slices.Sort(inside)
	slices.Sort(named)
	if diff := cmp.Diff(inside, named); diff != "" {
		t.Errorf("tls_config (-program +%s):\n%s", configurationPage, diff)
	}
}
