// Package coinbase reads the status of reports from Coinbase Exchange, with the paged
// list GET /reports, or with GET /reports/{report_id} for configured ids.
package coinbase

import (
	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
	"export_status_exporter/secret"
)

// Name is the value of the label "provider".
const Name = "coinbase_exchange"

// Names of the secrets in the configuration.
const (
	secretKey        = "api_key"
	secretSigning    = "api_secret"
	secretPassphrase = "passphrase"
)

// Config is the coinbase_exchange block of an account.
type Config struct {
	// APIKey, APISecret and Passphrase form the key. It needs only the permission
	// "view".
	APIKey     secret.Ref `yaml:"api_key"`
	APISecret  secret.Ref `yaml:"api_secret"`
	Passphrase secret.Ref `yaml:"passphrase"`
	// Types are the report types to show. Empty means all.
	Types []string `yaml:"types"`
	// ProfileID restricts the list to one profile. Empty means all that the key can
	// see.
	ProfileID string `yaml:"profile_id"`
	// ReportIDs are requested one by one instead of the list.
	ReportIDs []string `yaml:"report_ids"`
}

// DefaultConfig returns the config of an empty block.
func DefaultConfig() *Config { return &Config{} }

// documentedTypes returns the values of "type" on the page "Get all reports".
func documentedTypes() []string {
	return []string{"account", "balance", "fills", "otc-fills", "rfq-fills", "tax-invoice", "1099k-transaction-history"}
}

// Kind returns the kind of the block.
func (*Config) Kind() string { return Name }

// Name returns the value of the label "provider".
func (*Config) Name() string { return Name }

// DefaultBaseURL returns the API's public address.
func (*Config) DefaultBaseURL() string { return "https://api.exchange.coinbase.com" }

// Endpoints returns the allow-list. It omits POST /reports, which a "view" key may
// send, too.
func (*Config) Endpoints() []apiclient.Endpoint {
	return []apiclient.Endpoint{
		{Method: "GET", Path: listPath},
		{Method: "GET", Path: listPath + "/{report_id}"},
	}
}

// Secrets returns where to find the secrets and how to check them.
func (c *Config) Secrets() map[string]secret.Spec {
	return map[string]secret.Spec{
		secretKey:        {Ref: c.APIKey, Check: secret.HeaderSafe},
		secretSigning:    {Ref: c.APISecret, Check: secret.Base64},
		secretPassphrase: {Ref: c.Passphrase, Check: secret.Passphrase},
	}
}

// KeySecret returns the name of the secret that identifies the key.
func (*Config) KeySecret() string { return secretKey }

// Validate returns all problems of the block, except those of its secrets.
func (c *Config) Validate() []*provider.SettingError {
	problems := provider.CheckTypes(c.Types)
	if len(c.ProfileID) > 64 {
		problems = append(problems, &provider.SettingError{Setting: "profile_id", Problem: "is longer than 64 bytes"})
	}
	return append(problems, provider.CheckIDs("report_ids", c.ReportIDs, apiclient.ValidParam)...)
}

// Warnings returns settings that are allowed but probably unintended.
func (c *Config) Warnings() []string {
	warnings := provider.UndocumentedTypes(c.Types, documentedTypes())
	if len(c.ReportIDs) > 0 && (len(c.Types) > 0 || c.ProfileID != "") {
		warnings = append(warnings, "types and profile_id have no effect with report_ids")
	}
	return warnings
}

// Serial reports whether sources must be refreshed one at a time. Without a nonce, they
// may run concurrently.
func (*Config) Serial() bool { return false }

// Sources returns the account's only source. The config must be valid.
func (c *Config) Sources(deps provider.Deps, secrets *secret.Set, observer apiclient.Observer) []provider.Source {
	return []provider.Source{&source{
		config:  c,
		client:  apiclient.New(deps, observer, apiclient.API{Endpoints: c.Endpoints(), Advice: advice, Secret: secrets.Overlaps}),
		secrets: secrets,
	}}
}
