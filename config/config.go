// Package config reads the configuration file: strictly, with all problems at
// once, into values that are whole and valid. It knows the providers' blocks;
// they do not know it.
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
	// Kind is the kind of the block: what settings it has, and by what code it is
	// asked. Name is the provider label and the block's key; providers of one kind
	// have different names.
	Kind() string
	Name() string
	DefaultBaseURL() string
	Endpoints() []apiclient.Endpoint
	// Secrets tells where the secrets are that the block needs or has; KeySecret
	// which of them identifies the key, empty if there is no key.
	Secrets() map[string]secret.Spec
	KeySecret() string
	// Validate returns all problems but those of the secrets.
	Validate() []*provider.SettingError
	Warnings() []string
	// Serial says that two sources of one account never run at once.
	Serial() bool
	Sources(deps provider.Deps, secrets *secret.Set, observer apiclient.Observer) []provider.Source
}

// kinds make the blocks of the providers in code. Adding one is its folder and a
// line here.
func kinds() []func() Provider {
	return []func() Provider{
		func() Provider { return kraken.DefaultConfig() },
		func() Provider { return coinbase.DefaultConfig() },
		func() Provider { return krakenfutures.DefaultConfig() },
		func() Provider { return onlyfansapi.DefaultConfig() },
	}
}

// Kinds are the keys of the blocks of the providers in code, sorted. Beside them
// a block may be named after an API definition.
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
	// Expect is what is expected of every account's exports.
	Expect   *provider.Expect
	Accounts []*Account
	Warnings Warnings
	// Notes are good to know.
	Notes []string
	// given are the general settings that stand in the file.
	given given
	// Hash changes with the content of the file, and of the files of api_files.
	Hash float64

	apis map[string]*definition.Definition // those of the configuration
}

// Only leaves the accounts of some names, all if there are none. A name that no
// account has is an error.
func (c *Config) Only(names []string) error {
	if len(names) == 0 {
		return nil
	}
	known := make(map[string]bool)
	for _, account := range c.Accounts {
		known[account.Name] = true
	}
	for _, name := range names {
		if !known[name] {
			return fmt.Errorf("no account %q%s", name, yamlnode.Suggestion(name, known))
		}
	}
	c.Accounts = slices.DeleteFunc(c.Accounts, func(account *Account) bool { return !slices.Contains(names, account.Name) })
	return nil
}

// General are the settings that every account may override.
type General struct {
	RefreshInterval Duration `yaml:"refresh_interval"`
	Timeout         Duration `yaml:"timeout"`
	// StaleAfter is 0 until Load has given it its default.
	StaleAfter Duration `yaml:"stale_after"`
	MaxReports int      `yaml:"max_reports"`
	MaxAge     Duration `yaml:"max_age"`
}

// defaults are the settings of an empty file.
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
	// Expect is what is expected of the account's exports, all general
	// expectations included.
	Expect     *provider.Expect
	Provider   Provider
	Connection Connection
	// Secrets hold the credentials, read once by Load.
	Secrets *secret.Set
	given   given
}

// Same reports whether two accounts are configured alike, so that a running
// one can be kept. What their secret files hold does not count: a running
// account reads those by itself. Nor does Expect, which no account works with.
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

// Duration is a time.Duration that is written 30d, 1m, 90s or 1m30s.
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
		return fmt.Errorf("%q is not a duration; write 30s, 5m, 1h30m or 30d", provider.Shown(text))
	}
	*d = Duration(parsed)
	return nil
}

// URL is an address. It may hold a proxy's password, so it is never printed.
type URL struct{ *url.URL }

// UnmarshalText implements encoding.TextUnmarshaler.
func (u *URL) UnmarshalText(text []byte) error {
	parsed, err := url.Parse(strings.TrimSpace(string(text)))
	if err != nil || parsed.Hostname() == "" {
		// The library's error repeats the text, which may hold a password.
		return errors.New("is not an address like https://host")
	}
	u.URL = parsed
	return nil
}
