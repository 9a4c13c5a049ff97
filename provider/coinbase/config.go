// Package coinbase asks Coinbase Exchange for the state of its reports: the
// paged list GET /reports, or GET /reports/{report_id} for configured ids.
package coinbase

import (
	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
	"export_status_exporter/secret"
)

// Name is the provider label.
const Name = "coinbase_exchange"

// Names of the secrets in the configuration.
const (
	secretKey        = "api_key"
	secretSigning    = "api_secret"
	secretPassphrase = "passphrase"
)

// Config is the coinbase_exchange block of an account.
type Config struct {
	// APIKey, APISecret and Passphrase are the key; it needs "view" only.
	APIKey     secret.Ref `yaml:"api_key"`
	APISecret  secret.Ref `yaml:"api_secret"`
	Passphrase secret.Ref `yaml:"passphrase"`
	// Types are the report types to look at; empty means all.
	Types []string `yaml:"types"`
	// ProfileID narrows the list; empty means what the key sees.
	ProfileID string `yaml:"profile_id"`
	// ReportIDs are asked for one by one instead of the list.
	ReportIDs []string `yaml:"report_ids"`
}

// DefaultConfig is what an empty block means.
func DefaultConfig() *Config { return &Config{} }

// documentedTypes are the values of "type" on the page "Get all reports".
func documentedTypes() []string {
	return []string{"account", "balance", "fills", "otc-fills", "rfq-fills", "tax-invoice", "1099k-transaction-history"}
}

// Kind returns the kind of the block.
func (*Config) Kind() string { return Name }

// Name returns the provider label.
func (*Config) Name() string { return Name }

// DefaultBaseURL returns the API's public address.
func (*Config) DefaultBaseURL() string { return "https://api.exchange.coinbase.com" }

// Endpoints is the allow-list. POST /reports, which a "view" key may send too,
// is not on it.
func (*Config) Endpoints() []apiclient.Endpoint {
	return []apiclient.Endpoint{
		{Method: "GET", Path: listPath},
		{Method: "GET", Path: listPath + "/{report_id}"},
	}
}

// Secrets tells where the secrets are and what makes them usable.
func (c *Config) Secrets() map[string]secret.Spec {
	return map[string]secret.Spec{
		secretKey:        {Ref: c.APIKey, Check: secret.HeaderSafe},
		secretSigning:    {Ref: c.APISecret, Check: secret.Base64},
		secretPassphrase: {Ref: c.Passphrase, Check: secret.Passphrase},
	}
}

// KeySecret names the secret that identifies the key.
func (*Config) KeySecret() string { return secretKey }

// Validate returns everything that is wrong with the block, except for its
// secrets.
func (c *Config) Validate() []*provider.SettingError {
	problems := provider.CheckTypes(c.Types)
	if len(c.ProfileID) > 64 {
		problems = append(problems, &provider.SettingError{Setting: "profile_id", Problem: "is longer than 64 bytes"})
	}
	return append(problems, provider.CheckIDs("report_ids", c.ReportIDs, apiclient.ValidParam)...)
}

// Warnings returns what is allowed but probably not meant.
func (c *Config) Warnings() []string {
	warnings := provider.UndocumentedTypes(c.Types, documentedTypes())
	if len(c.ReportIDs) > 0 && (len(c.Types) > 0 || c.ProfileID != "") {
		warnings = append(warnings, "types and profile_id have no effect beside report_ids")
	}
	return warnings
}

// Serial says that sources of an account may run at once: there is no nonce.
func (*Config) Serial() bool { return false }

// Sources returns the one source of an account. The config must be valid.
func (c *Config) Sources(deps provider.Deps, secrets *secret.Set, observer apiclient.Observer) []provider.Source {
	return []provider.Source{&source{
		config:  c,
		client:  apiclient.New(deps, observer, apiclient.API{Endpoints: c.Endpoints(), Advice: advice, Secret: secrets.Overlaps}),
		secrets: secrets,
	}}
}
