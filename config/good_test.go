package config_test

import (
	"crypto/tls"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"export_status_exporter/config"
	"export_status_exporter/internal/files"
	"export_status_exporter/provider/coinbase"
	"export_status_exporter/provider/kraken"
	"export_status_exporter/provider/krakenfutures"
	"export_status_exporter/provider/onlyfansapi"
	"export_status_exporter/secret"
)

func general(interval, timeout, stale time.Duration, reports int, age time.Duration) config.General {
	return config.General{
		RefreshInterval: config.Duration(interval), Timeout: config.Duration(timeout), StaleAfter: config.Duration(stale),
		MaxReports: reports, MaxAge: config.Duration(age),
	}
}

// TestEverySetting: each setting takes effect, and an account inherits what it
// does not override.
func TestEverySetting(t *testing.T) {
	values := setSecrets(t)
	c, err := config.Load(t.Context(), files.New(), "testdata/good/everything.yml")
	if err != nil {
		t.Fatal(err)
	}
	of := general(2*time.Minute, 20*time.Second, 2*time.Hour, 500, 60*24*time.Hour)
	own := general(5*time.Minute, 30*time.Second, 90*time.Minute, 5, 90*time.Minute)
	env := func(name string) secret.Ref { return secret.Ref{Env: name} }
	want := []struct {
		name, base string
		general    config.General
		provider   config.Provider
		secrets    map[string]string
	}{
		{"treasury", "https://spot.example", of, &kraken.Config{
			APIKey: env("KRAKEN_KEY"), APISecret: env("SIGNING_SECRET"), Reports: []string{"ledgers"}, NonceUnit: "us",
		}, map[string]string{"api_key": "KRAKEN_KEY", "api_secret": "SIGNING_SECRET"}},
		{"fund", "http://127.0.0.1:8080", own, &coinbase.Config{
			APIKey: env("COINBASE_KEY"), APISecret: env("SIGNING_SECRET"), Passphrase: env("PASSPHRASE"), Types: []string{"fills", "account"},
			ProfileID: "86602c68-306a-4500-ac73-4ce56a91d83c", ReportIDs: []string{"0428b97b-bec1-429e-a94c-59232926778d"},
		}, map[string]string{"api_key": "COINBASE_KEY", "api_secret": "SIGNING_SECRET", "passphrase": "PASSPHRASE"}},
		{"derivatives", "http://[::1]:8080/prefix", of, &krakenfutures.Config{
			APIKey: env("FUTURES_KEY"), APISecret: env("SIGNING_SECRET"), Streams: []string{"account_log", "executions", "orders", "triggers"},
			Accounts: true, CheckKey: true,
		}, map[string]string{"api_key": "FUTURES_KEY", "api_secret": "SIGNING_SECRET"}},
		{"agency", "http://localhost:8080", of, &onlyfansapi.Config{
			Token: env("TOKEN"), Types: []string{"transactions"}, ExportIDs: []string{"data_export_1", "17"},
		}, map[string]string{"token": "TOKEN"}},
	}
	if len(c.Accounts) != len(want) || c.General != of {
		t.Fatalf("%d accounts, general settings %+v", len(c.Accounts), c.General)
	}
	for i, w := range want {
		got := c.Accounts[i]
		if got.Name != w.name || got.General != w.general || got.Connection.BaseURL.String() != w.base {
			t.Errorf("account %d: %s, %+v, %s", i, got.Name, got.General, got.Connection.BaseURL)
		}
		if diff := cmp.Diff(w.provider, got.Provider, cmpopts.EquateComparable(secret.Secret{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", w.name, diff)
		}
		if len(got.Secrets.Values()) != len(w.secrets) {
			t.Errorf("%s has %d secrets", w.name, len(got.Secrets.Values()))
		}
		for setting, variable := range w.secrets {
			if got.Secrets.Values()[setting].Reveal() != values[variable] {
				t.Errorf("%s: %s is not the value of %s", w.name, setting, variable)
			}
		}
	}
	connection := c.Accounts[0].Connection
	if got := connection.ProxyURL.String(); got != "http://proxy.example:3128" || connection.NoProxy != "localhost,10.0.0.0/8" {
		t.Errorf("proxy %s, but not for %s", got, connection.NoProxy)
	}
	if got := connection.TLS; got.ServerName != "api.kraken.com" || !got.InsecureSkipVerify || got.MinVersion != tls.VersionTLS12 || got.MaxVersion != tls.VersionTLS13 {
		t.Errorf("tls_config %+v", got)
	}
	wantWarnings := []string{
		"account treasury: kraken.tls_config.insecure_skip_verify: anyone between the exporter and the provider can read and use the key; set ca_file to the right authority instead",
		"account fund: types and profile_id have no effect with report_ids",
		"account agency: types has no effect with export_ids",
	}
	if diff := cmp.Diff(wantWarnings, warningTexts(c)); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
}

// TestDefaults: an account without optional settings has the defaults.
func TestDefaults(t *testing.T) {
	setSecrets(t)
	c := valid(t, `
accounts:
  - {name: a, kraken: {api_key_env: KRAKEN_KEY, api_secret_env: SIGNING_SECRET}}
  - {name: b, coinbase_exchange: {api_key_env: COINBASE_KEY, api_secret_env: SIGNING_SECRET, passphrase_env: PASSPHRASE}}
  - {name: c, kraken_futures: {api_key_env: FUTURES_KEY, api_secret_env: SIGNING_SECRET}}
  - {name: d, onlyfansapi: {token_env: TOKEN}}
`)
	ignoreSecrets := cmpopts.IgnoreTypes(secret.Ref{})
	for i, want := range []struct {
		base     string
		provider config.Provider
	}{
		{"https://api.kraken.com", &kraken.Config{Reports: []string{"trades", "ledgers"}, NonceUnit: "ms"}},
		{"https://api.exchange.coinbase.com", &coinbase.Config{}},
		{"https://futures.kraken.com", &krakenfutures.Config{Streams: []string{"account_log"}}},
		{"https://app.onlyfansapi.com", &onlyfansapi.Config{}},
	} {
		got := c.Accounts[i]
		if diff := cmp.Diff(want.provider, got.Provider, ignoreSecrets); diff != "" {
			t.Errorf("%s (-want +got):\n%s", got.Name, diff)
		}
		if got.Connection.BaseURL.String() != want.base || got.Connection.ProxyURL.URL != nil {
			t.Errorf("%s: connection %+v", got.Name, got.Connection)
		}
		if got.General != general(time.Minute, 10*time.Second, time.Hour, 1000, 30*24*time.Hour) {
			t.Errorf("%s: %+v", got.Name, got.General)
		}
	}
	if len(c.Warnings) > 0 {
		t.Errorf("warnings %v", c.Warnings)
	}
}

// TestNullMeansDefault: a null setting counts as missing.
func TestNullMeansDefault(t *testing.T) {
	setSecrets(t)
	c := valid(t, `
refresh_interval:
timeout: ~
stale_after:
max_reports: null
accounts:
  - name: a
    stale_after:
    kraken: {api_key_env: KRAKEN_KEY, api_secret_env: SIGNING_SECRET, api_key_file: , reports: , base_url: , tls_config: }
`)
	if got := c.Accounts[0]; got.General != general(time.Minute, 10*time.Second, time.Hour, 1000, 30*24*time.Hour) ||
		len(got.Provider.(*kraken.Config).Reports) != 2 || got.Connection.BaseURL.Host != "api.kraken.com" {
		t.Errorf("%+v", got)
	}
}

// TestStaleAfterDefault is an hour, or what the account's other settings need.
func TestStaleAfterDefault(t *testing.T) {
	setSecrets(t)
	for settings, want := range map[string]time.Duration{
		"":                                       time.Hour,
		"refresh_interval: 20m":                  time.Hour,
		"refresh_interval: 21m":                  63 * time.Minute,
		"refresh_interval: 1m\ntimeout: 2h":      2*time.Hour + 2*time.Minute,
		"refresh_interval: 1m\nstale_after: 3m":  3 * time.Minute,
		"timeout: 30s\nstale_after: 2m30s":       150 * time.Second, // the least there is
		"refresh_interval: 50y\nmax_age: 50y":    3 * 50 * 365 * 24 * time.Hour,
		"refresh_interval: 1ms\ntimeout: 1000ms": time.Hour,
	} {
		c := valid(t, settings+"\naccounts:"+spot)
		if got := c.Accounts[0].StaleAfter; got != config.Duration(want) {
			t.Errorf("%q: stale_after %s, want %s", settings, got, want)
		}
	}
	// The default follows what the account overrides.
	c := valid(t, "accounts:"+spot+"    refresh_interval: 2h\n")
	if got := c.Accounts[0].StaleAfter; got != config.Duration(6*time.Hour) {
		t.Errorf("overridden: stale_after %s, want 6h", got)
	}
}

// TestDurations are written as Prometheus writes them, or as Go does.
func TestDurations(t *testing.T) {
	setSecrets(t)
	for text, want := range map[string]time.Duration{
		"90s": 90 * time.Second, "1h30m": 90 * time.Minute, "30d": 30 * 24 * time.Hour, "2w": 14 * 24 * time.Hour,
		"1y": 365 * 24 * time.Hour, "500ms": 500 * time.Millisecond, "1.5h": 90 * time.Minute, `" 5m "`: 5 * time.Minute, "1ns": 1,
	} {
		if got := valid(t, "max_age: "+text+"\naccounts:"+spot).MaxAge; got != config.Duration(want) {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
	if got := config.Duration(36 * time.Hour).String(); got != "1d12h" {
		t.Errorf("36h is written %s", got)
	}
}

// TestHash changes with the content, and is a number that JSON and Prometheus
// can hold.
func TestHash(t *testing.T) {
	setSecrets(t)
	text := "accounts:" + spot
	first, same, other := valid(t, text), valid(t, text), valid(t, text+"# a remark\n")
	if first.Hash != same.Hash || first.Hash == other.Hash {
		t.Errorf("hashes %v, %v and %v", first.Hash, same.Hash, other.Hash)
	}
	if first.Hash < 1 || first.Hash >= 1<<48 || first.Hash != float64(int64(first.Hash)) {
		t.Errorf("hash %v is no whole number of 48 bits", first.Hash)
	}
}

// TestWarnings: settings with undocumented values are allowed.
func TestWarnings(t *testing.T) {
	setSecrets(t)
	c := valid(t, `
accounts:
  - {name: fund, coinbase_exchange: {api_key_env: COINBASE_KEY, api_secret_env: SIGNING_SECRET, passphrase_env: PASSPHRASE, types: [fill]}}
  - {name: derivatives, kraken_futures: {api_key_env: FUTURES_KEY, api_secret_env: SIGNING_SECRET, streams: []}}
`)
	want := []string{
		`account fund: types: "fill" is not a type that the provider documents`,
		"account derivatives: streams is empty: only the key is checked",
	}
	if diff := cmp.Diff(want, warningTexts(c)); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
	if strings.Contains(strings.Join(warningTexts(c), ""), "\n") {
		t.Error("a warning has more than one line")
	}
}
