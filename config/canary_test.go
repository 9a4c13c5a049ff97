package config_test

import (
	"crypto/rand"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"export_status_exporter/config"
)

// TestNoSecretInAnyMessage: no message shows the value of a secret, whatever is
// wrong with it or with the settings around it.
func TestNoSecretInAnyMessage(t *testing.T) {
	canary := rand.Text()
	const account = "accounts:\n  - name: a\n    %s\n"
	for name, block := range map[string]string{
		"not base64":          "kraken: {api_key_env: KRAKEN_KEY, api_secret: '%s!'}",
		"not for a header":    "onlyfansapi: {token: 'a %s'}",
		"given twice":         "onlyfansapi: {token: %s, token_env: TOKEN}",
		"set twice":           "onlyfansapi: {token: %s, token: %[1]s}",
		"alone":               "kraken: {api_key: %s}",
		"an alias":            "onlyfansapi: {token: *%s}",
		"a tag":               "onlyfansapi: {token: !%s}",
		"a tag's handle":      "onlyfansapi: {token: !%s!x}",
		"an anchor":           "onlyfansapi: {token: &%s}",
		"a list":              "onlyfansapi: {token: [%s]}",
		"a mapping":           "onlyfansapi: {token: {%s: 1}}",
		"a missing colon":     "onlyfansapi: {token:%s}",
		"an equals sign":      "onlyfansapi: {token=%s}",
		"a block too deep":    "onlyfansapi:\n      token:\n        x: %s\n       y: 1",
		"missing colon, line": "onlyfansapi:\n      token:%s\n      types: []",
		"the block itself":    "onlyfansapi: token %s",
		"an open quote":       "onlyfansapi: {token: '%s}",
		"an escape":           `onlyfansapi: {token: "\z%s"}`,
		"of a proxy":          "onlyfansapi: {token_env: TOKEN, proxy_url: 'ftp://user:%s@proxy'}",
		"of a broken proxy":   "onlyfansapi: {token_env: TOKEN, proxy_url: 'http://user:%s@pro xy'}",
		"of an address":       "onlyfansapi: {token_env: TOKEN, base_url: 'https://user:%s@host'}",
		"after a slash":       "onlyfansapi: {token_env: TOKEN, base_url: 'https://user:12/%s@host'}",
		"of a query":          "onlyfansapi: {token_env: TOKEN, base_url: 'https://host?key=%s'}",
		"of a broken address": "onlyfansapi: {token_env: TOKEN, base_url: 'https://%s:x@host:port'}",
		"a client's key":      "onlyfansapi: {token_env: TOKEN, tls_config: {key: '%s'}}",
		"a client's pair":     "onlyfansapi: {token_env: TOKEN, tls_config: {cert: x, key: '%s'}}",
		"a client's list":     "onlyfansapi: {token_env: TOKEN, tls_config: {key: [%s]}}",
		"a CA's text":         "onlyfansapi: {token_env: TOKEN, tls_config: {ca: '%s'}}",
	} {
		t.Run(name, func(t *testing.T) {
			setSecrets(t)
			text := fmt.Sprintf(account, fmt.Sprintf(block, canary))
			_, err := config.Parse([]byte(text), "exporter.yml")
			if err == nil {
				t.Fatalf("accepted:\n%s", text)
			}
			if strings.Contains(err.Error(), canary) {
				t.Errorf("the secret is in the message:\n%s", err)
			}
		})
	}
}

// TestNoSecretFromFiles: no message shows the content of an unusable file or
// variable either.
func TestNoSecretFromFiles(t *testing.T) {
	setSecrets(t)
	canary := rand.Text() + "!"
	folder := t.TempDir()
	write(t, filepath.Join(folder, "secret"), canary)
	t.Setenv("SECRET", canary)
	for _, origin := range []string{"file: secret", "env: SECRET"} {
		text := "accounts:\n  - {name: a, kraken: {api_key_env: KRAKEN_KEY, api_secret_" + origin + "}}\n"
		_, err := config.Parse([]byte(text), filepath.Join(folder, "exporter.yml"))
		if err == nil || !strings.Contains(err.Error(), "api_secret: not standard base64") || strings.Contains(err.Error(), canary) {
			t.Errorf("%s: error %v", origin, err)
		}
	}
}

// TestNoSecretInPrint: a whole configuration shows no secret, however it is
// printed.
func TestNoSecretInPrint(t *testing.T) {
	canary := rand.Text()
	c := valid(t, "accounts:\n  - {name: a, onlyfansapi: {token: "+canary+"}}\n")
	account := c.Accounts[0]
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		for _, value := range []any{c, *c, account, *account, account.Provider, account.Secrets.Values(), account.Key()} {
			if shown := fmt.Sprintf(verb, value); strings.Contains(shown, canary) || strings.Contains(shown, fmt.Sprintf("%x", canary)) {
				t.Errorf("%s of %T shows the secret", verb, value)
			}
		}
	}
}
