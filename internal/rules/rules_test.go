package rules

import (
	"net/url"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"export_status_exporter/examples"
)

func parse(t *testing.T, address string) *url.URL {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// annotations returns the links of all alerts, by alert and name, and the rest of the
// rules.
func annotations(t *testing.T, text string) (links, rest []string) {
	t.Helper()
	var file struct {
		Groups []struct{ Rules []map[string]any }
	}
	if err := yaml.Unmarshal([]byte(text), &file); err != nil {
		t.Fatalf("the rules are no YAML any more: %v", err)
	}
	for _, group := range file.Groups {
		for _, rule := range group.Rules {
			all, _ := rule["annotations"].(map[string]any)
			for name, value := range all {
				if strings.HasSuffix(name, "_url") {
					links = append(links, value.(string))
					delete(all, name)
				}
			}
			content, err := yaml.Marshal(rule)
			if err != nil {
				t.Fatal(err)
			}
			rest = append(rest, string(content))
		}
	}
	if len(links) < 20 {
		t.Fatalf("only %d links", len(links))
	}
	return links, rest
}

// TestText checks every combination of addresses, including some that would break YAML
// or a template if they were not escaped.
func TestText(t *testing.T) {
	if Text(Bases{}) != examples.Alerts {
		t.Error("without addresses the rules are not those of examples/alerts.yml")
	}
	_, before := annotations(t, examples.Alerts)
	for _, tc := range []struct{ exporter, runbooks string }{
		{"https://exports.example.com", ""},
		{"https://exports.example.com:8443/status/", ""},
		{"", "https://wiki.example.com/on-call/"},
		{"http://localhost:10917/below", "http://localhost:10917/runbooks"},
		{`https://exports.example.com/a"b{{c}}'d`, `https://wiki.example.com/{{ $labels.instance }}"`},
	} {
		var bases Bases
		if tc.exporter != "" {
			bases.Exporter = parse(t, tc.exporter)
		}
		if tc.runbooks != "" {
			bases.Runbooks = parse(t, tc.runbooks)
		}
		links, rest := annotations(t, Text(bases))
		if strings.Join(rest, "\n") != strings.Join(before, "\n") {
			t.Errorf("%v changed more than links", tc)
		}
		for _, link := range links {
			base, of, isRunbook := strings.Cut(link, "/Export")
			want := strings.TrimRight(bases.address(isRunbook && !strings.Contains(of, "/")), "/")
			if want != "" && !strings.HasPrefix(link, want+"/") {
				t.Errorf("%v: %q does not begin with %q (%q)", tc, link, want, base)
			}
			if want == "" && !strings.HasPrefix(link, instanceBase+"/") && !strings.HasPrefix(link, homeBase+"/") {
				t.Errorf("%v: %q was changed", tc, link)
			}
		}
	}
}

// address returns the expected beginning of a link, or "" if the link does not change.
func (b Bases) address(runbook bool) string {
	switch {
	case runbook && b.Runbooks != nil:
		return b.Runbooks.String()
	case b.Exporter != nil:
		return b.Exporter.String()
	}
	return ""
}
