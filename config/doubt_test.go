package config_test

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"export_status_exporter/config"
	"export_status_exporter/internal/files"
)

// told returns the warnings about a configuration, or the problems that keep it
// from loading.
func told(t *testing.T, block string, secrets map[string]string) (text string, valid bool) {
	t.Helper()
	folder := t.TempDir()
	for name, content := range secrets {
		write(t, filepath.Join(folder, name), content)
	}
	write(t, filepath.Join(folder, "exporter.yml"), "accounts:\n  - {name: a, "+block+"}\n")
	c, err := config.Load(t.Context(), files.New(), filepath.Join(folder, "exporter.yml"))
	if err != nil {
		return err.Error(), false
	}
	return strings.Join(warningTexts(c), "\n"), true
}

// TestPlaceholders: a placeholder, or extra characters around a secret, cause a
// warning that says what to write and never shows the value.
func TestPlaceholders(t *testing.T) {
	const (
		expand  = "token: is a reference that nobody expands here; name the variable by *_env, or the file by *_file"
		sample  = "token: is a placeholder; write the value itself"
		quoted  = "token: stands in quotes that are part of it; write it without them"
		named   = "token: names a setting before the value; write the value alone"
		wrapped = "token: is a document with the value in it; write the value alone"
		scheme  = "token: begins with the scheme of a header; write what follows it"
	)
	canary := rand.Text()
	for value, want := range map[string]string{
		"${OF_TOKEN}": expand, "$OF_TOKEN": expand, "$(cat token)": expand, "${OF_TOKEN:-CANARY}": expand, "prefix-${OF_TOKEN}": expand,
		"%OF_TOKEN%": expand, "$env:OF_TOKEN": expand, "{{ .Values.token }}": expand, "{{ lookup('env', 'X') }}": expand, "{% raw %}": expand,
		"<%= ENV['X'] %>": expand, "${{ secrets.TOKEN }}": expand, "#{TOKEN}": expand, "@TOKEN@": expand, "__TOKEN__": expand,
		"op://vault/item/field": expand, "vault:secret/data/x#token": expand, "file:///run/token": expand, "env:OF_TOKEN": expand,
		"arn:aws:secretsmanager:eu-west-1:1:secret:x": expand, "projects/p/secrets/s/versions/1": expand, "ref+vault://x": expand,
		`"CANARY"`: quoted, "'CANARY'": quoted, "“CANARY”": quoted, "„CANARY“": quoted, "«CANARY»": quoted, "‘CANARY’": quoted, "`CANARY`": quoted,
		`"CANARY`: "quotation mark", "CANARY”": "quotation mark",
		"KEY=CANARY": named, "export OF_TOKEN=CANARY": named, "set OF_TOKEN=CANARY": named, "OF_TOKEN = CANARY": named, "token: CANARY": named,
		"token:CANARY": named, "API_KEY:CANARY": named, "export OF_TOKEN='CANARY'": named, "setenv OF_TOKEN CANARY": named,
		`{"token":"CANARY"}`: wrapped, `{"token": "CANARY"}`: wrapped, `["CANARY"]`: wrapped,
		"Bearer CANARY": scheme, "bearer CANARY": scheme, "Authorization: Bearer CANARY": "token: is a whole header; write its value alone",
		"<token>": sample, "<YOUR TOKEN>": sample, "<secret>": sample, "your-token-here": sample, "YOUR_API_KEY": sample, "my secret token": sample,
		"changeme": sample, "CHANGE_ME": sample, "replace-me": sample, "xxxxxxxx": sample, "XXXX-XXXX-XXXX": sample, "********": sample,
		"••••••": sample, "...": sample, "…": sample, "TODO": sample, "placeholder": sample, "insert_key_here": sample, "token-goes-here": sample,
		"none": sample, "undefined": sample, "N/A": sample, "[redacted]": wrapped, "example-token": sample,
		"/run/secrets/token": "token: is a path; name the file by *_file", "./secrets/token.txt": "token: is a path; name the file by *_file",
		"ENC[AES256_GCM,data:CANARY,type:str]":        "token: is still encrypted; decrypt it",
		"$ANSIBLE_VAULT;1.1;AES256\nCANARY":           "token: is still encrypted; decrypt it",
		"-----BEGIN PGP MESSAGE-----\nCANARY\n-----E": "token: is still encrypted; decrypt it",
	} {
		value = strings.ReplaceAll(value, "CANARY", canary)
		inline, _ := told(t, "onlyfansapi: {token: '"+strings.ReplaceAll(strings.ReplaceAll(value, "'", "''"), "\n", "\n\n")+"'}", nil)
		file, _ := told(t, "onlyfansapi: {token_file: token}", map[string]string{"token": value + "\n"})
		for _, got := range []string{inline, file} {
			if !strings.Contains(got, want) || strings.Contains(got, canary) {
				t.Errorf("%s: told %q, want %q", strings.ReplaceAll(value, canary, "CANARY"), strings.ReplaceAll(got, canary, "CANARY"), want)
			}
		}
	}
}

