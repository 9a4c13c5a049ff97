// Package kraken reads the status of data exports from Kraken Spot, with one signed
// POST /0/private/ExportStatus for each kind of report.
package kraken

import (
	"fmt"
	"time"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
	"export_status_exporter/secret"
)

// Name is the value of the label "provider".
const Name = "kraken"

// Names of the secrets in the configuration.
const (
	secretKey     = "api_key"
	secretSigning = "api_secret"
)

// Config is the kraken block of an account.
type Config struct {
	// APIKey and APISecret are the key pair. The key needs the permission "Data -
	// Export data".
	APIKey    secret.Ref `yaml:"api_key"`
	APISecret secret.Ref `yaml:"api_secret"`
	// Reports are the kinds of report to request, each as a source: trades, ledgers.
	Reports []string `yaml:"reports"`
	// NonceUnit is ms, us or ns. It must be the finest unit ever used with this key.
	NonceUnit string `yaml:"nonce_unit"`
	// CheckKey requests the key's permissions and expiry every six hours.
	CheckKey bool `yaml:"check_key"`
}

// DefaultConfig returns the config of an empty block.
func DefaultConfig() *Config {
	return &Config{Reports: reportKinds(), NonceUnit: "ms"}
}

// reportKinds returns the documented values of the "report" parameter.
func reportKinds() []string { return []string{"trades", "ledgers"} }

// nonceUnit returns the unit's duration.
func nonceUnit(name string) (time.Duration, bool) {
	switch name {
	case "ms":
		return time.Millisecond, true
	case "us":
		return time.Microsecond, true
	case "ns":
		return time.Nanosecond, true
	default:
		return 0, false
	}
}

// Kind returns the kind of the block.
func (*Config) Kind() string { return Name }

// Name returns the value of the label "provider".
func (*Config) Name() string { return Name }

// DefaultBaseURL returns the API's public address.
func (*Config) DefaultBaseURL() string { return "https://api.kraken.com" }

// Endpoints returns the allow-list. Kraken uses POST for reads, too, so only the path
// matters.
func (c *Config) Endpoints() []apiclient.Endpoint {
	endpoints := []apiclient.Endpoint{{Method: "POST", Path: exportStatusPath}}
	if c.CheckKey {
		endpoints = append(endpoints, apiclient.Endpoint{Method: "POST", Path: keyInfoPath})
	}
	return endpoints
}

// Secrets returns where to find the secrets and how to check them.
func (c *Config) Secrets() map[string]secret.Spec {
	return map[string]secret.Spec{
		secretKey:     {Ref: c.APIKey, Check: secret.HeaderSafe},
		secretSigning: {Ref: c.APISecret, Check: secret.Base64},
	}
}

// KeySecret returns the name of the secret that identifies the key.
func (*Config) KeySecret() string { return secretKey }

// Validate returns all problems of the block, except those of its secrets.
func (c *Config) Validate() []*provider.SettingError {
	var problems []*provider.SettingError
	if len(c.Reports) == 0 {
		problems = append(problems, &provider.SettingError{Setting: "reports", Problem: "must name at least one of trades and ledgers"})
	}
	problems = append(problems, provider.CheckWords("reports", c.Reports, reportKinds(), "is neither trades nor ledgers")...)
	if _, ok := nonceUnit(c.NonceUnit); !ok {
		problems = append(problems, &provider.SettingError{Setting: "nonce_unit", Problem: fmt.Sprintf("%q is none of ms, us and ns", provider.Clip(c.NonceUnit))})
	}
	return problems
}

// Warnings returns settings that are allowed but probably unintended.
func (*Config) Warnings() []string { return nil }

// Serial reports that an account's sources must be refreshed one at a time: a key has a
// single nonce, and a refused key must not be tried a second time.
func (*Config) Serial() bool { return true }

// Sources returns one source for each kind of report. The config must be valid.
func (c *Config) Sources(deps provider.Deps, secrets *secret.Set, observer apiclient.Observer) []provider.Source {
	unit, _ := nonceUnit(c.NonceUnit)
	shared := &caller{unit: unit, client: apiclient.New(deps, observer, apiclient.API{Endpoints: c.Endpoints(), Advice: advice, Secret: secrets.Overlaps}), secrets: secrets, nonces: deps.Nonces}
	var check *keyCheck
	if c.CheckKey {
		check = &keyCheck{}
	}
	sources := make([]provider.Source, 0, len(c.Reports))
	for _, kind := range c.Reports {
		sources = append(sources, &source{kind: kind, caller: shared, check: check})
	}
	return sources
}
