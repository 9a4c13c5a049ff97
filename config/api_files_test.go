package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"export_status_exporter/config"
	"export_status_exporter/internal/files"
)

// inFolder writes files into a folder and loads the configuration among them.
func inFolder(t *testing.T, content map[string]string) (folder string, c *config.Config, err error) {
	t.Helper()
	folder = t.TempDir()
	for name, text := range content {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		write(t, path, text)
	}
	c, err = config.Load(t.Context(), files.New(), filepath.Join(folder, "exporter.yml"))
	return folder, c, err
}

// TestAPIFiles: definitions are read from all files that the patterns match,
// each once.
func TestAPIFiles(t *testing.T) {
	setSecrets(t)
	head := "api_files: [apis/*.yml, apis/b.*, more/c.yml]\napis:\n" + one("own", "none", "") + "accounts:\n"
	accounts := "  - {name: a, own: {}}\n  - {name: b, first: {}}\n  - {name: c, second: {}}\n  - {name: d, third: {}}\n"
	content := map[string]string{
		"exporter.yml": head + accounts,
		"apis/a.yml":   "x-about: {source: somewhere}\napis:\n" + one("first", "none", ""),
		"apis/b.yml":   "apis:\n" + one("second", "none", ""),
		"more/c.yml":   "apis:\n" + one("third", "none", ""),
		"apis/d.txt":   "no definitions",
	}
	_, c, err := inFolder(t, content)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Accounts) != 4 {
		t.Errorf("%d accounts", len(c.Accounts))
	}
	before := c.Hash
	content["more/c.yml"] += "# a remark\n"
	if _, c, err = inFolder(t, content); err != nil || c.Hash == before {
		t.Errorf("the hash does not see a changed file: %v", err)
	}

	for name, test := range map[string]struct {
		change map[string]string
		want   string
	}{
		"defined twice":         {map[string]string{"more/c.yml": "apis:\n" + one("third", "none", "") + one("own", "none", "")}, "DIR/more/c.yml:11: apis.own: is defined twice, first in the configuration, line 3; remove one of the two"},
		"twice in files":        {map[string]string{"more/c.yml": "apis:\n" + one("third", "none", "") + one("first", "none", "")}, "DIR/more/c.yml:11: apis.first: is defined twice, first in DIR/apis/a.yml, line 3; remove one of the two"},
		"broken, in its file":   {map[string]string{"more/c.yml": "apis:\n" + one("third", "nobody", "")}, "DIR/more/c.yml:4: apis.third.auth: must be none, bearer, basic, api_key: {header: ...} or oauth2: {...}"},
		"not of definitions":    {map[string]string{"more/c.yml": "accounts: []\n"}, `DIR/more/c.yml:1: unknown key "accounts"; a file of definitions may contain only apis`},
		"no YAML":               {map[string]string{"more/c.yml": "apis: [\n"}, "DIR/more/c.yml:1: not valid YAML: a value is missing here, or a bracket [ or { is not closed"},
		"two documents":         {map[string]string{"more/c.yml": "apis:\n" + one("third", "none", "") + "---\na: 1\n"}, "DIR/more/c.yml:11: must be a single YAML document; remove the line --- and everything after it, or move it to another file"},
		"too large":             {map[string]string{"more/c.yml": strings.Repeat("#\n", 1<<20)}, "DIR/exporter.yml:1: api_files: DIR/more/c.yml: is larger than 1 MiB"},
		"nothing matches":       {map[string]string{"exporter.yml": "api_files: [no/such*.yml]\naccounts:\n  - {name: a, stripe: {token: x}}\n"}, `DIR/exporter.yml:1: api_files[0]: "no/such*.yml" matches no file; the pattern is relative to the configuration's folder, and * matches any part of a name`},
		"no pattern":            {map[string]string{"exporter.yml": "api_files: ['a[']\naccounts:\n  - {name: a, stripe: {token: x}}\n"}, "DIR/exporter.yml:1: api_files[0]: is not a valid pattern: a [ or a \\ is not closed; give the path of a file, relative to the configuration file, not the content of the file"},
		"no list":               {map[string]string{"exporter.yml": "api_files: apis/*.yml\naccounts:\n  - {name: a, stripe: {token: x}}\n"}, "DIR/exporter.yml:1: api_files: must be a list of strings, such as [a, b]"},
		"a name of the program": {map[string]string{"more/c.yml": "apis:\n" + one("third", "none", "") + one("max_age", "none", "")}, `DIR/more/c.yml:11: apis: the name "max_age" is taken by the exporter itself; choose another`},
	} {
		t.Run(name, func(t *testing.T) {
			changed := make(map[string]string)
			for file, text := range content {
				changed[file] = text
			}
			for file, text := range test.change {
				changed[file] = text
			}
			folder, _, err := inFolder(t, changed)
			var wrong *config.Error
			if !errors.As(err, &wrong) || len(wrong.Problems) != 1 {
				t.Fatalf("error %v, want one problem", err)
			}
			if got := strings.ReplaceAll(err.Error(), folder, "DIR"); got != test.want {
				t.Errorf("%s\nwant\n%s", got, test.want)
			}
		})
	}
}

