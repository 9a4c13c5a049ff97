// Package onlyfansapi asks OnlyFansAPI for the state of its data exports: the
// paged list GET /api/data-exports, or GET /api/data-exports/{data_export_id}
// for configured ids. Reads cost no credits.
package onlyfansapi

import (
	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
	"export_status_exporter/secret"
)

// Name is the provider label.
const Name = "onlyfansapi"

// secretToken names the secret in the configuration.
const secretToken = "token"

// Config is the onlyfansapi block of an account.
type Config struct {
	// Token is the bearer token ("API Key" of the vendor's console).
	Token secret.Ref `yaml:"token"`
	// Types are the export types to look at; empty means all.
	Types []string `yaml:"types"`
	// ExportIDs are asked for one by one instead of the list.
	ExportIDs []string `yaml:"export_ids"`
}

// DefaultConfig is what an empty block means.
func DefaultConfig() *Config { return &Config{} }

// documentedTypes are the values of "type" in the vendor's SDK.
func documentedTypes() []string {
	return []string{
		"transactions", "chat_messages", "media_vault", "trial_links", "tracking_links", "smart_links",
		"payouts", "chargebacks", "public_profiles", "fans", "followings", "profile_visitors",
	}
}

// Kind returns the kind of the block.
func (*Config) Kind() string { return Name }

// Name returns the provider label.
func (*Config) Name() string { return Name }

// DefaultBaseURL returns the API's public address.
func (*Config) DefaultBaseURL() string { return "https://app.onlyfansapi.com" }

// Endpoints is the allow-list. Creating, starting (which charges credits),
// retrying and deleting are not on it.
func (*Config) Endpoints() []apiclient.Endpoint {
	return []apiclient.Endpoint{
		{Method: "GET", Path: listPath},
		{Method: "GET", Path: listPath + "/{data_export_id}"},
	}
}

// Secrets tells where the secret is and what makes it usable.
func (c *Config) Secrets() map[string]secret.Spec {
	return map[string]secret.Spec{secretToken: {Ref: c.Token, Check: secret.HeaderSafe}}
}

// KeySecret names the secret that identifies the key.
func (*Config) KeySecret() string { return secretToken }

// Validate returns everything that is wrong with the block, except for its
// secret.
func (c *Config) Validate() []*provider.SettingError {
	problems := provider.CheckTypes(c.Types)
	return append(problems, provider.CheckIDs("export_ids", c.ExportIDs, apiclient.ValidParam)...)
}

// Warnings returns what is allowed but probably not meant.
func (c *Config) Warnings() []string {
	warnings := provider.UndocumentedTypes(c.Types, documentedTypes())
	if len(c.ExportIDs) > 0 && len(c.Types) > 0 {
		warnings = append(warnings, "types has no effect beside export_ids")
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
