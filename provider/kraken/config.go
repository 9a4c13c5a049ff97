// Package kraken asks Kraken Spot for the state of its data exports: one
// signed POST /0/private/ExportStatus for each kind of report.
package kraken

import (
	"fmt"
	"slices"
	"time"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
	"export_status_exporter/secret"
)

// Name is the provider label.
const Name = "kraken"

// Names of the secrets in the configuration.
const (
	secretKey     = "api_key"
	secretSigning = "api_secret"
)

// Config is the kraken block of an account.
type Config struct {
	// APIKey and APISecret are the key pair; it needs "Data - Export data".
	APIKey    secret.Ref `yaml:"api_key"`
	APISecret secret.Ref `yaml:"api_secret"`
	// Reports are the kinds to ask for, one source each: trades, ledgers.
	Reports []string `yaml:"reports"`
	// NonceUnit is ms, us or ns: the finest unit this key was ever used with.
	NonceUnit string `yaml:"nonce_unit"`
	// CheckKey asks every six hours what the key may do and when it ends.
	CheckKey bool `yaml:"check_key"`
}

// DefaultConfig is what an empty block means.
func DefaultConfig() *Config {
	return &Config{Reports: reportKinds(), NonceUnit: "ms"}
}

// reportKinds are the values of the "report" parameter that Kraken documents.
func reportKinds() []string { return []string{"trades", "ledgers"} }

// nonceUnit returns the unit's length.
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

// Name returns the provider label.
func (*Config) Name() string { return Name }

// DefaultBaseURL returns the API's public address.
func (*Config) DefaultBaseURL() string { return "https://api.kraken.com" }

// Endpoints is the allow-list. At Kraken POST does not mean write, so it is
// the path that matters.
func (c *Config) Endpoints() []apiclient.Endpoint {
	endpoints := []apiclient.Endpoint{{Method: "POST", Path: exportStatusPath}}
	if c.CheckKey {
		endpoints = append(endpoints, apiclient.Endpoint{Method: "POST", Path: keyInfoPath})
	}
	return endpoints
}

// Secrets tells where the secrets are and what makes them usable.
func (c *Config) Secrets() map[string]secret.Spec {
	return map[string]secret.Spec{
		secretKey:     {Ref: c.APIKey, Check: secret.HeaderSafe},
		secretSigning: {Ref: c.APISecret, Check: secret.Base64},
	}
}

// KeySecret names the secret that identifies the key.
func (*Config) KeySecret() string { return secretKey }

// Validate returns everything that is wrong with the block, except for its
// secrets.
func (c *Config) Validate() []*provider.SettingError {
	var problems []*provider.SettingError
	if len(c.Reports) == 0 {
		problems = append(problems, &provider.SettingError{Setting: "reports", Problem: "must name at least one of trades and ledgers"})
	}
	for i, kind := range c.Reports {
		if !slices.Contains(reportKinds(), kind) {
			problems = append(problems, &provider.SettingError{Setting: "reports", Problem: fmt.Sprintf("%q is neither trades nor ledgers", provider.Shown(kind))})
		}
		if slices.Contains(c.Reports[:i], kind) {
			problems = append(problems, &provider.SettingError{Setting: "reports", Problem: fmt.Sprintf("%q is named twice", provider.Shown(kind))})
		}
	}
	if _, ok := nonceUnit(c.NonceUnit); !ok {
		problems = append(problems, &provider.SettingError{Setting: "nonce_unit", Problem: fmt.Sprintf("%q is none of ms, us and ns", provider.Shown(c.NonceUnit))})
	}
	return problems
}

// Warnings returns what is allowed but probably not meant.
func (*Config) Warnings() []string { return nil }

// Serial says that two sources of an account never run at once: a key has one
// nonce, and a refused key must not be tried a second time.
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
