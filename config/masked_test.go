package config_test

import (
	"crypto/rand"
	"fmt"
	"os"
	"strings"
	"testing"

	"export_status_exporter/config"
)

// TestMaskedIsTheConfiguration: the masked text means the same as the file,
// with explicit defaults.
func TestMaskedIsTheConfiguration(t *testing.T) {
	setSecrets(t)
	everything, err := os.ReadFile("testdata/good/everything.yml")
	if err != nil {
		t.Fatal(err)
	}
	apis, err := os.ReadFile("testdata/good/apis.yml")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"everything": string(everything), "the least": "accounts:" + spot, "definitions": string(apis)} {
		t.Run(name, func(t *testing.T) {
			c := valid(t, text)
			shown, err := c.Masked()
			if err != nil {
				t.Fatal(err)
			}
			again := valid(t, shown)
			for i, account := range c.Accounts {
				if !account.Same(again.Accounts[i]) || !account.Expect.Same(again.Accounts[i].Expect) {
					t.Errorf("account %s is another one in\n%s", account.Name, shown)
				}
			}
			if c.General != again.General || !c.Expect.Same(again.Expect) || len(c.Accounts) != len(again.Accounts) {
				t.Errorf("general settings are others in\n%s", shown)
			}
		})
	}
}

// TestMaskedText compares the whole text.
func TestMaskedText(t *testing.T) {
	setSecrets(t)
	c := valid(t, "stale_after: 2h\naccounts:"+spot)
	want := `refresh_interval: 1m # default
timeout: 10s # default
stale_after: 2h
max_reports: 1000 # default
max_age: 30d # default
expect: # default
    ready_within: 4h # default
    data_within: 0s # default
    fetch_before_expiry: 1d # default
accounts:
    - name: treasury
      refresh_interval: 1m # default
      timeout: 10s # default
      stale_after: 2h # inherited
      max_reports: 1000 # default
      max_age: 30d # default
      expect: # default
        ready_within: 4h # default
        data_within: 0s # default
        fetch_before_expiry: 1d # default
      kraken:
        api_key_env: KRAKEN_KEY
        api_secret_env: SIGNING_SECRET
        reports: # default
            - trades
            - ledgers
        nonce_unit: ms # default
        base_url: https://api.kraken.com # default
`
	if shown, err := c.Masked(); err != nil || shown != want {
		t.Errorf("shown, with error %v:\n%s\nwant\n%s", err, shown, want)
	}
}

// TestMaskedSaysWhatIsSet: comments tell which settings are in the file,
// including those from merge keys, and which are inherited or defaults.
func TestMaskedSaysWhatIsSet(t *testing.T) {
	setSecrets(t)
	c := valid(t, `
timeout: 10s
expect: {data_within: 2d, types: {fills: {ready_within: 7d}}}
accounts:
  - name: a
    refresh_interval: 5m
    expect: {ready_within: 1d}
    coinbase_exchange: &key {api_key_env: KRAKEN_KEY, api_secret_env: SIGNING_SECRET, passphrase_env: KRAKEN_KEY, types: [fills]}
  - name: b
    expect: {types: {account: {ready_within: 0}}}
    coinbase_exchange: {<<: *key, api_key_env: SIGNING_SECRET}
`)
	shown, err := c.Masked()
	if err != nil {
		t.Fatal(err)
	}
	_, accounts, _ := strings.Cut(shown, "accounts:")
	a, b, _ := strings.Cut(accounts, "- name: b")
	for name, c := range map[string]struct {
		text  string
		lines []string
	}{
		"general": {shown, []string{"refresh_interval: 1m # default", "timeout: 10s", "    data_within: 2d", "    ready_within: 4h # default"}},
		"a": {a, []string{
			"      refresh_interval: 5m", "      timeout: 10s # inherited", "        ready_within: 1d", "        data_within: 2d # inherited",
			"        fetch_before_expiry: 1d # default", "            - fills", "        base_url: https://api.exchange.coinbase.com # default",
		}},
		"b": {b, []string{"      refresh_interval: 1m # default", "        api_key_env: SIGNING_SECRET", "        types:", "                ready_within: 0s"}},
	} {
		for _, line := range c.lines {
			if !strings.Contains(c.text, "\n"+line+"\n") && !strings.HasPrefix(c.text, line+"\n") {
				t.Errorf("%s: %q is not a line of\n%s", name, line, c.text)
			}
		}
	}
}

// TestMaskedSecrets: what is secret in a file is <secret>, wherever it stands.
func TestMaskedSecrets(t *testing.T) {
	canary := rand.Text()
	folder := t.TempDir()
	write(t, folder+"/token", canary)
	c, err := config.Parse([]byte(`
accounts:
  - {name: a, onlyfansapi: {token: `+canary+`1, proxy_url: 'http://`+canary+`2:`+canary+`3@proxy.example:1/?key=`+canary+`#`+canary+`'}}
  - {name: b, onlyfansapi: {token_file: token}}
`), folder+"/exporter.yml")
	if err != nil {
		t.Fatal(err)
	}
	shown, err := c.Masked()
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(shown, canary) {
		t.Errorf("a secret is shown:\n%s", shown)
	}
	for _, line := range []string{"token: <secret>", "proxy_url: http://<secret>@proxy.example:1/?<secret>#<secret>", "token_file: " + folder + "/token"} {
		if !strings.Contains(shown, line) {
			t.Errorf("%q is not shown:\n%s", line, shown)
		}
	}
}

// TestMaskedIsBounded: settings that many accounts inherit do not make the text a
// thousand times longer than the file.
func TestMaskedIsBounded(t *testing.T) {
	t.Parallel()
	const accounts = 120
	var text strings.Builder
	text.WriteString("expect:\n  types:\n")
	for i := range 256 {
		fmt.Fprintf(&text, "    type-%d-%s: {data_within: %dh}\n", i, strings.Repeat("x", 50), i+1)
	}
	text.WriteString("accounts:\n")
	for i := range accounts {
		fmt.Fprintf(&text, "  - {name: a%d, onlyfansapi: {token: %s}}\n", i, rand.Text())
	}
	shown, err := valid(t, text.String()).Masked()
	if err != nil || len(shown) > 3<<20 {
		t.Fatalf("%d bytes, %v", len(shown), err)
	}
	left := accounts - strings.Count(shown, "- name: ")
	if end := fmt.Sprintf("# %d more accounts are not shown\n", left); left == 0 || !strings.HasSuffix(shown, end) {
		t.Errorf("it ends with %q, want %q", shown[len(shown)-80:], end)
	}
}
