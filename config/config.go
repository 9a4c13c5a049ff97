// Package config reads the configuration file strictly, reports all problems at
// once, and returns complete and valid values. It imports the providers; they
// do not import it.
package config

import (
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/model"

	"export_status_exporter/config/yamlnode"
	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
	"export_status_exporter/provider/coinbase"
	"export_status_exporter/provider/definition"
	"export_status_exporter/provider/kraken"
	"export_status_exporter/provider/krakenfutures"
	"export_status_exporter/provider/onlyfansapi"
	"export_status_exporter/secret"
)

// Provider is the block of an account that names its provider.
type Provider interface {
	// Kind identifies the code and the settings of the block. Name is the
	// provider label and the key of the block; several providers can be of one
	// kind.
	Kind() string
	Name() string
	DefaultBaseURL() string
	Endpoints() []apiclient.Endpoint
	// Secrets returns where to find the secrets of the block, by setting.
	// KeySecret names the one that identifies the key, empty if there is no
	// key.
	Secrets() map[string]secret.Spec
	KeySecret() string
	// Validate returns all problems except those of the secrets.
	Validate() []*provider.SettingError
	Warnings() []string
	// Serial reports whether the sources of an account must be refreshed one at
	// a time.
	Serial() bool
	Sources(deps provider.Deps, secrets *secret.Set, observer apiclient.Observer) []provider.Source
}

// kinds returns the constructors for the provider blocks that are implemented
// in code. A new provider needs a package and a line here.
func kinds() []func() Provider {
	return []func() Provider{
		func() Provider { return kraken.DefaultConfig() },
		func() Provider { return coinbase.DefaultConfig() },
		func() Provider { return krakenfutures.DefaultConfig() },
		func() Provider { return onlyfansapi.DefaultConfig() },
	}
}

// Kinds returns the keys of the provider blocks that are implemented in code,
// sorted. A block can also have the name of an API definition.
func Kinds() []string {
	var names []string
	for _, build := range kinds() {
		names = append(names, build().Name())
	}
	slices.Sort(names)
	return names
}

// Config is a valid configuration.
type Config struct {
	General
	// Expect holds the general expectations for exports.
	Expect   *provider.Expect
	Accounts []*Account
	Warnings []Warning
	// Notes are informational messages, less important than Warnings.
	Notes []string
	// given lists the general settings that the file sets.
	given given
	// Hash changes with the content of the file, and of the files of api_files.
	Hash float64

	apis map[string]*definition.Definition // from apis and api_files
}

// Only removes all accounts but those with the given names. It does nothing
// without names, and returns an error if no account has one of them.
func (c *Config) Only(names []string) error {
	if len(names) == 0 {
		return nil
	}
	var known []string
	for _, account := range c.Accounts {
		known = append(known, account.Name)
	}
	for _, name := range names {
		if !slices.Contains(known, name) {
			return fmt.Errorf("no account is named %q%s", name, yamlnode.Suggestion(name, known))
		}
	}
	c.Accounts = slices.DeleteFunc(c.Accounts, func(account *Account) bool { return !slices.Contains(names, account.Name) })
	return nil
}

// General holds the settings that every account can override.
type General struct {
	RefreshInterval Duration `yaml:"refresh_interval"`
	Timeout         Duration `yaml:"timeout"`
	// StaleAfter is 0 until Load sets the default, which depends on the other
	// settings.
	StaleAfter Duration `yaml:"stale_after"`
	MaxReports int      `yaml:"max_reports"`
	MaxAge     Duration `yaml:"max_age"`
}

// defaults returns the default settings.
func defaults() General {
	return General{
		RefreshInterval: Duration(time.Minute),
		Timeout:         Duration(10 * time.Second),
		MaxReports:      1000,
		MaxAge:          Duration(30 * 24 * time.Hour),
	}
}

// Account is one set of credentials at one provider.
type Account struct {
	Name string
	General
	// Expect holds the expectations for the account's exports, merged with the
	// general ones.
	Expect     *provider.Expect
	Provider   Provider
	Connection Connection
	// Secrets holds the credentials. Load has read them once.
	Secrets *secret.Set
	given   given
}

// Same reports whether two accounts have the same configuration, so that a
// running one can be kept. It ignores the contents of secret files, which a
// running account re-reads itself, and Expect, which does not affect a running
// account.
func (a *Account) Same(b *Account) bool {
	return a.Name == b.Name && a.General == b.General && sameBlock(a.Provider, b.Provider) &&
		a.Connection.BaseURL.String() == b.Connection.BaseURL.String() && a.Connection.Route() == b.Connection.Route()
}

func sameBlock(a, b Provider) bool {
	mine, ok := a.(*definition.Config)
	others, alike := b.(*definition.Config)
	if ok && alike {
		return mine.Same(others)
	}
	return reflect.DeepEqual(a, b)
}

// Duration is a time.Duration in Prometheus or Go notation: 30d, 1m, 90s or
// 1m30s.
type Duration time.Duration

// String implements fmt.Stringer.
func (d Duration) String() string { return model.Duration(d).String() }

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Duration) UnmarshalText(content []byte) error {
	text := strings.TrimSpace(string(content))
	if parsed, err := model.ParseDuration(text); err == nil {
		*d = Duration(parsed)
		return nil
	}
	parsed, err := time.ParseDuration(text)
	if err != nil {
		return fmt.Errorf("%q is not a duration; write 30s, 5m, 1h30m or 30d", provider.Clip(text))
	}
	*d = Duration(parsed)
	return nil
}

// maxURLBytes is the maximum length of an address: more than any host, proxy or
// path needs.
const maxURLBytes = 2048

// URL is an absolute URL. It may hold a proxy's password, so it must never be
// printed.
type URL struct{ *url.URL }

// UnmarshalText implements encoding.TextUnmarshaler.
func (u *URL) UnmarshalText(text []byte) error {
	if len(text) > maxURLBytes {
		return fmt.Errorf("has %d bytes, more than %d", len(text), maxURLBytes)
	}
	parsed, err := url.Parse(strings.TrimSpace(string(text)))
	if err != nil || parsed.Hostname() == "" {
		// The library's error repeats the text, which may hold a password.
		return errors.New("is not an address like https://host")
	}
	u.URL = parsed
	return nil
}
