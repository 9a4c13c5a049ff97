package config_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"export_status_exporter/config"
	"export_status_exporter/provider/kraken"
)

// TestAliasesAndMergeKeys: accounts can share settings, and explicit settings
// override shared ones.
func TestAliasesAndMergeKeys(t *testing.T) {
	values := setSecrets(t)
	c := valid(t, `
refresh_interval: &interval 3m
timeout: 20s
accounts:
  - &first
    name: first
    refresh_interval: 7m
    kraken: &block
      api_key_env: KRAKEN_KEY
      api_secret_env: SIGNING_SECRET
      reports: &both [trades, ledgers]
      nonce_unit: ns
  - <<: *first
    name: second
    timeout: *interval
    kraken:
      <<: *block
      api_key_env: FUTURES_KEY
      reports: [trades]
  - name: third
    <<: [{max_reports: 7, refresh_interval: 8m}, *first]
    kraken:
      <<: [{nonce_unit: us}, *block]
      api_key_env: COINBASE_KEY
`)
	type account struct {
		Name              string
		Interval, Timeout time.Duration
		MaxReports        int
		Key               string
		Reports           []string
		NonceUnit         string
	}
	var got []account
	for _, a := range c.Accounts {
		block, ok := a.Provider.(*kraken.Config)
		if !ok {
			t.Fatalf("%s is of %s", a.Name, a.Provider.Name())
		}
		key := a.Secrets.Values()["api_key"].Reveal()
		for name, value := range values {
			if value == key {
				key = name
			}
		}
		got = append(got, account{a.Name, time.Duration(a.RefreshInterval), time.Duration(a.Timeout), a.MaxReports, key, block.Reports, block.NonceUnit})
	}
	want := []account{
		{"first", 7 * time.Minute, 20 * time.Second, 1000, "KRAKEN_KEY", []string{"trades", "ledgers"}, "ns"},
		{"second", 7 * time.Minute, 3 * time.Minute, 1000, "FUTURES_KEY", []string{"trades"}, "ns"},
		{"third", 8 * time.Minute, 20 * time.Second, 7, "COINBASE_KEY", []string{"trades", "ledgers"}, "us"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("accounts (-want +got):\n%s", diff)
	}
}

// TestScalarsAreText: a name or token of only digits is still a string.
func TestScalarsAreText(t *testing.T) {
	c := valid(t, "accounts:\n  - name: 007\n    onlyfansapi: {token: 1234567890, types: [true, 1, 2.50]}\n")
	if got := c.Accounts[0]; got.Name != "007" || got.Secrets.Values()["token"].Reveal() != "1234567890" {
		t.Errorf("account %s", got.Name)
	}
	want := []string{"account 007: types: \"true\" is not a type that the provider documents"}
	if diff := cmp.Diff(want, warningTexts(c)[:1]); diff != "" {
		t.Errorf("types (-want +got):\n%s", diff)
	}
}

// TestMergesAreBounded: merge keys that expand to too much are rejected
// quickly.
func TestMergesAreBounded(t *testing.T) {
	setSecrets(t)
	bomb := "accounts:\n  - &l0 {name: a}\n"
	for i := range 12 {
		bomb += fmt.Sprintf("  - &l%d {<<: [%s]}\n", i+1, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*l%d, ", i), 9), ", "))
	}
	const many = "aliases and merge keys (<<) expand to more than 1000000 settings, or merge keys are nested more than 100 deep\n"
	if got := texts(problems(t, bomb)); !strings.HasPrefix(got, many) || strings.Count(got, many) != 1 {
		t.Errorf("problems:\n%s", got)
	}
	for _, endless := range []string{
		"accounts:\n  - &a {name: a, <<: *a}\n",
		"accounts:\n  - &a {name: a, <<: [*a, *a, *a]}\n",
		"&a {<<: [*a, *a], accounts: []}\n",
	} {
		if got := texts(problems(t, endless)); !strings.HasPrefix(got, many) {
			t.Errorf("%s: problems:\n%s", endless, got)
		}
	}
}

// TestLongTextsAreBounded: a long text that an alias repeats counts by its length, and no
// path is longer than any system allows.
func TestLongTextsAreBounded(t *testing.T) {
	const many = "aliases and merge keys (<<) expand to more than 1000000 settings, or merge keys are nested more than 100 deep\n"
	long := "x-long: &long " + strings.Repeat("a/", 100_000) + "\naccounts:\n"
	for i := range 1000 {
		long += fmt.Sprintf("  - {name: a%d, onlyfansapi: {token: t%d, types: [*long]}}\n", i, i)
	}
	if got := texts(problems(t, long)); !strings.Contains(got, many) {
		t.Errorf("problems:\n%.1000s", got)
	}
	for setting, want := range map[string]string{
		"token_file: PATH":                      "token_file: has 5000 bytes, more than 4096\n",
		"token: t, tls_config: {ca_file: PATH}": "tls_config.ca_file: has 5000 bytes, more than 4096\n",
		"token: t, types: [PATHS]":              "types: has 300000 bytes, more than 262144\n",
	} {
		setting = strings.NewReplacer("PATHS", strings.Repeat("p", 300_000), "PATH", strings.Repeat("p", 5000)).Replace(setting)
		if got := texts(problems(t, "accounts:\n  - {name: a, onlyfansapi: {"+setting+"}}\n")); !strings.Contains(got, want) {
			t.Errorf("problems:\n%.1000s\nwant %s", got, want)
		}
	}
}

// TestAliasesAreBounded: values that contain each other are rejected.
func TestAliasesAreBounded(t *testing.T) {
	setSecrets(t)
	bomb := "accounts:\n  - name: a\n    onlyfansapi:\n      token_env: TOKEN\n      types: [&l0 [a, a]"
	for i := range 30 {
		bomb += fmt.Sprintf(", &l%d [%s]", i+1, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*l%d, ", i), 9), ", "))
	}
	want := "accounts[0] (a).onlyfansapi.types: must be a list of strings, such as [a, b]\n"
	if got := texts(problems(t, bomb+"]\n")); got != want {
		t.Errorf("problems:\n%s", got)
	}
	if got := texts(problems(t, "accounts:\n  - name: a\n    onlyfansapi: {token_env: TOKEN, types: &a [*a]}\n")); got != want {
		t.Errorf("problems:\n%s", got)
	}
}

// TestManyAccounts: MaxAccounts accounts are accepted, and one more is not.
func TestManyAccounts(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	text.WriteString("accounts:\n")
	for i := range config.MaxAccounts {
		fmt.Fprintf(&text, "  - {name: a%d, onlyfansapi: {token: token-%d}}\n", i, i)
	}
	t.Run("as many as allowed", func(t *testing.T) {
		t.Parallel()
		if got := len(valid(t, text.String()).Accounts); got != config.MaxAccounts {
			t.Errorf("%d accounts", got)
		}
	})
	t.Run("one more", func(t *testing.T) {
		t.Parallel()
		more := text.String() + "  - {name: more, onlyfansapi: {token: more}}\n"
		if got := texts(problems(t, more)); got != "accounts: holds 10001 accounts, more than 10000\n" {
			t.Errorf("problems:\n%s", got)
		}
	})
}

// TestManyIDs: an explicit list is bounded, because each id is a call.
func TestManyIDs(t *testing.T) {
	setSecrets(t)
	ids := make([]string, 101)
	for i := range ids {
		ids[i] = fmt.Sprintf("id%d", i)
	}
	account := "accounts:\n  - {name: a, onlyfansapi: {token_env: TOKEN, export_ids: [%s]}}\n"
	valid(t, fmt.Sprintf(account, strings.Join(ids[:100], ",")))
	got := texts(problems(t, fmt.Sprintf(account, strings.Join(ids, ","))))
	if got != "accounts[0] (a).onlyfansapi.export_ids: holds 101 ids, more than 100\n" {
		t.Errorf("problems:\n%s", got)
	}
}
