package coinbase

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"

	"export_status_exporter/secret"
)

// sign returns the CB-ACCESS-SIGN header as described in the guide "Exchange REST API
// authentication": base64(HMAC-SHA256(base64decode(secret), timestamp || method || path
// || body)). The path includes the query exactly as sent; the body of a read is empty.
func sign(signing secret.Secret, timestamp, method, pathAndQuery string) (string, error) { //nolint:unparam // The method is always GET, but it is part of the signature.
	key, err := base64.StdEncoding.DecodeString(signing.Reveal())
	if err != nil {
		// Drop the decoder's error: it shows a position within the secret.
		return "", fmt.Errorf("%s is not standard base64", secretSigning)
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(timestamp + method + pathAndQuery))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil)), nil
}
