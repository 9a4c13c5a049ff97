// Package krakenfutures reads how recent the history streams of Kraken Futures are.
// This provider has no export jobs: each stream is an export that is always available,
// so there is one virtual report per stream.
package krakenfutures

import (
	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
	"export_status_exporter/secret"
)

// Name is the value of the label "provider".
const Name = "kraken_futures"

// Names of the secrets in the configuration.
const (
	secretKey     = "api_key"
	secretSigning = "api_secret"
)

// Config is the kraken_futures block of an account.
type Config struct {
	// APIKey and APISecret are a read-only Kraken Futures key. A Spot key does not
	// work.
	APIKey    secret.Ref `yaml:"api_key"`
	APISecret secret.Ref `yaml:"api_secret"`
	// Streams are the history streams to request.
	Streams []string `yaml:"streams"`
	// Accounts enables the accounts call, whose API Kraken ends on 1 March 2027.
	Accounts bool `yaml:"accounts"`
	// CheckKey requests the key's permissions. It is always on if nothing else is
	// requested.
	CheckKey bool `yaml:"check_key"`
}

// checksKey reports whether the key is checked.
func (c *Config) checksKey() bool { return c.CheckKey || len(c.Streams) == 0 && !c.Accounts }

// DefaultConfig returns the config of an empty block. At one refresh a minute, one
// stream uses a tenth of the history budget, and all four use 40 %.
func DefaultConfig() *Config { return &Config{Streams: []string{streamAccountLog}} }

// Kind returns the kind of the block.
func (*Config) Kind() string { return Name }

// Name returns the value of the label "provider".
func (*Config) Name() string { return Name }

// DefaultBaseURL returns the API's public address.
func (*Config) DefaultBaseURL() string { return "https://futures.kraken.com" }

// Endpoints returns the allow-list. It omits the CSV download of the account log, which
// costs six times as much and transfers half a million financial rows.
func (c *Config) Endpoints() []apiclient.Endpoint {
	var endpoints []apiclient.Endpoint
	for _, name := range streamNames() {
		endpoints = append(endpoints, apiclient.Endpoint{Method: "GET", Path: streamPath(name)})
	}
	if c.checksKey() {
		endpoints = append(endpoints, apiclient.Endpoint{Method: "GET", Path: keyCheckPath})
	}
	if c.Accounts {
		endpoints = append(endpoints, apiclient.Endpoint{Method: "GET", Path: accountsPath})
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

// Validate returns all problems of the block, except those of its secrets. An empty
// list of streams is allowed; then only the key is checked.
func (c *Config) Validate() []*provider.SettingError {
	return provider.CheckWords("streams", c.Streams, streamNames(), "is none of account_log, executions, orders and triggers")
}

// Warnings returns settings that are allowed but probably unintended.
func (c *Config) Warnings() []string {
	if len(c.Streams) == 0 {
		return []string{"streams is empty: only the key is checked"}
	}
	return nil
}

// Serial reports whether sources must be refreshed one at a time. Without a nonce, they
// may run concurrently.
func (*Config) Serial() bool { return false }

// Sources returns one source for each stream, and then the key checks. The config must
// be valid.
func (c *Config) Sources(deps provider.Deps, secrets *secret.Set, observer apiclient.Observer) []provider.Source {
	caller := &caller{client: apiclient.New(deps, observer, apiclient.API{
		Endpoints: c.Endpoints(), HintHeaders: []string{"rate-limit-reset"}, Advice: advice, Secret: secrets.Overlaps,
	}), secrets: secrets, streams: &verdict{asked: len(c.Streams) > 0}}
	var sources []provider.Source
	for _, name := range c.Streams {
		sources = append(sources, &stream{name: name, caller: caller})
	}
	if c.checksKey() {
		sources = append(sources, &keyCheck{caller: caller})
	}
	if c.Accounts {
		sources = append(sources, &accounts{caller: caller})
	}
	return sources
}
