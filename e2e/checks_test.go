//go:build e2e

package e2e

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// ruleNames returns the names of the example's alerts and recorded series.
func ruleNames(t *testing.T, root string) []string {
	t.Helper()
	var file struct {
		Groups []struct {
			Rules []struct{ Alert, Record string }
		}
	}
	if err := yaml.Unmarshal([]byte(example(t, root, "alerts.yml").text), &file); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, group := range file.Groups {
		for _, rule := range group.Rules {
			names = append(names, rule.Alert+rule.Record)
		}
	}
	return names
}

// checkEveryAlertIsShown checks that at least one fault in the tests triggers each
// alert.
func checkEveryAlertIsShown(t *testing.T, root string) {
	t.Helper()
	shown := []string{exporterDown}
	for _, e := range slices.Concat(expected(), inhibited()) {
		shown = append(shown, e.alert)
	}
	for _, name := range ruleNames(t, root) {
		// Only names of recorded series contain a colon.
		if !strings.Contains(name, ":") && !slices.Contains(shown, name) {
			t.Errorf("no fault makes %s fire: add one to the fleet, and the alert to what is expected", name)
		}
	}
}

// checkArrival checks that the texts of an alert are complete.
func checkArrival(t *testing.T, root string, a arrival) {
	t.Helper()
	for _, name := range []string{"summary", "description", "runbook_url"} {
		text := a.Annotations[name]
		if text == "" {
			t.Errorf("%s has no %s", a.alert(), name)
		}
		// A missing label expands to nothing, so also look for the punctuation around
		// it.
		for _, trace := range []string{"{{", "}}", "<no value>", "<nil>", "%!", "error expanding template", "NaN", "  ", " .", " :"} {
			if strings.Contains(text, trace) {
				t.Errorf("%s of %s is not rendered: %q", name, a.alert(), text)
			}
		}
	}
	if account := a.Labels["account"]; account != "" {
		if who := a.Labels["provider"] + "/" + account; !strings.Contains(a.Annotations["summary"], who) {
			t.Errorf("the summary of %s does not name %q: %q", a.alert(), who, a.Annotations["summary"])
		}
	}
	if !strings.HasSuffix(a.Annotations["runbook_url"], "/runbooks/"+a.alert()) {
		t.Errorf("the runbook of %s is %s", a.alert(), a.Annotations["runbook_url"])
	}
	if _, err := os.Stat(filepath.Join(root, "docs", "runbooks", a.alert()+".md")); err != nil {
		t.Errorf("the runbook of %s: %v", a.alert(), err)
	}
}

// follow opens the links of an alert, which lead to the exporter.
func (s *stack) follow(a arrival) {
	s.t.Helper()
	for _, name := range []string{"runbook_url", "export_url"} {
		address, ok := a.Annotations[name]
		if !ok && name == "export_url" {
			continue
		}
		poll(s.t, name+" of "+a.alert(), func(ctx context.Context) error {
			status, _, err := send(ctx, s.exporter.client, http.MethodGet, address)
			if err == nil && status != http.StatusOK {
				err = fmt.Errorf("GET %s: %d", address, status)
			}
			return err
		})
	}
}

// checkAll checks all notifications, and the rules once more.
func (s *stack) checkAll() {
	s.t.Helper()
	for _, each := range s.webhook.all() {
		checkArrival(s.t, s.kit.root, each)
	}
	s.awaitHealthyRules()
}

func (s *stack) awaitHealthyRules() {
	s.t.Helper()
	s.prometheus.awaitHealthyRules(s.t, len(ruleNames(s.t, s.kit.root)))
}

// checkCanaries searches everything that left the exporter for secret and personal
// values.
func (s *stack) checkCanaries() {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), waitLimit)
	defer cancel()
	log, _ := s.exporter.output.read()
	outputs := map[string]string{
		"a notification": strings.Join(s.webhook.texts(), "\n"),
		"the log":        s.earlierLog + log,
	}
	var labels []string
	err := s.prometheus.call(ctx, "labels", &labels)
	for _, label := range labels {
		var values []string
		err = errors.Join(err, s.prometheus.call(ctx, "label/"+label+"/values", &values))
		outputs["the label "+label] = strings.Join(values, "\n")
	}
	if err != nil {
		s.t.Fatal(err)
	}
	for _, canary := range s.fleet.sandbox.Canaries() {
		for name, text := range outputs {
			if strings.Contains(text, canary) {
				s.t.Errorf("%s tells something secret or personal: %.4s...", name, canary)
			}
		}
	}
}
