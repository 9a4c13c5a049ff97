package sandbox

import (
	"encoding/base64"
	"encoding/hex"
	"slices"
)

const secretBytes = 64

// Credentials are what an account signs in with; a provider leaves empty what
// it does not use.
type Credentials struct {
	Key        string
	Secret     string // standard base64 of 64 bytes
	Passphrase string // Coinbase Exchange
	Token      string // OnlyFansAPI: the bearer token, and nothing else
}

// identity is the part that names the account in a request.
func (c Credentials) identity() string {
	if c.Token != "" {
		return c.Token
	}
	return c.Key
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
	return slices.DeleteFunc([]string{c.Key, c.Secret, c.Passphrase, c.Token},
		func(s string) bool { return s == "" })
}
