package config_test

import (
	"path/filepath"
	"strings"
	"testing"

	"export_status_exporter/config"
	"export_status_exporter/internal/files"
	"export_status_exporter/secret"
)

// TestSame: an account stays as it is across a reload unless one of its
// settings has changed, wherever that is written.
func TestSame(t *testing.T) {
	values := setSecrets(t)
	signing := values["SIGNING_SECRET"]
	const before = `
timeout: 10s
accounts:
  - name: treasury
    kraken:
      api_key: first-key
      api_secret_env: SIGNING_SECRET
      reports: [trades]
      tls_config: {server_name: host}
`
	base := valid(t, before).Accounts[0]
	for name, c := range map[string]struct {
		old, new string
		same     bool
	}{
		"nothing":             {"", "", true},
		"a remark":            {"timeout: 10s", "timeout: 10s # short", true},
		"another spelling":    {"timeout: 10s", "timeout: 10000ms", true},
		"a default":           {"reports: [trades]", "reports: [trades]\n      nonce_unit: ms", true},
		"default base_url":    {"reports: [trades]", "reports: [trades]\n      base_url: https://api.kraken.com/", true},
		"general written own": {"  - name: treasury", "  - name: treasury\n    timeout: 10s", true},
		"another account":     {"accounts:", "accounts:\n  - {name: other, onlyfansapi: {token_env: TOKEN}}", true},
		"name":                {"name: treasury", "name: fund", false},
		"general":             {"timeout: 10s", "timeout: 11s", false},
		"own":                 {"  - name: treasury", "  - name: treasury\n    max_reports: 7", false},
		"reports":             {"[trades]", "[trades, ledgers]", false},
		"nonce_unit":          {"reports: [trades]", "nonce_unit: ns\n      reports: [trades]", false},
		"base_url":            {"reports: [trades]", "reports: [trades]\n      base_url: https://host", false},
		"proxy_url":           {"reports: [trades]", "reports: [trades]\n      proxy_url: http://host", false},
		"tls_config":          {"server_name: host", "server_name: other", false},
		"key":                 {"first-key", "second-key", false},
		"origin of a secret":  {"api_secret_env: SIGNING_SECRET", "api_secret: " + signing, false},
	} {
		t.Run(name, func(t *testing.T) {
			c2 := valid(t, strings.Replace(before, c.old, c.new, 1))
			now := c2.Accounts[len(c2.Accounts)-1]
			if got := base.Same(now); got != c.same {
				t.Errorf("same: %v, want %v", got, c.same)
			}
			if base.Same(now) != now.Same(base) {
				t.Error("it depends on which one is asked")
			}
		})
	}
}

// TestSameOfAnotherProvider: the same name at another provider is another
// account.
func TestSameOfAnotherProvider(t *testing.T) {
	setSecrets(t)
	spotKey := valid(t, "accounts:\n  - {name: a, kraken: {api_key_env: KRAKEN_KEY, api_secret_env: SIGNING_SECRET}}\n").Accounts[0]
	futures := valid(t, "accounts:\n  - {name: a, kraken_futures: {api_key_env: KRAKEN_KEY, api_secret_env: SIGNING_SECRET}}\n").Accounts[0]
	if spotKey.Same(futures) {
		t.Error("taken for the same account")
	}
	if spotKey.Key() == futures.Key() {
		t.Error("taken for the same key")
	}
}

// TestFilesDoNotCount: the contents of secret files do not matter, because a
// running account re-reads them.
func TestFilesDoNotCount(t *testing.T) {
	values := setSecrets(t)
	folder := t.TempDir()
	file := filepath.Join(folder, "exporter.yml")
	text := "accounts:\n  - {name: a, onlyfansapi: {token_file: token}}\n"
	load := func(token string) *config.Account {
		write(t, filepath.Join(folder, "token"), token)
		write(t, file, text)
		c, err := config.Load(t.Context(), files.New(), file)
		if err != nil {
			t.Fatal(err)
		}
		return c.Accounts[0]
	}
	first := load(values["TOKEN"])
	key := first.Key()
	second := load(values["PASSPHRASE"])
	if !first.Same(second) {
		t.Error("a changed file makes another account")
	}
	if key == second.Key() {
		t.Error("two keys are taken for one")
	}
	if key.Kind != "onlyfansapi" || key.Host != "app.onlyfansapi.com" || key.Fingerprint == [32]byte{} {
		t.Errorf("key of %q at %q", key.Kind, key.Host)
	}
	// A key that is not in use yet already has its id.
	if got := first.KeyIn(secret.Values{"token": secret.New(values["PASSPHRASE"])}); got != second.Key() {
		t.Error("a key is another one once it is in force")
	}
	if first.Key() != key {
		t.Error("a file that nobody has read has changed the key")
	}
}
