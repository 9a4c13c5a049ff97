package fleet

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"export_status_exporter/config"
	"export_status_exporter/internal/files"
)

// TestAccountsExchangeKeys: two accounts whose secret files are exchanged use the keys of
// these files after a reload, and still no account takes the key of another.
func TestAccountsExchangeKeys(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	file := filepath.Join(folder, "exporter.yml")
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	runner := newRunner(t, prometheus.NewRegistry())
	load := func() {
		t.Helper()
		loaded, err := config.Load(t.Context(), files.New(), file)
		if err != nil {
			t.Fatal(err)
		}
		if err := runner.Load(loaded); err != nil {
			t.Fatal(err)
		}
	}
	// tokens returns the tokens in use after the files were read again.
	tokens := func() (used [2]string) {
		for _, m := range runner.Current().Members {
			_, _ = m.config.Secrets.Reload(t.Context()) // an error means that the last value stays
		}
		for i, m := range runner.Current().Members {
			used[i] = m.config.Secrets.Values()["token"].Reveal()
		}
		return used
	}
	want := func(first, second string) {
		t.Helper()
		if got := tokens(); got != [2]string{first, second} {
			t.Errorf("the accounts use %v, want %s and %s", got, first, second)
		}
	}
	const one, two = "token-number-one", "token-number-two"
	write("exporter.yml", `accounts:
  - {name: a, onlyfansapi: {token_file: a.key}}
  - {name: b, onlyfansapi: {token_file: b.key}}
`)
	write("a.key", one)
	write("b.key", two)
	load()
	want(one, two)
	write("a.key", two)
	want(one, two)
	write("b.key", one)
	load()
	want(two, one)
	write("a.key", one)
	want(two, one)
}
