package config_test

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"export_status_exporter/config"
	"export_status_exporter/internal/files"
)

// message is the expected report of a mistake: its line, how it begins, and the
// part that says what to do.
type message struct {
	text   string // of the configuration
	line   int
	says   string
	remedy string
}

// token is an account that is right.
const token = "  - name: agency\n    onlyfansapi: {token_env: TOKEN}\n"

// mistakes are those that people make. SECRET is replaced by a secret.
var mistakes = map[string]message{
	// What is not YAML.
	"a tab":                      {"accounts:\n  - name: a\n\tonlyfansapi:\n      token_env: TOKEN\n", 3, "not valid YAML: this line is indented with a tab", "indent it with spaces"},
	"a block too far left":       {"accounts:\n  - name: a\n  onlyfansapi: {token_env: TOKEN}\n", 3, "not valid YAML: this line is indented by 2 spaces", "align it"},
	"a setting too far left":     {"accounts:\n  - name: a\n    onlyfansapi:\n      token_env: TOKEN\n     types: [a]\n  - name: b\n", 5, "not valid YAML: this line is indented by 5 spaces", "align it"},
	"a setting too far right":    {"timeout: 5s\naccounts:\n  - name: a\n      onlyfansapi: {token_env: TOKEN}\n", 4, "not valid YAML: this line is indented more than line 3", "give both the same indentation"},
	"an entry out of its column": {"accounts:\n" + token + "   - name: b\n", 4, "not valid YAML: this entry of a list is not aligned", "begin each - in the same column"},
	"no colon":                   {"accounts:\n  - name: a\n    onlyfansapi\n      token_env: TOKEN\n", 3, "not valid YAML: this line is neither", "write KEY: VALUE"},
	"no space behind a colon":    {"max_age: 30d\ntimeout:5s\naccounts:\n" + token, 2, "not valid YAML: the colon after this key", "needs a space after it"},
	"a colon in a value":         {"accounts:\n  - name: a\n    onlyfansapi:\n      token: SECRET: x\n", 4, "not valid YAML: a value that contains", "must be in quotes"},
	"an open bracket":            {"accounts:\n  - name: a\n    onlyfansapi:\n      types: [a, b\n      token_env: TOKEN\n  - name: b\n", 4, "not valid YAML: the list that begins here", "not closed with ]"},
	"an open brace":              {"accounts:\n  - name: a\n    onlyfansapi: {token: SECRET\n  - name: b\n", 3, "not valid YAML: the mapping that begins here", "not closed with }"},
	"an open quotation mark":     {"accounts:\n  - name: a\n    onlyfansapi:\n      token: \"SECRET\n  - name: b\n", 4, "not valid YAML: the quotation mark that opens here", "never closed"},
	"a Windows path":             {"accounts:\n  - name: a\n    onlyfansapi:\n      token_file: \"C:\\keys\\SECRET\"\n", 4, "not valid YAML: a backslash", "in single quotes"},
	"a secret with @":            {"accounts:\n  - name: a\n    onlyfansapi:\n      token: @SECRET\n", 4, "not valid YAML: a value cannot begin with @", "put it in quotes"},
	"a secret with *":            {"accounts:\n  - name: a\n    onlyfansapi:\n      token: *SECRET\n", 4, "not valid YAML: a value that begins with * names an anchor", "in quotes"},
	"an unknown anchor":          {"accounts:\n  - name: a\n    <<: *SECRET\n    onlyfansapi: {token_env: TOKEN}\n", 3, "not valid YAML: a value that begins with * names an anchor", "define the anchor with &"},
	"two documents":              {"accounts:\n" + token + "---\ntimeout: 5s\n", 4, "must be a single YAML document", "remove the line ---"},
	"no UTF-8":                   {"accounts:\n  - name: a\n# \xe9t\xe9\n", 3, "not valid YAML: this line has bytes that are not UTF-8", "save the file as UTF-8"},

	// What is twice.
	"a key twice":          {"timeout: 5s\nmax_age: 30d\ntimeout: 6s\naccounts:\n" + token, 3, `"timeout" is set twice, first in line 1`, "remove one"},
	"accounts twice":       {"accounts:\n" + token + "accounts:\n" + token, 4, `"accounts" is set twice, first in line 1`, "remove one"},
	"a name twice":         {"accounts:\n" + token + token, 4, `accounts[1]: name "agency" is already used by the account in line 2`, "choose another name"},
	"a key of two":         {"accounts:\n" + token + "  - {name: b, onlyfansapi: {token_env: TOKEN}}\n", 4, `accounts[1] (b): has the same key as account "agency", in line 2`, "a key of its own"},
	"a secret twice":       {"accounts:\n  - name: a\n    onlyfansapi:\n      token_env: TOKEN\n      token: SECRET\n", 3, "accounts[0] (a).onlyfansapi: exactly one of", "token in line 5, token_env in line 4; remove all but one"},
	"a type twice":         {"expect:\n  types:\n    fills: {data_within: 1d}\n    Fills: {data_within: 2d}\naccounts:\n" + token, 4, `expect.types: "Fills" is set twice`, "case does not count"},
	"two providers":        {"accounts:\n  - name: a\n    onlyfansapi: {token_env: TOKEN}\n    kraken: {api_key_env: KRAKEN_KEY, api_secret_env: SIGNING_SECRET}\n", 4, "accounts[0] (a).kraken: an account has one provider", "make another account"},
	"a block that is list": {"accounts:\n  - name: a\n    onlyfansapi:\n      - token_env: TOKEN\n", 4, "accounts[0] (a).onlyfansapi: must be a mapping of settings", "remove the -"},

	// Secrets that are none.
	"an empty secret":        {"accounts:\n  - name: a\n    onlyfansapi:\n      token:\n", 4, "accounts[0] (a).onlyfansapi.token: is empty", "set one of"},
	"an empty text":          {"accounts:\n  - name: a\n    onlyfansapi:\n      types: [a]\n      token: ''\n", 5, "accounts[0] (a).onlyfansapi.token: is empty", "set one of"},
	"an empty variable name": {"accounts:\n  - name: a\n    onlyfansapi:\n      types: [a]\n      token_env: \"\"\n", 5, "accounts[0] (a).onlyfansapi.token_env: is empty", "set one of"},
	"a secret with #":        {"accounts:\n  - name: a\n    onlyfansapi:\n      token: #SECRET\n", 4, "accounts[0] (a).onlyfansapi.token: is empty", "put a value that begins with #, & or ! in quotes"},
	"a secret with &":        {"accounts:\n  - name: a\n    onlyfansapi:\n      token: &SECRET\n", 4, "accounts[0] (a).onlyfansapi.token: is empty", "put a value that begins with #, & or ! in quotes"},
	"a secret with !":        {"accounts:\n  - name: a\n    onlyfansapi:\n      token: !SECRET\n", 4, "accounts[0] (a).onlyfansapi.token: is empty", "put a value that begins with #, & or ! in quotes"},
	"white space":            {"accounts:\n  - name: a\n    onlyfansapi:\n      token: '  '\n", 4, "accounts[0] (a).onlyfansapi: token: value is empty", "empty"},
	"a variable not set":     {"accounts:\n  - name: a\n    onlyfansapi:\n      token_env: OF_TOKEN\n", 4, "accounts[0] (a).onlyfansapi: token: environment variable OF_TOKEN is not set", "environment of the exporter"},
	"no secret":              {"accounts:\n  - name: a\n    onlyfansapi: {}\n", 3, "accounts[0] (a).onlyfansapi: exactly one of token, token_file and token_env must be set, 0 are", "exactly one"},
	"a secret that is list":  {"accounts:\n  - name: a\n    onlyfansapi:\n      types: [a]\n      token: [SECRET]\n", 5, "accounts[0] (a).onlyfansapi.token: must be a single value", "single value"},

	// tls_config.
	"a TLS version":       {"accounts:\n" + tlsOf("min_version: 1.2"), 6, "accounts[0] (a).onlyfansapi.tls_config.min_version: \"1.2\" is none of", "TLS10, TLS11, TLS12, TLS13"},
	"TLS the wrong way":   {"accounts:\n" + tlsOf("min_version: TLS13\n        max_version: TLS12"), 7, "accounts[0] (a).onlyfansapi.tls_config.max_version: TLS12 is below min_version TLS13", "below min_version"},
	"too low a maximum":   {"accounts:\n" + tlsOf("max_version: TLS11"), 6, "accounts[0] (a).onlyfansapi.tls_config.max_version: TLS11 is below TLS12", "set min_version too"},
	"a server's address":  {"accounts:\n" + tlsOf("server_name: https://example.com"), 6, "accounts[0] (a).onlyfansapi.tls_config.server_name: must be a host name alone", "without scheme"},
	"no authority file":   {"accounts:\n" + tlsOf("ca_file: ca.pem"), 6, "accounts[0] (a).onlyfansapi.tls_config.ca_file: no such file", "give the path of a file"},
	"no certificate":      {"accounts:\n" + tlsOf("ca: SECRET"), 6, "accounts[0] (a).onlyfansapi.tls_config.ca: has no PEM certificate", "BEGIN CERTIFICATE"},
	"two authorities":     {"accounts:\n" + tlsOf("ca: SECRET\n        ca_file: ca.pem"), 6, "accounts[0] (a).onlyfansapi.tls_config.ca: only one of ca and ca_file", "remove one of the two"},
	"a lone certificate":  {"accounts:\n" + tlsOf("cert_file: cert.pem"), 6, "accounts[0] (a).onlyfansapi.tls_config.cert_file: a client certificate needs its private key", "set key_file or key"},
	"a lone private key":  {"accounts:\n" + tlsOf("key: SECRET"), 6, "accounts[0] (a).onlyfansapi.tls_config.key: a private key needs its client certificate", "set cert_file or cert"},
	"a pair that is none": {"accounts:\n" + tlsOf("cert: x\n        key: SECRET"), 6, "accounts[0] (a).onlyfansapi.tls_config.cert: the client's certificate and key cannot be used together", "PEM"},

	// What is in the wrong place.
	"a block's setting beside it":     {"accounts:\n  - name: a\n    onlyfansapi:\n    token_env: TOKEN\n", 4, `accounts[0] (a): unknown key "token_env"; it belongs in the provider's block`, "check the indentation"},
	"an account's setting in a block": {"accounts:\n  - name: a\n    onlyfansapi:\n      token_env: TOKEN\n      timeout: 5s\n", 5, `accounts[0] (a).onlyfansapi: unknown key "timeout"; it belongs in the account`, "beside its name"},
	"an expectation in an account":    {"accounts:\n  - name: a\n    data_within: 1d\n    onlyfansapi: {token_env: TOKEN}\n", 3, `accounts[0] (a): unknown key "data_within"; it belongs in expect`, "belongs in expect"},
	"a block at the top":              {"accounts:\n" + token + "onlyfansapi: {token_env: TOKEN}\n", 4, `unknown key "onlyfansapi"; it belongs in an entry of accounts`, "check the indentation"},
	"another provider's setting":      {"accounts:\n  - name: a\n    onlyfansapi:\n      token_env: TOKEN\n      nonce_unit: ns\n", 5, `accounts[0] (a).onlyfansapi: unknown key "nonce_unit"; it is a setting of kraken`, "setting of kraken"},
	"TLS beside tls_config":           {"accounts:\n  - name: a\n    onlyfansapi:\n      token_env: TOKEN\n      ca_file: x\n", 5, `accounts[0] (a).onlyfansapi: unknown key "ca_file"; it belongs in tls_config`, "belongs in tls_config"},
	"a provider by name":              {"accounts:\n  - name: a\n    onlyfansapi: {token_env: TOKEN}\n    provider: onlyfansapi\n", 4, `accounts[0] (a): unknown key "provider"; instead, name a block after the provider`, "put its settings below it"},
	"a provider by half its name":     {"accounts:\n  - name: a\n    coinbase:\n      api_key_env: COINBASE_KEY\n", 3, `accounts[0] (a): unknown key "coinbase"`, `did you mean "coinbase_exchange"?`},
	"a place for an anchor":           {"defaults: &a {timeout: 5s}\naccounts:\n  - <<: *a\n    name: a\n    onlyfansapi: {token_env: TOKEN}\n", 1, `unknown key "defaults"`, "begin a key that only holds an anchor with x-"},
	"misspelled accounts":             {"account:\n" + token, 1, `unknown key "account"`, `did you mean "accounts"?`},
	"a list without accounts":         {token, 1, "must be a mapping of settings", "put this list under accounts:"},
	"a duration for a type":           {"expect:\n  types:\n    fills: 4h\naccounts:\n" + token, 3, "expect.types.fills: must be a mapping of settings", "such as {data_within: 1d}"},
	"one type without brackets":       {"accounts:\n  - name: a\n    onlyfansapi:\n      token_env: TOKEN\n      types: fills\n", 5, "accounts[0] (a).onlyfansapi.types: must be a list of strings", "such as [a, b]"},
	"a pasted token for a variable":   {"accounts:\n  - name: a\n    onlyfansapi:\n      token_env: xSECRET\n", 4, "accounts[0] (a).onlyfansapi: token: environment variable is not set", "not the secret itself"},
	"a space that is none":            {"accounts:\n" + token + " \u00a0- name: b\n", 4, `not valid YAML: this line is indented with a character that looks like a space but is not one`, "with spaces"},
	"a key after such a space":        {"timeout: 5s\n\u00a0max_age: 1d\naccounts:\n" + token, 2, `unknown key "..."`, "looks like a space"},
	"accounts put aside":              {"x-accounts:\n" + token, 0, "accounts: must hold at least one account", "at least one"},
	"a misspelled key":                {"refesh_interval: 5m\naccounts:\n" + token, 1, `unknown key "refesh_interval"`, `did you mean "refresh_interval"?`},
	"accounts that are no list":       {"accounts:\n  name: a\n  onlyfansapi: {token_env: TOKEN}\n", 2, "accounts: must be a list of accounts", "begin each one with -"},
	"a number without unit":           {"timeout: 10\naccounts:\n" + token, 1, `timeout: "10" is not a duration`, "write 30s"},
	"a bad name":                      {"accounts:\n  - onlyfansapi: {token_env: TOKEN}\n    name: my fund\n", 3, "accounts[0].name: must be 1 to 64 of a-z", "A-Z 0-9 _ . -"},
	"a merge of nothing":              {"x-a: &a [1]\naccounts:\n  - name: a\n    <<: *a\n    onlyfansapi: {token_env: TOKEN}\n", 4, "accounts[0] (a): << must name a mapping", "must name"},
	"an address without a scheme":     {"accounts:\n  - name: a\n    onlyfansapi:\n      token_env: TOKEN\n      base_url: api.example.com\n", 5, "accounts[0] (a).onlyfansapi.base_url: is not an address", "https://host"},
}

