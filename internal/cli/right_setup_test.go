package cli

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"
)

// setup returns the output of --config.check for a file, and whether it found
// no problem.
func setup(t *testing.T, block string, secrets map[string]string) (said string, content bool) {
	t.Helper()
	folder := t.TempDir()
	for name, secret := range secrets {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(secret), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(folder, "exporter.yml")
	if err := os.WriteFile(file, []byte("accounts:\n  - {name: main, "+block+"}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	content = CheckConfig(file, &stdout, &stderr)
	return stdout.String() + stderr.String(), content
}

// keyPair is a key in the form of Kraken and Coinbase. Its letters and digits
// avoid + and / in base64, because a token that begins with / looks like a
// path.
func keyPair() (public, private string) {
	raw := []byte(rand.Text() + rand.Text() + rand.Text())[:64]
	return base64.StdEncoding.EncodeToString(raw[:42]), base64.StdEncoding.EncodeToString(raw)
}

// TestSecretsThatAreNoneAreTold: for every provider, a placeholder or extra
// characters around a secret cause a warning that says what to write.
func TestSecretsThatAreNoneAreTold(t *testing.T) {
	public, private := keyPair()
	canary := rand.Text()
	for value, want := range map[string]string{
		"${OF_TOKEN}": "nobody expands here", "$OF_TOKEN": "nobody expands here", "$(cat token)": "nobody expands here", "{{ token }}": "nobody expands here",
		"<token>": "is a placeholder", "changeme": "is a placeholder", `"` + canary + `"`: "stands in quotes", "“" + canary + "”": "stands in quotes",
		"'" + canary + "'": "stands in quotes", "KEY=" + canary: "names a setting before the value", "export OF_TOKEN=" + canary: "names a setting before the value",
		`{"token":"` + canary + `"}`: "is a document with the value in it", "Bearer " + canary: "begins with the scheme of a header",
		"\ufeff${OF_TOKEN}": "nobody expands here",
	} {
		for _, block := range []string{
			"onlyfansapi: {token_file: value}",
			"kraken: {api_key_file: value, api_secret_file: private}",
			"kraken_futures: {api_key_file: value, api_secret_file: private}",
			"coinbase_exchange: {api_key_file: value, api_secret_file: private, passphrase_file: public}",
		} {
			said, _ := setup(t, block, map[string]string{"value": value + "\n", "private": private, "public": public})
			if !strings.Contains(said, want) || strings.Contains(said, canary) {
				t.Errorf("%s as %s: said\n%s", strings.ReplaceAll(value, canary, "CANARY"), block, strings.ReplaceAll(said, canary, "CANARY"))
			}
		}
	}
	for _, path := range []string{"${HOME}/token", "~/token", "{{ secrets }}/token", "$(pwd)/token", "<path>/token"} {
		said, content := setup(t, "onlyfansapi: {token_file: '"+path+"'}", nil)
		if content || !strings.Contains(said, "are not expanded here: write the path itself") {
			t.Errorf("%s: said\n%s", path, said)
		}
	}
}

// TestPassphrasesThatAreChosen: a passphrase may hold anything that a header
// can carry.
func TestPassphrasesThatAreChosen(t *testing.T) {
	public, private := keyPair()
	for passphrase, good := range map[string]bool{
		"correct horse  battery": true, "schlüssel": true, "пароль 鍵 🔑": true, `a "b" \ ~`: true, "n\u00a0b": true, "a": true,
		"a\nb": false, "a\r\nX-Other: b": false, "a\x00b": false, "a\tb": false, "a\x7fb": false,
	} {
		said, content := setup(t, "coinbase_exchange: {api_key_file: key, api_secret_file: private, passphrase_file: passphrase}",
			map[string]string{"key": hex.EncodeToString([]byte(public)[:16]), "private": private, "passphrase": passphrase})
		if content != good || good && strings.Contains(said, "warning:") || len(passphrase) > 3 && strings.Contains(said, passphrase) {
			t.Errorf("%q: content %t, said\n%s", passphrase, content, said)
		}
	}
}

// TestKeysOfAnotherProductAreTold: a key with the form of another product is
// named in a warning. So is a file in another encoding.
func TestKeysOfAnotherProductAreTold(t *testing.T) {
	public, private := keyPair()
	pem := "-----BEGIN EC PRIVATE KEY-----\n" + public + "\n-----END EC PRIVATE KEY-----\n"
	wide := []byte{0xff, 0xfe}
	for _, unit := range utf16.Encode([]rune(public)) {
		wide = append(wide, byte(unit), byte(unit>>8))
	}
	secrets := map[string]string{
		"kraken": public, "private": private, "exchange": hex.EncodeToString([]byte(private)[:16]), "passphrase": "a b", "pem": pem,
		"name": "organizations/" + hex.EncodeToString([]byte(public)[:16]) + "/apiKeys/" + hex.EncodeToString([]byte(public)[16:32]), "wide": string(wide), "bare": string(wide[2:]), "mark": "\ufeff" + public + "\r\n",
	}
	for block, want := range map[string]string{
		"coinbase_exchange: {api_key_file: name, api_secret_file: private, passphrase_file: passphrase}":   "the name of a Coinbase CDP key",
		"coinbase_exchange: {api_key_file: exchange, api_secret_file: pem, passphrase_file: passphrase}":   "as Coinbase's CDP and Advanced Trade keys are",
		"coinbase_exchange: {api_key_file: kraken, api_secret_file: private, passphrase_file: passphrase}": "looks like a key of Kraken",
		"kraken: {api_key_file: exchange, api_secret_file: private}":                                       "looks like a key of Coinbase Exchange",
		"kraken_futures: {api_key_file: exchange, api_secret_file: private}":                               "looks like a key of Coinbase Exchange",
		"onlyfansapi: {token_file: pem}":  "is a PEM block",
		"onlyfansapi: {token_file: bare}": "it is UTF-16 without a byte order mark",
	} {
		said, _ := setup(t, block, secrets)
		if !strings.Contains(said, want) || strings.Contains(said, "copy it whole") || strings.Contains(said, public) {
			t.Errorf("%s: said\n%s", block, said)
		}
	}
	for _, file := range []string{"wide", "mark"} {
		if said, content := setup(t, "onlyfansapi: {token_file: "+file+"}", secrets); !content || strings.Contains(said, "warning:") {
			t.Errorf("%s is read, and said\n%s", file, said)
		}
	}
}
