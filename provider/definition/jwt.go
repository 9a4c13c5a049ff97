package definition

import (
	"crypto/rsa"
	"errors"
	"maps"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/golang-jwt/jwt/v5"

	"export_status_exporter/secret"
)

// assertionLife is the lifetime of an assertion. The strictest known vendor allows
// three minutes.
const assertionLife = 3 * time.Minute

// signingKey is an RSA key, with the id and email of a service account file.
type signingKey struct {
	key       *rsa.PrivateKey
	id, email string
}

// errKey describes the accepted forms of a private key, and nothing about its content.
var errKey = errors.New("is neither an RSA key in PEM nor a Google service account file")

// parseKey parses a private key.
func parseKey(text string) (signingKey, error) {
	var k signingKey
	if strings.HasPrefix(strings.TrimSpace(text), "{") {
		var file struct {
			Email string `json:"client_email"`
			Key   string `json:"private_key"`
			KeyID string `json:"private_key_id"`
		}
		if err := json.Unmarshal([]byte(text), &file); err != nil || file.Email == "" {
			return k, errKey
		}
		text, k.id, k.email = file.Key, file.KeyID, file.Email
	}
	var err error
	switch k.key, err = jwt.ParseRSAPrivateKeyFromPEM([]byte(text)); {
	case errors.Is(err, jwt.ErrNotRSAPrivateKey):
		return k, errors.New("is not an RSA key, which RS256 requires")
	case err != nil:
		return k, errKey // the library's error may describe the content
	default:
		return k, nil
	}
}

// checkKey returns the check for a private key. Unless the key comes with a service
// account's email, client_id must be set.
func checkKey(hasClientID bool) func(secret.Secret) error {
	return func(s secret.Secret) error {
		k, err := parseKey(s.Reveal())
		if err == nil && k.email == "" && !hasClientID {
			err = errors.New("a PEM key also needs client_id")
		}
		return err
	}
}

// assertion returns the signed JWT described in RFC 7523.
func (t *tokens) assertion(values secret.Values, scope string) (string, error) {
	k, err := parseKey(values[secretPrivateKey].Reveal())
	if err != nil {
		return "", errors.New("private_key " + err.Error())
	}
	issuer := values[secretClientID].Reveal()
	if issuer == "" {
		issuer = k.email
	}
	now := t.client.Now()
	claims := jwt.MapClaims{"iss": issuer, "aud": t.url, "iat": now.Unix(), "exp": now.Add(assertionLife).Unix()}
	if scope != "" {
		claims["scope"] = scope
	}
	maps.Copy(claims, t.params.json(t.auth.claims))
	token := jwt.NewWithClaims(jwt.SigningMethodRS256, claims)
	if k.id != "" {
		token.Header["kid"] = k.id
	}
	signed, err := token.SignedString(k.key)
	if err != nil {
		return "", errors.New("private_key cannot sign: it is too short, or broken")
	}
	return signed, nil
}
