package sandbox

import (
	"encoding/base64"
	"encoding/hex"
)

const secretBytes = 64

// Credentials are what an account signs in with; a provider leaves empty what
// it does not use.
type Credentials struct {
	Key        string
	Secret     string // standard base64 of 64 bytes
	Passphrase string // Coinbase Exchange
	Token      string // OnlyFansAPI: the bearer token, and nothing else

	// Those of an API by its Auth; see API.
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

func newCredentials(p Provider, random func(int) []byte) Credentials {
	if p == OnlyFansAPI {
		return Credentials{Token: "ofapi_" + hex.EncodeToString(random(24))}
	}
	c := Credentials{
		Key:    base64.StdEncoding.EncodeToString(random(42)),
		Secret: base64.StdEncoding.EncodeToString(random(secretBytes)),
	}
	if p == CoinbaseExchange {
		c.Key = hex.EncodeToString(random(16))
		c.Passphrase = hex.EncodeToString(random(12))
	}
	return c
}

func (c Credentials) values() []string {
	var values []string
	for _, each := range c.Settings() {
		values = append(values, each.Value)
	}
	return values
}