// TestTopKeysForAnchors: top-level keys that begin with x- may hold anything.
func TestTopKeysForAnchors(t *testing.T) {
	setSecrets(t)
	c := valid(t, "x-shared: &shared {max_reports: 7}\nx-: [1]\naccounts:\n  - {<<: *shared, name: a, stripe: {token_env: TOKEN}}\n")
	if c.Accounts[0].MaxReports != 7 {
		t.Errorf("max_reports %d", c.Accounts[0].MaxReports)
	}
	if got := texts(problems(t, "xshared: 1\naccounts:\n  - {name: a, x-own: 1, stripe: {token_env: TOKEN}}\n")); strings.Count(got, "unknown key") != 2 {
		t.Errorf("problems:\n%s", got)
	}
}

// TestIntervalOfADefinition: a definition's interval overrides the general one,
// and the account's own overrides both.
func TestIntervalOfADefinition(t *testing.T) {
	setSecrets(t)
	apis := "apis:\n" + one("slow", "none", "    refresh_interval: 5m\n") + one("plain", "none", "")
	c := valid(t, "refresh_interval: 2m\n"+apis+"accounts:\n  - {name: a, slow: {}}\n  - {name: b, slow: {}, refresh_interval: 30s}\n  - {name: c, plain: {}}\n")
	for i, want := range []time.Duration{5 * time.Minute, 30 * time.Second, 2 * time.Minute} {
		if got := time.Duration(c.Accounts[i].RefreshInterval); got != want {
			t.Errorf("%s: %s, want %s", c.Accounts[i].Name, got, want)
		}
	}
	got := problems(t, "stale_after: 6m\n"+apis+"accounts:\n  - {name: a, slow: {}}\n  - {name: b, slow: {}, stale_after: 20m}\n")
	want := "accounts[0] (a): stale_after must be at least 2 x refresh_interval + timeout = 10m10s, because the definition of slow has a refresh_interval of 5m; set stale_after or refresh_interval in the account\n"
	if texts(got) != want {
		t.Errorf("problems:\n%swant\n%s", texts(got), want)
	}
}

// TestMaskedDefinitions: the masked configuration can be loaded again, and
// lists every request.
func TestMaskedDefinitions(t *testing.T) {
	setSecrets(t)
	_, c, err := inFolder(t, map[string]string{
		"exporter.yml": "api_files: [a.yml]\nx-own: &own {auth: basic, params: [site]} # a remark\napis:\n  merged:\n    <<: *own\n    url: 'https://{site}.test/api'\n" +
			"    sources:\n      s:\n        list: {path: /e, method: POST}\n        report: {id: id, status: s}\n        statuses: {ready: [r]}\n" +
			"accounts:\n  - {name: a, merged: {params: {site: x}, username_env: TOKEN, password_env: PASSPHRASE}}\n" +
			"  - {name: b, filed: {client_id_env: PASSPHRASE, client_secret_env: TOKEN, sources: [s], ids: {s: [7]}}}\n  - {name: c, stripe: {token_env: TOKEN}}\n",
		"a.yml": "apis:\n" + one("filed", "{oauth2: {grant: client_credentials, token_url: 'https://login.test/t'}}", ""),
	})
	if err != nil {
		t.Fatal(err)
	}
	shown, err := c.Masked()
	if err != nil {
		t.Fatal(err)
	}
	again := valid(t, shown)
	for i, account := range c.Accounts {
		if !account.Same(again.Accounts[i]) {
			t.Errorf("account %s is another one in\n%s", account.Name, shown)
		}
	}
	for _, want := range []string{
		"# may call: POST https://x.test/api/e\n",
		"# may call: POST https://login.test/t, GET https://filed.test/e/{id}\n",
		"# may call: GET https://api.stripe.com/v1/reporting/report_runs\n",
		"password_env: PASSPHRASE", "params:\n            site: x",
	} {
		if !strings.Contains(shown, want) {
			t.Errorf("%q is not shown:\n%s", want, shown)
		}
	}
	if strings.Contains(shown, "remark") {
		t.Errorf("a comment is shown:\n%s", shown)
	}
}
