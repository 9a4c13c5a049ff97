// Package onlyfansapi reads the status of data exports from OnlyFansAPI, with the paged
// list GET /api/data-exports, or with GET /api/data-exports/{data_export_id} for
// configured ids. These reads cost no credits.
package onlyfansapi

import (
	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
	"export_status_exporter/secret"
)

// Name is the value of the label "provider".
const Name = "onlyfansapi"

// secretToken is the name of the secret in the configuration.
const secretToken = "token"

// Config is the onlyfansapi block of an account.
type Config struct {
	// Token is the bearer token, which the vendor's console calls "API Key".
	Token secret.Ref `yaml:"token"`
	// Types are the export types to show. Empty means all.
	Types []string `yaml:"types"`
	// ExportIDs are requested one by one instead of the list.
	ExportIDs []string `yaml:"export_ids"`
}

// DefaultConfig returns the config of an empty block.
func DefaultConfig() *Config { return &Config{} }

// documentedTypes returns the values of "type" in the vendor's SDK.
func documentedTypes() []string {
	return []string{
		"transactions", "chat_messages", "media_vault", "trial_links", "tracking_links", "smart_links",
		"payouts", "chargebacks", "public_profiles", "fans", "followings", "profile_visitors",
	}
}

// Kind returns the kind of the block.
func (*Config) Kind() string { return Name }

// Name returns the value of the label "provider".
func (*Config) Name() string { return Name }

// DefaultBaseURL returns the API's public address.
func (*Config) DefaultBaseURL() string { return "https://app.onlyfansapi.com" }

// Endpoints returns the allow-list. It omits the calls that create, start (which
// charges credits), retry and delete exports.
func (*Config) Endpoints() []apiclient.Endpoint {
	return []apiclient.Endpoint{
		{Method: "GET", Path: listPath},
		{Method: "GET", Path: listPath + "/{data_export_id}"},
	}
}

// Secrets returns where to find the secret and how to check it.
func (c *Config) Secrets() map[string]secret.Spec {
	return map[string]secret.Spec{secretToken: {Ref: c.Token, Check: secret.HeaderSafe}}
}

// KeySecret returns the name of the secret that identifies the key.
func (*Config) KeySecret() string { return secretToken }

// Validate returns all problems of the block, except those of its secret.
func (c *Config) Validate() []*provider.SettingError {
	problems := provider.CheckTypes(c.Types)
	return append(problems, provider.CheckIDs("export_ids", c.ExportIDs, apiclient.ValidParam)...)
}

// Warnings returns settings that are allowed but probably unintended.
func (c *Config) Warnings() []string {
	warnings := provider.UndocumentedTypes(c.Types, documentedTypes())
	if len(c.ExportIDs) > 0 && len(c.Types) > 0 {
		warnings = append(warnings, "types has no effect with export_ids")
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
