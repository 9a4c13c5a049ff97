// Package krakenfutures asks Kraken Futures how far its history streams reach.
// There are no export jobs at this provider: each stream is an export that is
// always available, one virtual report per stream.
package krakenfutures

import (
	"fmt"
	"slices"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
	"export_status_exporter/secret"
)

// Name is the provider label.
const Name = "kraken_futures"

// Names of the secrets in the configuration.
const (
	secretKey     = "api_key"
	secretSigning = "api_secret"
)

// Config is the kraken_futures block of an account.
type Config struct {
	// APIKey and APISecret are a Futures key (not a Spot one); read-only.
	APIKey    secret.Ref `yaml:"api_key"`
	APISecret secret.Ref `yaml:"api_secret"`
	// Streams are the history streams to ask for.
	Streams []string `yaml:"streams"`
	// Accounts asks the accounts call too, whose API Kraken ends on 1 March
	// 2027.
	Accounts bool `yaml:"accounts"`
	// CheckKey asks what the key may do. Where nothing else is asked it is
	// always on.
	CheckKey bool `yaml:"check_key"`
}

// checksKey reports whether the key is checked.
func (c *Config) checksKey() bool { return c.CheckKey || len(c.Streams) == 0 && !c.Accounts }

// DefaultConfig is what an empty block means. One stream costs a tenth of the
// history budget at one refresh a minute, all four 40 %.
func DefaultConfig() *Config { return &Config{Streams: []string{streamAccountLog}} }

// Kind returns the kind of the block.
func (*Config) Kind() string { return Name }

// Name returns the provider label.
func (*Config) Name() string { return Name }

// DefaultBaseURL returns the API's public address.
func (*Config) DefaultBaseURL() string { return "https://futures.kraken.com" }

// Endpoints is the allow-list. The CSV download of the account log is not on
// it: it costs six times as much and moves half a million financial rows.
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
// secrets. No stream at all is allowed: then only the key is checked.
func (c *Config) Validate() []*provider.SettingError {
	var problems []*provider.SettingError
	for i, name := range c.Streams {
		if !slices.Contains(streamNames(), name) {
			problems = append(problems, &provider.SettingError{
				Setting: "streams", Problem: fmt.Sprintf("%q is none of account_log, executions, orders and triggers", provider.Shown(name)),
			})
		}
		if slices.Contains(c.Streams[:i], name) {
			problems = append(problems, &provider.SettingError{Setting: "streams", Problem: fmt.Sprintf("%q is named twice", provider.Shown(name))})
		}
	}
	return problems
}

// Warnings returns what is allowed but probably not meant.
func (c *Config) Warnings() []string {
	if len(c.Streams) == 0 {
		return []string{"streams is empty: only the key is checked"}
	}
	return nil
}

// Serial says that sources of an account may run at once: no nonce is sent.
func (*Config) Serial() bool { return false }

// Sources returns one source for each stream, and then what is asked beside
// them. The config must be valid.
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