// tlsOf is an account with a tls_config that begins in line 5, and the settings in line 6.
func tlsOf(settings string) string {
	return "  - name: a\n    onlyfansapi:\n      token_env: TOKEN\n      tls_config:\n        " + settings + "\n"
}

// TestMistakes: each mistake is reported once, at its line, with what to do and
// without a secret.
func TestMistakes(t *testing.T) {
	setSecrets(t)
	secret := rand.Text()
	for name, want := range mistakes {
		t.Run(name, func(t *testing.T) {
			_, err := parse(t, strings.ReplaceAll(want.text, "SECRET", secret))
			var wrong *config.Error
			if !errors.As(err, &wrong) || len(wrong.Problems) == 0 {
				t.Fatalf("error %v", err)
			}
			found := wrong.Problems[0]
			said := strings.TrimPrefix(found.Path+": "+found.Text, ": ")
			if len(wrong.Problems) != 1 || found.Line != want.line || !strings.HasPrefix(said, want.says) || !strings.Contains(said, want.remedy) {
				t.Errorf("said\n%v\nwant line %d: %s ... %s", err, want.line, want.says, want.remedy)
			}
			if strings.Contains(err.Error(), secret) {
				t.Error("the secret is in the message")
			}
		})
	}
}

// TestWarningsBesideProblems: warnings are reported along with problems, each
// with its line.
func TestWarningsBesideProblems(t *testing.T) {
	setSecrets(t)
	file := filepath.Join(t.TempDir(), "exporter.yml")
	text := `accounts:
  - name: a
    onlyfansapi:
      token: ` + rand.Text() + `
      types: [unheard-of]
  - name: b
    timeout: soon
    onlyfansapi:
      token_env: TOKEN
      tls_config:
        insecure_skip_verify: true
`
	write(t, file, text)
	if err := os.Chmod(file, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := config.Load(t.Context(), files.New(), file)
	var wrong *config.Error
	if !errors.As(err, &wrong) || len(wrong.Problems) != 1 || wrong.Problems[0].Line != 7 {
		t.Fatalf("error %v", err)
	}
	var got []string
	for _, warning := range wrong.Warnings {
		got = append(got, fmt.Sprintf("%d %s", warning.Line, warning.Text))
	}
	want := []string{
		`5 account a: types: "unheard-of" is not a type`,
		"11 account b: onlyfansapi.tls_config.insecure_skip_verify: anyone",
		"4 account a: onlyfansapi.token: is set in the configuration itself; a separate file",
	}
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || !strings.HasPrefix(got[i], want[i]) {
			t.Fatalf("warnings\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

// TestInlineSecretsAreOneWarning, however many accounts have them.
func TestInlineSecretsAreOneWarning(t *testing.T) {
	for n, want := range map[int]string{
		1:  "2 account a0: onlyfansapi.token: is set in the configuration itself; a separate file",
		2:  "2 account a0: onlyfansapi.token: is set in the configuration itself, as are secrets of 1 more account; a separate file",
		61: "2 account a0: onlyfansapi.token: is set in the configuration itself, as are secrets of 60 more accounts; a separate file",
	} {
		text := "accounts:\n"
		for i := range n {
			text += fmt.Sprintf("  - {name: a%d, onlyfansapi: {token: %s}}\n", i, rand.Text())
		}
		file := filepath.Join(t.TempDir(), "exporter.yml")
		write(t, file, text)
		if err := os.Chmod(file, 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := config.Load(t.Context(), files.New(), file)
		if err != nil {
			t.Fatal(err)
		}
		if len(c.Warnings) != 1 || !strings.HasPrefix(fmt.Sprintf("%d %s", c.Warnings[0].Line, c.Warnings[0]), want) {
			t.Errorf("%d accounts: %v", n, c.Warnings)
		}
	}
}
