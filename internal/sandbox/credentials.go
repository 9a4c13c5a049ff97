package sandbox

import (
	"cmp"
	"encoding/base64"
)

const secretBytes = 64

// Credentials authenticate an account. A provider leaves the fields empty that it does
// not use.
type Credentials struct {
	Key        string
	Secret     string // standard base64 of 64 bytes
	Passphrase string // Coinbase Exchange
	Token      string // OnlyFansAPI: the bearer token, its only credential

	// Used by a defined API, depending on its Auth; see API.
	Username, Password                               string
	ClientID, ClientSecret, RefreshToken, PrivateKey string
}

// secret returns the decoded signing key.
func (c Credentials) secret() []byte {
	b, err := base64.StdEncoding.DecodeString(c.Secret)
	if err != nil {
		panic("sandbox: own secret is not base64")
	}
	return b
}

// signingKey returns a random key and its secret, both in standard base64.
func signingKey(random func(int) []byte) Credentials {
	return Credentials{
		Key:    base64.StdEncoding.EncodeToString(random(42)),
		Secret: base64.StdEncoding.EncodeToString(random(secretBytes)),
	}
}

func (c Credentials) values() []string {
	var values []string
	for _, each := range c.Settings() {
		values = append(values, each.Value)
	}
	return values
}

// Setting is a line in the YAML block of an account.
type Setting struct{ Name, Value string }

// Settings returns the credentials with their names in the exporter's configuration.
func (c Credentials) Settings() []Setting {
	var settings []Setting
	for _, each := range []Setting{
		{"api_key", c.Key},
		{"api_secret", c.Secret},
		{"passphrase", c.Passphrase},
		{"token", c.Token},
		{"username", c.Username},
		{"password", c.Password},
		{"client_id", c.ClientID},
		{"client_secret", c.ClientSecret},
		{"refresh_token", c.RefreshToken},
		{"private_key", c.PrivateKey},
	} {
		if each.Value != "" {
			settings = append(settings, each)
		}
	}
	return settings
}

// identity returns the credential that identifies the account in a request.
func (c Credentials) identity() string {
	return cmp.Or(c.Token, c.Key, c.Username, c.ClientID)
}