// TestKeysRaiseNoDoubt: no valid form of a provider's key causes a warning.
func TestKeysRaiseNoDoubt(t *testing.T) {
	for range 50 {
		raw := make([]byte, 64)
		_, _ = rand.Read(raw)
		secrets := map[string]string{
			"kraken": base64.StdEncoding.EncodeToString(raw[:42]), "signing": base64.StdEncoding.EncodeToString(raw), "coinbase": hex.EncodeToString(raw[:16]),
			"passphrase": strings.ToLower(rand.Text()[:11]), "token": fmt.Sprintf("%d|%s", raw[0], rand.Text()),
		}
		for _, block := range []string{
			"kraken: {api_key_file: kraken, api_secret_file: signing}",
			"kraken_futures: {api_key_file: kraken, api_secret_file: signing}",
			"coinbase_exchange: {api_key_file: coinbase, api_secret_file: signing, passphrase_file: passphrase}",
			"onlyfansapi: {token_file: token}",
		} {
			if got, valid := told(t, block, secrets); !valid || got != "" {
				t.Fatalf("%s: told %s of %v", block, got, secrets)
			}
		}
	}
}

// TestKeysOfAnotherProduct: if the form of a key reveals its product, the
// warning names the product.
func TestKeysOfAnotherProduct(t *testing.T) {
	raw := make([]byte, 64)
	_, _ = rand.Read(raw)
	canary := rand.Text()
	pem := "-----BEGIN EC PRIVATE KEY-----\n" + canary + "\n-----END EC PRIVATE KEY-----\n"
	secrets := map[string]string{
		"kraken": base64.StdEncoding.EncodeToString(raw[:42]), "signing": base64.StdEncoding.EncodeToString(raw), "exchange": hex.EncodeToString(raw[:16]),
		"cdp": "0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f", "passphrase": "a b", "pem": pem, "line": strings.ReplaceAll(pem, "\n", `\n`),
		"name": "organizations/" + canary + "/apiKeys/" + canary, "json": `{"name": "organizations/x/apiKeys/y", "privateKey": "` + canary + `"}`,
	}
	for block, want := range map[string]string{
		"coinbase_exchange: {api_key_file: name, api_secret_file: pem, passphrase_file: passphrase}":       "api_key: is the name of a Coinbase CDP key, for Advanced Trade; the Coinbase Exchange API does not take it",
		"coinbase_exchange: {api_key_file: exchange, api_secret_file: pem, passphrase_file: passphrase}":   "api_secret: is a PEM block, as Coinbase's CDP and Advanced Trade keys are",
		"coinbase_exchange: {api_key_file: exchange, api_secret_file: line, passphrase_file: passphrase}":  "api_secret: is a PEM block, as Coinbase's CDP and Advanced Trade keys are",
		"coinbase_exchange: {api_key_file: json, api_secret_file: signing, passphrase_file: passphrase}":   "api_key: is the file of a Coinbase CDP key",
		"coinbase_exchange: {api_key_file: cdp, api_secret_file: signing, passphrase_file: passphrase}":    "coinbase_exchange.api_key: looks like a key of Coinbase's developer platform (CDP), which this block's provider does not take",
		"coinbase_exchange: {api_key_file: kraken, api_secret_file: signing, passphrase_file: passphrase}": "coinbase_exchange.api_key: looks like a key of Kraken, which",
		"kraken: {api_key_file: exchange, api_secret_file: signing}":                                       "kraken.api_key: looks like a key of Coinbase Exchange, which",
		"kraken_futures: {api_key_file: exchange, api_secret_file: signing}":                               "kraken_futures.api_key: looks like a key of Coinbase Exchange, which",
		"kraken: {api_key_file: kraken, api_secret_file: pem}":                                             "api_secret: is a PEM block",
		"kraken: {api_key_file: name, api_secret_file: signing}":                                           "api_key: is the name of a Coinbase CDP key",
		"onlyfansapi: {token_file: pem}":                                                                   "token: is a PEM block",
	} {
		got, valid := told(t, block, secrets)
		if !strings.Contains(got, want) || strings.Contains(got, canary) || valid != strings.Contains(want, "looks like") {
			t.Errorf("%s: valid %v, told %s", block, valid, got)
		}
	}
}

