package fleet

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"export_status_exporter/config"
	"export_status_exporter/provider/providertest"
)

// TestRequestsAreSignedWithHeldSecrets: no provider signs a refresh with secrets
// that became known after its start.
func TestRequestsAreSignedWithHeldSecrets(t *testing.T) {
	t.Parallel()
	const api = "apis: {api: {url: 'https://api.test', auth: %s, sources: {s: {list: {path: /e}, report: {id: id, status: s}, statuses: {ready: [r]}}}}}\n"
	const pair = "api_key_file: key, api_secret_file: secret"
	for block, apis := range map[string]string{
		"kraken: {" + pair + "}":                                     "",
		"kraken_futures: {" + pair + "}":                             "",
		"coinbase_exchange: {" + pair + ", passphrase_file: secret}": "",
		"onlyfansapi: {token_file: key}":                             "",
		"api: {token_file: key}":                                     fmt.Sprintf(api, "bearer"),
		"api: {client_id_file: key, client_secret_file: secret}":     fmt.Sprintf(api, "{oauth2: {grant: client_credentials, token_path: /t}}"),
	} {
		folder := t.TempDir()
		write := func(name string) (value string) {
			value = strings.NewReplacer("+", "", "/", "").Replace(providertest.Key())[:64]
			if err := os.WriteFile(filepath.Join(folder, name), []byte(value), 0o600); err != nil {
				t.Fatal(err)
			}
			return value
		}
		write("secret")
		before := write("key")
		parsed, err := config.Parse([]byte(apis+"accounts: [{name: a, "+block+"}]"), filepath.Join(folder, "exporter.yml"))
		if err != nil {
			t.Fatal(err)
		}
		account := parsed.Accounts[0]
		held, _ := account.Secrets.Hold(t.Context())
		after := write("key")
		if _, err := account.Secrets.Reload(t.Context()); err != nil {
			t.Fatal(err)
		}
		server := providertest.JSON("{}")
		source := account.Provider.Sources(providertest.Deps(server), account.Secrets, &providertest.Observer{})[0]
		_, _ = source.Fetch(held)
		_, _ = source.Fetch(t.Context())
		asked := server.Asked()
		sent := func(i int) string { return fmt.Sprint(asked[i].Header, asked[i].Body) }
		if !strings.Contains(sent(0), before) || !strings.Contains(sent(len(asked)-1), after) {
			t.Errorf("%s: a request is not signed with its secrets", block)
		}
	}
}
