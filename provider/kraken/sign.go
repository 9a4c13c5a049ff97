package kraken

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"fmt"

	"export_status_exporter/secret"
)

// sign returns the API-Sign header as described in Kraken's guide "Spot REST
// authentication": base64(HMAC-SHA512(base64decode(secret), path || SHA256(nonce ||
// body))). The nonce is the decimal text in the body, and the body is the exact bytes
// that are sent.
func sign(signing secret.Secret, path, nonce string, body []byte) (string, error) {
	key, err := base64.StdEncoding.DecodeString(signing.Reveal())
	if err != nil {
		// Drop the decoder's error: it shows a position within the secret.
		return "", fmt.Errorf("%s is not standard base64", secretSigning)
	}
	inner := sha256.New()
	inner.Write([]byte(nonce))
	inner.Write(body)
	mac := hmac.New(sha512.New, key)
	mac.Write([]byte(path))
	mac.Write(inner.Sum(nil))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil)), nil
}
