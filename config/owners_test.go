package config_test

import (
	"crypto/rand"
	"fmt"
	"strings"
	"testing"

	"export_status_exporter/config"
	"export_status_exporter/secret"
)

// TestOneHostInManySpellings: a key at one host is one key, however base_url
// spells the host.
func TestOneHostInManySpellings(t *testing.T) {
	setSecrets(t)
	key := func(address string) config.KeyID {
		t.Helper()
		return valid(t, "accounts:\n  - {name: a, kraken: {api_key_env: KRAKEN_KEY, api_secret_env: SIGNING_SECRET, base_url: '"+address+"'}}\n").Accounts[0].Key()
	}
	for host, spellings := range map[string][]string{
		"api.kraken.com":      {"https://api.kraken.com", "https://API.kraken.Com/", "https://api.kraken.com:443", "https://api.kraken.com:0443", "https://api.kraken.com:", "https://api.kraken.com.", "https://api.kraken.COM.:443"},
		"api.kraken.com:8443": {"https://api.kraken.com:8443", "https://api.kraken.com.:08443"},
		"api.kraken.com:80":   {"https://api.kraken.com:80"},
		"127.0.0.1":           {"http://127.0.0.1", "http://127.0.0.1:080"},
		"127.0.0.1:443":       {"http://127.0.0.1:443"},
		"::1":                 {"http://[::1]", "http://[::1]:080"},
		"[::1]:8080":          {"http://[::1]:8080"},
	} {
		for _, each := range spellings {
			if got := key(each).Host; got != host {
				t.Errorf("%s is at host %s, want %s", each, got, host)
			}
		}
	}
}

// TestKeyOfAUser: a password is a key together with its user, and a client's secret
// together with its client. The setting's name does not matter.
func TestKeyOfAUser(t *testing.T) {
	setSecrets(t)
	key := func(auth, block string) config.KeyID {
		t.Helper()
		source := "    sources: {s: {list: {path: /e}, report: {id: id, status: s}, statuses: {ready: [r]}}}\n"
		return valid(t, "apis:\n  api:\n    url: https://api.test\n    auth: "+auth+"\n"+source+"accounts:\n  - {name: a, api: {"+block+"}}\n").Accounts[0].Key()
	}
	const grant = "{oauth2: {grant: client_credentials, token_path: /t}}"
	token := key("bearer", "token_env: TOKEN")
	for _, c := range []struct {
		name, auth, block string
		as                config.KeyID
		same              bool
	}{
		{"the same user", "basic", "username: me, password_env: TOKEN", key("basic", "username: me, password_env: TOKEN"), true},
		{"another user", "basic", "username: you, password_env: TOKEN", key("basic", "username: me, password_env: TOKEN"), false},
		{"another client", grant, "client_id: you, client_secret_env: TOKEN", key(grant, "client_id: me, client_secret_env: TOKEN"), false},
		{"another header", "{api_key: {header: X-Key}}", "api_key_env: TOKEN", token, true},
	} {
		if got := key(c.auth, c.block) == c.as; got != c.same {
			t.Errorf("%s: the same key is %v, want %v", c.name, got, c.same)
		}
	}
}

// sharing returns accounts that use one key, each for its own source.
func sharing(t *testing.T, accounts int) []*config.Account {
	t.Helper()
	setSecrets(t)
	source := "      s%d: {list: {path: /e}, report: {id: id, status: s}, statuses: {ready: [r]}}\n"
	apis, list := "apis:\n  api:\n    url: https://api.test\n    auth: bearer\n    sources:\n", "accounts:\n"
	for i := range accounts {
		apis += fmt.Sprintf(source, i)
		list += fmt.Sprintf("  - {name: a%d, api: {token_env: TOKEN, sources: [s%d]}}\n", i, i)
	}
	return valid(t, apis+list).Accounts
}

// TestClaimsOfManyAccounts: a claim takes the same effort, however many accounts
// share the key.
func TestClaimsOfManyAccounts(t *testing.T) {
	accounts := sharing(t, 32)
	owners := config.NewOwners()
	effort := func(account *config.Account) float64 {
		return testing.AllocsPerRun(10, func() {
			if owner := owners.Claim(account, account.Secrets.Values()); owner != nil {
				t.Errorf("%s cannot share the key with %s", account.Name, owner.Name)
			}
		})
	}
	first, last := effort(accounts[0]), 0.0
	for _, each := range accounts[1:] {
		last = effort(each)
	}
	if last > first {
		t.Errorf("the last account's claim allocates %v times, the first one's %v times", last, first)
	}
}

// TestTheFirstOwnerIsNamed: of several accounts that stand in the way of a
// claim, the first is named. A claim that fails changes nothing, and one that
// succeeds gives up the key used before.
func TestTheFirstOwnerIsNamed(t *testing.T) {
	accounts := sharing(t, 2)
	text := "apis:\n" + strings.Replace(one("api", "bearer", ""), "      s:\n", "      s0: {list: {path: /e}, report: {id: id, status: s}, statuses: {ready: [r]}}\n      s1:\n", 1)
	both := valid(t, text+"accounts:\n  - {name: both, api: {token_env: TOKEN}}\n").Accounts[0]
	owners := config.NewOwners()
	claim := func(account *config.Account, values secret.Values, want string) {
		t.Helper()
		got := ""
		if owner := owners.Claim(account, values); owner != nil {
			got = owner.Name
		}
		if got != want {
			t.Errorf("%s cannot share the key with %q, want %q", account.Name, got, want)
		}
	}
	key1, key2 := secret.Values{"token": secret.New(rand.Text())}, secret.Values{"token": secret.New(rand.Text())}
	claim(accounts[1], key1, "")
	claim(accounts[0], key1, "")
	claim(both, key2, "")
	claim(both, key1, "a1")
	claim(accounts[1], key2, "both")
	claim(accounts[1], key1, "")
	claim(both, key1, "a0")
	claim(both, secret.Values{"token": secret.New(rand.Text())}, "")
	claim(accounts[1], key2, "")
}
