package config_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"export_status_exporter/config"
	"export_status_exporter/provider/definition"
)

// one returns a minimal definition with an auth.
func one(name, auth, more string) string {
	return "  " + name + ":\n    url: https://" + name + ".test\n    auth: " + auth + "\n" + more +
		"    sources:\n      s:\n        list: {path: /e}\n        get: {path: '/e/{id}'}\n        report: {id: id, status: s}\n        statuses: {ready: [r]}\n"
}

// TestBlocksOfDefinitions: a block accepts the secrets of its definition's auth
// in all three forms, and the common settings.
func TestBlocksOfDefinitions(t *testing.T) {
	setSecrets(t)
	c := valid(t, "apis:\n"+one("open", "none", "")+one("keyed", "{api_key: {header: X-Key}}", "")+one("basic", "basic", "")+
		one("granted", "{oauth2: {grant: refresh_token, token_path: /t}}", "    params: [tenant, project]\n")+`
accounts:
  - {name: a, open: }
  - {name: b, keyed: {api_key_env: TOKEN, types: [x, "7"], sources: [s], base_url: https://other.test/v2/, tls_config: {server_name: x}}}
  - {name: c, basic: {username: me, password_env: TOKEN, ids: {s: [one, 2]}, proxy_url: http://proxy.test, no_proxy: other.test}}
  - {name: d, granted: {client_id: me, client_secret_env: TOKEN, refresh_token_env: PASSPHRASE, params: {tenant: t, project: 17}}}
`)
	blocks := make(map[string]*definition.Config)
	for _, a := range c.Accounts {
		block, ok := a.Provider.(*definition.Config)
		if !ok || a.Provider.Kind() != "definition" || a.Provider.Name() != block.Definition.Name {
			t.Fatalf("%s is a %s of %s", a.Name, a.Provider.Kind(), a.Provider.Name())
		}
		blocks[a.Name] = block
	}
	for name, want := range map[string][3]any{
		"a": {"https://open.test", 0, ""},
		"b": {"https://other.test/v2", 1, ""},
		"c": {"https://basic.test", 2, "one 2"},
		"d": {"https://granted.test", 3, ""},
	} {
		for _, a := range c.Accounts {
			got := [3]any{a.Connection.BaseURL.String(), len(a.Secrets.Values()), strings.Join(blocks[a.Name].IDs["s"], " ")}
			if a.Name == name && got != want {
				t.Errorf("%s: %v, want %v", name, got, want)
			}
		}
	}
	if diff := cmp.Diff(map[string]string{"tenant": "t", "project": "17"}, blocks["d"].Params); diff != "" {
		t.Errorf("params (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"x", "7"}, blocks["b"].Types); diff != "" {
		t.Errorf("types (-want +got):\n%s", diff)
	}
	if !blocks["b"].OwnBaseURL || blocks["a"].OwnBaseURL {
		t.Error("whose base_url it is was mistaken")
	}
}

// TestWrongBlocksOfDefinitions: each problem has the line of its setting, says
// what would be right, and shows no secret.
func TestWrongBlocksOfDefinitions(t *testing.T) {
	token := setSecrets(t)["TOKEN"]
	for block, want := range map[string]string{
		"stripe: {}": "stripe: exactly one of token, token_file and token_env must be set, 0 are",
		"stripe: {api_key_file: k, token_env: TOKEN}":                                        "stripe.api_key_file: has no meaning here: the definition of stripe has auth: bearer, which takes token (each also as *_file or *_env)",
		"stripe: {token_env: TOKEN, tokn_file: k}":                                           `stripe: unknown key "tokn_file", did you mean "token_file"?`,
		"stripe: {token_env: TOKEN, params: {shop: x}}":                                      `stripe.params: "shop" is not a param of stripe`,
		"stripe: {token_env: TOKEN, params: [shop]}":                                         "stripe.params: must be a mapping of settings, KEY: VALUE, not a list: remove the -",
		"stripe: {token_env: TOKEN, sources: [runs]}":                                        `stripe.sources: "runs" is not a source of stripe, which has: report_runs`,
		"stripe: {token_env: TOKEN, ids: {report_runs: 7}}":                                  "stripe.ids.report_runs: must be a list of strings, such as [a, b]",
		"stripe: {token_env: TOKEN, ids: {report_runs: [7]}}":                                "stripe.ids: report_runs can only be listed",
		"stripe: {token_env: TOKEN, types: fills}":                                           "stripe.types: must be a list of strings, such as [a, b]",
		"stripe: {token_env: TOKEN, base_url: http://x.test}":                                "stripe.base_url: must begin with https://; plain http is for loopback addresses only",
		"stripe: {token_env: TOKEN, base_url: https://x.test/v1}":                            "stripe.base_url: must not contain the API's own path: the exporter adds it",
		"stripe: {token_env: TWO_WORDS}":                                                     "stripe: token: contains a space or a character that is not printable ASCII; copy it again",
		"shopify: {api_key_env: TOKEN}":                                                      "shopify.params: shop is missing",
		"shopify: {api_key_env: TOKEN, params: {shop: a.evil.test/x}}":                       "shopify.params: shop is part of a host, so it must be 1 to 63 of a-z 0-9 -",
		"jira: {username: me, password_env: TOKEN, params: {site: x}}":                       "jira.ids: must name exports to watch, such as {tasks: [ID]}: jira has no list (sources: tasks)",
		"jira: {username: 'm:e', password_env: TOKEN, params: {site: x}, ids: {tasks: [1]}}": "jira: username: contains a colon or a line break, which would end the name",
		"stripee: {token_env: TOKEN}":                                                        `unknown key "stripee", did you mean "stripe"?`,
		"stripe: {token: " + token + "}\n    jira: {}":                                       "jira: an account has one provider; make another account for this one",
	} {
		found := problems(t, "accounts:\n  - name: a\n    "+block+"\n")
		got := strings.ReplaceAll(texts(found), "accounts[0] (a).", "")
		if !strings.Contains(got, want+"\n") || strings.Contains(got, token) {
			t.Errorf("%s:\n%swant\n%s", block, got, want)
		}
		for _, p := range found {
			if p.Line < 2 || p.Line > 4 {
				t.Errorf("%s: %+v", block, p)
			}
		}
	}
}

// TestASecretInADefinitionIsRefused: a definition is public, so it must not
// hold a secret.
func TestASecretInADefinitionIsRefused(t *testing.T) {
	token := setSecrets(t)["TOKEN"]
	text := "apis:\n" + one("leaky", "bearer", "    headers: {X-Own: "+token+"}\n") + "accounts:\n  - name: a\n    leaky:\n      token_env: TOKEN\n"
	found := problems(t, text)
	want := "accounts[0] (a).leaky: token also occurs in the definition of leaky, which is public: remove it there, because auth adds it where the API wants it\n"
	if texts(found) != want || found[0].Line != 14 {
		t.Errorf("problems %+v, want\n%s", found, want)
	}
}

// TestALongDefinitionIsRefused: each account's secrets are searched in its definition, so
// a long one would take long for each account.
func TestALongDefinitionIsRefused(t *testing.T) {
	setSecrets(t)
	long := strings.Replace(one("api", "none", ""), "/e}", "/e, query: {q: "+strings.Repeat("q", 200<<10)+", r: "+strings.Repeat("r", 100<<10)+"}}", 1)
	got := texts(problems(t, "apis:\n"+long+"accounts:\n  - {name: a, api: {}}\n"))
	if want := "apis.api: has more than 262144 bytes\n"; got != want {
		t.Errorf("problems:\n%.200s, want\n%s", got, want)
	}
}

// TestSameDefinition: an account changes when its definition changes, wherever
// the definition is.
func TestSameDefinition(t *testing.T) {
	setSecrets(t)
	load := func(definition, block string) *config.Account {
		c := valid(t, "apis:\n"+definition+"accounts:\n  - {name: a, api: {token_env: TOKEN"+block+"}}\n")
		return c.Accounts[0]
	}
	base := load(one("api", "bearer", ""), "")
	for name, c := range map[string]struct {
		definition, block string
		same              bool
	}{
		"nothing":          {one("api", "bearer", ""), "", true},
		"a remark":         {one("api", "bearer # as ever", ""), "", true},
		"another one too":  {one("api", "bearer", "") + one("other", "none", ""), "", true},
		"another path":     {strings.Replace(one("api", "bearer", ""), "/e}", "/f}", 1), "", false},
		"another word":     {strings.Replace(one("api", "bearer", ""), "[r]", "[r, q]", 1), "", false},
		"a header":         {one("api", "bearer", "    headers: {V: '2'}\n"), "", false},
		"fail_if":          {one("api", "bearer", "    fail_if: {present: errors}\n"), "", false},
		"an interval":      {one("api", "bearer", "    refresh_interval: 1m\n"), "", false},
		"ids":              {one("api", "bearer", ""), ", ids: {s: [a]}", false},
		"types":            {one("api", "bearer", ""), ", types: [a]", false},
		"an empty mapping": {one("api", "bearer", ""), ", params: {}", true},
	} {
		if got := base.Same(load(c.definition, c.block)); got != c.same {
			t.Errorf("%s: same %v, want %v", name, got, c.same)
		}
	}
}

// TestKeysOfDefinitions: a key is identified by kind, host and secret, not by
// the name of the definition. Without auth there is no key.
func TestKeysOfDefinitions(t *testing.T) {
	setSecrets(t)
	apis := "apis:\n" + one("api", "bearer", "    params: [p]\n") + strings.Replace(one("twin", "bearer", ""), "twin.test", "api.test", 1) + one("open", "none", "")
	accounts := func(lines ...string) string { return apis + "accounts:\n  - " + strings.Join(lines, "\n  - ") + "\n" }
	c := valid(t, accounts(
		"{name: a, api: {token_env: TOKEN, params: {p: one}}}",
		"{name: b, api: {token_env: TOKEN, params: {p: two}}}",
		"{name: c, twin: {token_env: TOKEN}}",
		"{name: d, open: {}}", "{name: e, open: {}}",
		"{name: f, api: {token_env: TOKEN, params: {p: one}, base_url: https://elsewhere.test}}",
		"{name: g, api: {token_env: TOKEN, params: {p: three}, base_url: https://API.test}}",
	))
	key := func(i int) config.KeyID { return c.Accounts[i].Key() }
	if key(0) != key(1) || key(0) != key(2) || key(3) != key(4) || key(0) == key(3) || key(0) == key(5) || key(0) != key(6) || key(3).Fingerprint != [32]byte{} {
		t.Error("keys are told apart wrongly")
	}
	got := texts(problems(t, accounts("{name: a, api: {token_env: TOKEN, params: {p: one}}}", "{name: b, api: {token_env: TOKEN, params: {p: one}, types: [x]}}")))
	want := `accounts[1] (b): has the same key as account "a", in line 31: both would make the same calls and spend one budget; give them different params or sources, or remove one` + "\n"
	if got != want {
		t.Errorf("problems:\n%swant\n%s", got, want)
	}
}

// TestABrokenDefinitionIsToldOnce: the accounts that use a broken definition
// are not reported as well.
func TestABrokenDefinitionIsToldOnce(t *testing.T) {
	setSecrets(t)
	got := texts(problems(t, "apis:\n"+one("api", "nobody", "")+"accounts:\n  - {name: a, api: {token_env: TOKEN}}\n"))
	if want := "apis.api.auth: must be none, bearer, basic, api_key: {header: ...} or oauth2: {...}\n"; got != want {
		t.Errorf("problems:\n%swant\n%s", got, want)
	}
}

// TestDoubtsAboutDefinitions: user and client names may have any form and be in
// the configuration, and a private key may have many lines.
func TestDoubtsAboutDefinitions(t *testing.T) {
	setSecrets(t)
	key := rsaKey(t)
	c := valid(t, "apis:\n"+one("basic", "basic", "")+one("granted", "{oauth2: {grant: jwt_bearer, token_path: /t}}", "")+
		"accounts:\n  - {name: a, basic: {username: api, password_env: TOKEN}}\n  - name: b\n    granted:\n      client_id: <me>\n      private_key: |\n        "+
		strings.ReplaceAll(strings.TrimSpace(key), "\n", "\n        ")+"\n")
	if len(c.Warnings) != 0 { // it lies in no file, so nobody can read it
		t.Errorf("warnings %v", c.Warnings)
	}
	c = valid(t, "apis:\n"+one("api", "bearer", "")+"accounts:\n  - {name: a, api: {token: your-token-here}}\n")
	if want := []string{"account a: api.token: is a placeholder; write the value itself"}; !slices.Equal(warningTexts(c), want) {
		t.Errorf("warnings %v, want %v", c.Warnings, want)
	}
}

// rsaKey is a private key in PEM.
func rsaKey(t *testing.T) string {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}))
}
