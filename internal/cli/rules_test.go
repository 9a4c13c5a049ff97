package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestPrintRules: --print-rules prints the rules with the addresses that are
// given, and nothing else of the program runs.
func TestPrintRules(t *testing.T) {
	s, err := parsed("--print-rules", "--exporter-url=https://exports.example.com/status/", "--runbook-base=https://wiki.example.com/r")
	if err != nil {
		t.Fatal(err)
	}
	out, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = out.Close() }()
	if code := s.lookAt(strings.NewReader(""), out, out); code != 0 {
		t.Errorf("exit code %d", code)
	}
	printed, err := os.ReadFile(out.Name())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"groups:\n", `runbook_url: "https://wiki.example.com/r/ExportStuck"`, `export_url: "https://exports.example.com/status/export?provider=`,
	} {
		if !strings.Contains(string(printed), want) {
			t.Errorf("the rules lack %s", want)
		}
	}
	if strings.Contains(string(printed), `"http://`) {
		t.Error("a link kept its address")
	}
}

// TestPrintRulesAlone: URLs for rules without --print-rules, or --print-rules
// with another mode, are errors.
func TestPrintRulesAlone(t *testing.T) {
	for want, arguments := range map[string][]string{
		"--exporter-url and --runbook-base need": {"--exporter-url=https://exports.example.com"},
		"need --print-rules":                     {"--runbook-base=https://wiki.example.com"},
		"--demo and --print-rules":               {"--demo", "--print-rules"},
		"--list and --print-rules":               {"--list", "--print-rules"},
		"--exporter-url must be an address":      {"--print-rules", "--exporter-url=exports.example.com"},
		"--runbook-base must be an address":      {"--print-rules", "--runbook-base=ftp://wiki.example.com"},
		"--exporter-url must be an address li":   {"--print-rules", "--exporter-url=https://exports.example.com?x=1"},
	} {
		if _, err := parsed(arguments...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %s", arguments, err, want)
		}
	}
}
