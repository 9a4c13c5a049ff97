// Package config reads the configuration file: strictly, with all problems at
// once, into values that are whole and valid. It knows the providers' blocks;
// they do not know it.
package config

import (
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"strings"
	"time"

	"github.com/prometheus/common/model"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
	"export_status_exporter/provider/coinbase"
	"export_status_exporter/provider/kraken"
	"export_status_exporter/provider/krakenfutures"
	"export_status_exporter/provider/onlyfansapi"
	"export_status_exporter/secret"
)

// Provider is the block of an account that names its provider.
type Provider interface {
	// Name is the provider label.
	Name() string
	DefaultBaseURL() string
	Endpoints() []apiclient.Endpoint
	// Secrets tells where the secrets are; KeySecret which identifies the key.
	Secrets() map[string]secret.Spec
	KeySecret() string
	// Validate returns all problems but those of the secrets.
	Validate() []*provider.SettingError
	Warnings() []string
	// Serial says that two sources of one account never run at once.
	Serial() bool
	Sources(deps provider.Deps, secrets *secret.Set, observer apiclient.Observer) []provider.Source
}

// kinds are the provider blocks by their key in an account. Adding a provider
// is its folder and a line here.
func kinds() map[string]func() Provider {
	return map[string]func() Provider{
		"kraken":            func() Provider { return kraken.DefaultConfig() },
		"coinbase_exchange": func() Provider { return coinbase.DefaultConfig() },
		"kraken_futures":    func() Provider { return krakenfutures.DefaultConfig() },
		"onlyfansapi":       func() Provider { return onlyfansapi.DefaultConfig() },
	}
}

// Config is a valid configuration.
type Config struct {
	General
	// Expect is what is expected of every account's exports.
	Expect   *provider.Expect
	Accounts []*Account
	// Warnings are what is allowed but probably not meant.
	Warnings []string
	// given are the general settings that stand in the file.
	given given
	// Hash changes with the content of the file.
	Hash float64
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
	return a.Name == b.Name && a.General == b.General &&
		reflect.DeepEqual(a.Provider, b.Provider) && reflect.DeepEqual(a.Connection, b.Connection)
}

// Key identifies the account's key at its provider, without revealing it.
func (a *Account) Key() KeyID { return a.KeyIn(a.Secrets.Values()) }

// KeyIn is Key for secrets that are not in force yet.
func (a *Account) KeyIn(values secret.Values) KeyID {
	return KeyID{a.Provider.Name(), values[a.Provider.KeySecret()].Fingerprint()}
}

// KeyID names a key at a provider by a fingerprint.
type KeyID struct {
	Provider    string
	Fingerprint [32]byte
}

// Duration is a time.Duration that is written 30d, 1m, 90s or 1m30s.
type Duration time.Duration

// String implements fmt.Stringer.
func (d Duration) String() string { return model.Duration(d).String() }

func (d *Duration) parse(text string) error {
	text = strings.TrimSpace(text)
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

func (u *URL) parse(text string) error {
	parsed, err := url.Parse(strings.TrimSpace(text))
	if err != nil || parsed.Hostname() == "" {
		// The library's error repeats the text, which may hold a password.
		return errors.New("is not an address like https://host")
	}
	u.URL = parsed
	return nil
}
