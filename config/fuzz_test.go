package config_test

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"export_status_exporter/config"
	"export_status_exporter/provider/definition"
)

// FuzzParse: any text gives a list of problems or a complete configuration
// within its limits, and never shows the value of a variable.
func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("testdata/*/*.yml")
	if err != nil || len(files) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	canary := rand.Text()
	for _, variable := range []string{"KRAKEN_KEY", "FUTURES_KEY", "COINBASE_KEY", "TOKEN", "PASSPHRASE", "SIGNING_SECRET"} {
		f.Setenv(variable, canary)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := config.Parse([]byte(text), "exporter.yml")
		if err != nil {
			checkProblems(t, err, canary)
			return
		}
		checkValid(t, c)
	})
}

// FuzzSecret: no message shows a secret, whatever is before it in its line.
func FuzzSecret(f *testing.F) {
	for _, before := range []string{"", "*", "&", "!", "!!", "!<", "'", `"`, `"\`, "[", "{", "{a: ", "%", "@", "|", ">", "- ", "? ", ": ", "#", "a b"} {
		f.Add(before)
	}
	canary := rand.Text()
	f.Fuzz(func(t *testing.T, before string) {
		if strings.ContainsFunc(before, func(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }) {
			return // a line of its own
		}
		text := "accounts:\n  - name: a\n    onlyfansapi:\n      token: " + before + canary + "\n      types: none\n"
		_, err := config.Parse([]byte(text), "exporter.yml")
		if err == nil {
			t.Fatalf("accepted:\n%s", text)
		}
		checkProblems(t, err, canary)
	})
}

// FuzzPasted: a text pasted in the wrong place appears in messages only
// shortened, and its cost is linear in its length.
func FuzzPasted(f *testing.F) {
	places := []string{
		"%s: 1\naccounts: []", "timeout: %s", "max_reports: %s", "accounts: %s", "accounts: [%s]", "accounts: [{name: '%s/'}]",
		"accounts: [{name: a, %s: {}}]", "accounts: [{name: a, onlyfansapi: %s}]", "accounts: [{name: a, onlyfansapi: {%s: 1}}]",
		"accounts: [{name: a, onlyfansapi: {token_file: %s}}]", "accounts: [{name: a, onlyfansapi: {token_env: %s}}]",
		"accounts: [{name: a, onlyfansapi: {token: x, proxy_url: %s}}]", "accounts: [{name: a, onlyfansapi: {token: x, base_url: %s}}]",
		"accounts: [{name: a, onlyfansapi: {token: x, types: %s, y: 1}}]", "accounts: [{name: a, onlyfansapi: {token: x, export_ids: [%s, %[1]s]}}]",
		"accounts: [{name: a, onlyfansapi: {token: x, tls_config: {ca_file: %s}}}]", "accounts: [{name: a, onlyfansapi: {token: x, tls_config: {cert: x, key_file: %s}}}]",
		"accounts: [{name: a, kraken: {reports: [%s], nonce_unit: %[1]s}}]", "accounts: [{name: a, stripe: {token: x, params: {%s: %[1]s}}}]",
		"accounts: [{name: a, stripe: {token: x, ids: {%s: [%[1]s]}}}]", "accounts: [{name: a, stripe: {token: x, sources: [%s]}}]",
		"accounts: [{name: a, shopify: {api_key: x, params: {shop: '%s/'}}}]", "accounts: [{name: a, stripe: {api_key: %s}}]",
		"api_files: [%s]", "apis: {%s: {}}", "apis: {a: {auth: %s}}", "apis: {a: {auth: {api_key: {header: '%s:'}}}}", "apis: {a: {url: '%s'}}",
		"apis: {a: {headers: {Authorization: '%s'}, auth: bearer}}", "apis: {a: {auth: none, sources: {s: {list: {path: '%s', query: {token: %[1]s}}, statuses: {ready: [%[1]s], failed: [%[1]s]}}}}}",
		"<<: %s", "*%s", "&%s x", "!%s x: 1", "%%%s", "- %s", "? %s",
	}
	for i := range places {
		for _, before := range []string{"", "*", "'", `"`, "a: ", "[", "{", "x"} {
			f.Add(before, uint8(i))
		}
	}
	canary := rand.Text()
	f.Fuzz(func(t *testing.T, before string, place uint8) {
		if len(before) > 1000 {
			return
		}
		text := fmt.Sprintf(places[int(place)%len(places)], before+canary)
		c, err := config.Parse([]byte(text), "exporter.yml")
		if err != nil {
			checkProblems(t, err, canary)
			return
		}
		if warned := strings.Join(warningTexts(c), "\n"); strings.Contains(warned, canary) {
			t.Errorf("a secret is in a warning:\n%s", warned)
		}
	})
}

func checkProblems(t *testing.T, err error, canary string) {
	t.Helper()
	var wrong *config.Error
	if !errors.As(err, &wrong) || len(wrong.Problems) == 0 || wrong.File != "exporter.yml" {
		t.Fatalf("error %v is not a list of problems", err)
	}
	for _, p := range wrong.Problems {
		if p.Text == "" || strings.ContainsFunc(p.Text, unicode.IsControl) || p.Line < 0 {
			t.Errorf("problem %+v", p)
		}
	}
	if !slices.IsSortedFunc(wrong.Problems, func(a, b config.Problem) int { return a.Line - b.Line }) {
		t.Errorf("problems are not in the order of their lines:\n%v", err)
	}
	if len(wrong.Problems) > 100 {
		t.Errorf("%d problems are told", len(wrong.Problems))
	}
	if strings.Contains(err.Error(), canary) {
		t.Errorf("a secret is in the message:\n%v", err)
	}
}

// checkValid fails the test unless the configuration has all properties that
// the rest of the program relies on.
func checkValid(t *testing.T, c *config.Config) {
	t.Helper()
	if len(c.Accounts) == 0 || len(c.Accounts) > config.MaxAccounts {
		t.Errorf("%d accounts", len(c.Accounts))
	}
	names, keys := make(map[string]bool), make(map[config.KeyID]bool)
	for _, a := range c.Accounts {
		if a.Name == "" || len(a.Name) > 64 || names[a.Name] {
			t.Errorf("name %q", a.Name)
		}
		if keys[a.Key()] && a.Provider.Kind() != definition.Kind { // whose keys may serve several accounts
			t.Errorf("account %s has the key of another", a.Name)
		}
		names[a.Name], keys[a.Key()] = true, true
		if a.RefreshInterval <= 0 || a.Timeout <= 0 || a.MaxAge <= 0 || a.MaxReports < 1 || a.MaxReports > 100000 ||
			a.StaleAfter < 2*a.RefreshInterval+a.Timeout || time.Duration(a.StaleAfter) > 1500000*time.Hour {
			t.Errorf("account %s: %+v", a.Name, a.General)
		}
		base := a.Connection.BaseURL
		if base.URL == nil || base.Hostname() == "" || base.Scheme != "https" && base.Scheme != "http" || base.User != nil || strings.HasSuffix(base.Path, "/") {
			t.Errorf("account %s: base_url %v", a.Name, base)
		}
		if len(a.Provider.Validate()) > 0 {
			t.Errorf("account %s: %v", a.Name, a.Provider.Validate())
		}
		for setting := range a.Provider.Secrets() {
			if a.Secrets.Values()[setting].Empty() {
				t.Errorf("account %s: %s is empty", a.Name, setting)
			}
		}
		if !a.Same(a) {
			t.Errorf("account %s is not the same as itself", a.Name)
		}
	}
	if shown, err := c.Masked(); err != nil || shown == "" {
		t.Errorf("it cannot be shown: %v", err)
	}
}
