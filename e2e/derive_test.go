//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// document is an example file that is adapted for a short run. Every change must match
// something. An example that was rewritten could otherwise pass unchanged, and the test
// would wait for minutes or connect to an unrelated port.
type document struct {
	t    *testing.T
	name string
	text string
}

func example(t *testing.T, root, name string) *document {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, "examples", name))
	if err != nil {
		t.Fatal(err)
	}
	return &document{t: t, name: name, text: string(content)}
}

// replace changes all lines that match. $1 and so on are groups.
func (d *document) replace(pattern, replacement string) *document {
	d.t.Helper()
	expression := regexp.MustCompile("(?m)" + pattern)
	if !expression.MatchString(d.text) {
		d.t.Fatalf("%s has nothing that matches %q", d.name, pattern)
	}
	d.text = expression.ReplaceAllString(d.text, replacement)
	return d
}

// write writes the document to a directory and returns its path.
func (d *document) write(dir string) string {
	d.t.Helper()
	path := filepath.Join(dir, d.name)
	if err := os.WriteFile(path, []byte(d.text), 0o600); err != nil {
		d.t.Fatal(err)
	}
	return path
}

// shortRules returns the rules with shorter durations and windows. Expressions,
// thresholds, labels and annotations are unchanged. Thresholds need no change, because
// the emulated providers can list reports of any age.
func shortRules(t *testing.T, root string) *document {
	t.Helper()
	d := example(t, root, "alerts.yml")
	d.replace(`^( +)(for|interval): \S+$`, "${1}${2}: 2s")
	for long, short := range shortKeeping() {
		d.replace(`^( +keep_firing_for): `+long+`$`, "${1}: "+short)
	}
	if left := regexp.MustCompile(`keep_firing_for: \d+[mhdw]\b`).FindString(d.text); left != "" {
		t.Fatalf("%s has a time that shortKeeping does not know: %s", d.name, left)
	}
	for long, short := range shortWindows() {
		d.replace(`(\[|offset )`+long+`\b`, "${1}"+short)
	}
	// A window that is left would look back further than the test runs.
	if left := regexp.MustCompile(`(\[|offset )\d+[mhdw]\b`).FindString(d.text); left != "" {
		t.Fatalf("%s has a window that shortWindows does not know: %s", d.name, left)
	}
	return d
}

// shortKeeping maps durations to shorter ones in the same order, because an alert that
// inhibits another must last longer.
func shortKeeping() map[string]string {
	return map[string]string{"10m": "2s", "15m": "4s", "20m": "10s", "25m": "16s", "30m": "22s", "1h": "4s"}
}

// shortWindows maps windows to shorter ones in the same order.
func shortWindows() map[string]string {
	return map[string]string{"15m": "10s", "30m": "12s", "1h": "15s", "1d": "12s", "2d": "24s", "3d": "36s", "6d": "60s"}
}

// prometheusConfig returns the example with short intervals and the addresses of this
// test, and with a job for the shards if there are any.
func prometheusConfig(t *testing.T, root, rules, exporter, alertmanager string, shards []string) *document {
	t.Helper()
	d := example(t, root, "prometheus.yml").
		replace(`^(  scrape_interval): \S+$`, "$1: 1s").
		replace(`^(  scrape_timeout): \S+$`, "$1: 1s").
		replace(`^(  evaluation_interval): \S+$`, "$1: 2s").
		replace(`^( +- )alerts\.yml$`, "${1}"+rules).
		replace(`127\.0\.0\.1:9093`, alertmanager).
		replace(`127\.0\.0\.1:10917`, exporter)
	if len(shards) > 0 {
		d.replace(`^scrape_configs:$`, fmt.Sprintf("scrape_configs:\n  - job_name: %s\n    static_configs:\n      - targets: [%s]",
			shardsJob, strings.Join(shards, ", ")))
	}
	return d
}

// alertmanagerConfig returns the example with its routes and inhibition rules. All
// receivers are the webhook; the path shows which one was chosen.
func alertmanagerConfig(t *testing.T, root, webhook string) *document {
	t.Helper()
	return example(t, root, "alertmanager.yml").
		replace(`(group_wait|group_interval): \S+$`, "$1: 1s").
		replace(`http://127\.0\.0\.1:9099/`, "http://"+webhook+"/")
}
