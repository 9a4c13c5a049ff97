package config_test

import (
	"strings"
	"testing"

	"export_status_exporter/config"
)

// TestProxyAddressIsAHost: a slash, # or ? in a password ends the host early, so the rest
// would not be known to be one.
func TestProxyAddressIsAHost(t *testing.T) {
	setSecrets(t)
	for _, proxy := range []string{"http://user:12/canary34@proxy:3128", "http://user:12#canary34@proxy", "http://user:12?canary34@proxy", "socks5://user:/canary34@proxy"} {
		_, err := config.Parse([]byte("accounts: [{name: a, onlyfansapi: {token_env: TOKEN, proxy_url: '"+proxy+"'}}]"), "exporter.yml")
		if err == nil || strings.Contains(err.Error(), "canary") || !strings.Contains(err.Error(), "proxy_url: must not contain a path") {
			t.Errorf("%s: error %v", proxy, err)
		}
	}
	valid(t, "accounts: [{name: a, onlyfansapi: {token_env: TOKEN, proxy_url: 'http://user:12%2F34@proxy:3128/'}}]")
}

// TestMaskedShowsNoPrivateKey: certificates may stand together with their key, as some
// tools write them.
func TestMaskedShowsNoPrivateKey(t *testing.T) {
	setSecrets(t)
	certificatePEM, keyPEM := pair(t)
	certificate, key := string(certificatePEM), string(keyPEM)
	indent := func(pem string) string {
		return "|\n          " + strings.ReplaceAll(strings.TrimSpace(pem), "\n", "\n          ")
	}
	shown, err := valid(t, "accounts:\n  - name: a\n    onlyfansapi:\n      token_env: TOKEN\n      tls_config:\n        ca: "+indent(key+certificate)+
		"\n        cert: "+indent(certificate+key)+"\n        key: "+indent(key)+"\n").Masked()
	if err != nil || strings.Contains(shown, strings.Split(key, "\n")[1]) || strings.Contains(shown, "PRIVATE KEY") || strings.Count(shown, "BEGIN CERTIFICATE") != 2 {
		t.Errorf("shown, with error %v:\n%s", err, shown)
	}
}