// TestPassphrases: people choose passphrases, so only those that a header
// cannot carry are rejected.
func TestPassphrases(t *testing.T) {
	raw := make([]byte, 64)
	_, _ = rand.Read(raw)
	secrets := map[string]string{"key": hex.EncodeToString(raw[:16]), "signing": base64.StdEncoding.EncodeToString(raw)}
	for passphrase, good := range map[string]bool{
		"one two three": true, "schlüssel": true, "пароль 鍵 🔑": true, "tea, 2 sugars!": true, "a\u00a0b": true, `back\slash "quoted" it`: true,
		"a\nb": false, "a\r\nX-Other: b": false, "a\x00b": false, "a\tb": false, "a\x7fb": false, "a\u0085b": false,
	} {
		secrets["passphrase"] = passphrase
		got, valid := told(t, "coinbase_exchange: {api_key_file: key, api_secret_file: signing, passphrase_file: passphrase}", secrets)
		if valid != good || good && got != "" || strings.Contains(got, passphrase) {
			t.Errorf("%q: valid %v, told %s", passphrase, valid, got)
		}
	}
}

// encoded is a text as UTF-16.
func encoded(text string, mark bool, big bool) string {
	units := utf16.Encode([]rune(text))
	if mark {
		units = append([]uint16{0xFEFF}, units...)
	}
	var b strings.Builder
	for _, unit := range units {
		if big {
			b.WriteByte(byte(unit >> 8))
		}
		b.WriteByte(byte(unit))
		if !big {
			b.WriteByte(byte(unit >> 8))
		}
	}
	return b.String()
}

// TestEditorsEncodings: a file with a byte order mark is read. A file without
// one that is not UTF-8 is rejected, and the message says so.
func TestEditorsEncodings(t *testing.T) {
	token := rand.Text()
	for name, c := range map[string]struct{ content, want string }{
		"UTF-8 with a mark":       {"\uFEFF" + token + "\r\n", ""},
		"UTF-16 little endian":    {encoded(token+"\r\n", true, false), ""},
		"UTF-16 big endian":       {encoded(token+"\r\n", true, true), ""},
		"UTF-16 without a mark":   {encoded(token, false, false), "holds NUL bytes: it is UTF-16 without a byte order mark, or no text; save it as UTF-8"},
		"UTF-16, cut off":         {encoded(token, true, false) + "x", "is UTF-16, as its byte order mark says, and not whole"},
		"UTF-16, half a pair":     {encoded(token, true, false) + "\x00\xd8", "is UTF-16, as its byte order mark says, and not whole"},
		"UTF-32":                  {"\xff\xfe\x00\x00" + token, "is UTF-32; save it as UTF-8"},
		"a mark and nothing else": {"\xff\xfe", "is empty"},
	} {
		folder := t.TempDir()
		write(t, filepath.Join(folder, "token"), c.content)
		got, err := config.Parse([]byte("accounts:\n  - {name: a, onlyfansapi: {token_file: token}}\n"), filepath.Join(folder, "exporter.yml"))
		switch {
		case c.want != "":
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), token) {
				t.Errorf("%s: %v", name, err)
			}
		case err != nil || got.Accounts[0].Secrets.Values()["token"].Reveal() != token || len(got.Warnings) > 0:
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestUnexpandedPaths: paths are not expanded, so a ~ or $ causes a hint.
func TestUnexpandedPaths(t *testing.T) {
	for _, path := range []string{"${HOME}/token", "$HOME/token", "~/token", "{{ secrets }}/token", "%APPDATA%/token", "$(pwd)/token", "${CREDENTIALS_DIRECTORY}/token", "<path>/token"} {
		got, valid := told(t, "onlyfansapi: {token_file: '"+path+"'}", nil)
		if valid || !strings.Contains(got, "; variables, templates and ~ are not expanded here: write the path itself") {
			t.Errorf("%s: told %s", path, got)
		}
	}
	for _, name := range []string{"${OF_TOKEN}", "$OF_TOKEN", "%OF_TOKEN%"} {
		got, valid := told(t, "onlyfansapi: {token_env: '"+name+"'}", nil)
		if valid || !strings.Contains(got, "token_env must be the name of an environment variable, without $ or braces") {
			t.Errorf("%s: told %s", name, got)
		}
	}
}
