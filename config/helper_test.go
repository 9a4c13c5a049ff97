package config_test

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"export_status_exporter/config"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// setSecrets gives the variables that the files of testdata name values of
// their own for this test.
func setSecrets(t *testing.T) map[string]string {
	t.Helper()
	values := map[string]string{
		"KRAKEN_KEY": rand.Text(), "FUTURES_KEY": rand.Text(), "COINBASE_KEY": rand.Text(), "TOKEN": rand.Text(), "PASSPHRASE": rand.Text(),
		"SIGNING_SECRET": base64.StdEncoding.EncodeToString([]byte(rand.Text())),
		"TWO_WORDS":      rand.Text() + " " + rand.Text(),
		"EMPTY":          " \n",
	}
	for name, value := range values {
		t.Setenv(name, value)
	}
	return values
}

// parse is Parse of a file that lies in a folder of its own.
func parse(t *testing.T, text string) (*config.Config, error) {
	t.Helper()
	return config.Parse([]byte(text), t.TempDir()+"/exporter.yml")
}

// valid is parse for a valid configuration.
func valid(t *testing.T, text string) *config.Config {
	t.Helper()
	c, err := parse(t, text)
	if err != nil {
		t.Fatalf("%v\nin\n%s", err, text)
	}
	return c
}

// problems returns the problems of an invalid configuration.
func problems(t *testing.T, text string) []config.Problem {
	t.Helper()
	_, err := parse(t, text)
	var wrong *config.Error
	if !errors.As(err, &wrong) {
		t.Fatalf("error %v, want a *config.Error for\n%s", err, text)
	}
	return wrong.Problems
}

// warningTexts returns the warnings without their lines.
func warningTexts(c *config.Config) (texts []string) {
	for _, each := range c.Warnings {
		texts = append(texts, each.Text)
	}
	return texts
}

// texts formats problems without file and line.
func texts(list []config.Problem) string {
	var b strings.Builder
	for _, p := range list {
		b.WriteString(strings.TrimPrefix(p.Path+": ", ": ") + p.Text + "\n")
	}
	return b.String()
}

// spot is an account with the fewest settings.
const spot = `
  - name: treasury
    kraken: {api_key_env: KRAKEN_KEY, api_secret_env: SIGNING_SECRET}
`
