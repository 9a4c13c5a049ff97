package coinbase

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"

	"export_status_exporter/secret"
)

// sign returns the CB-ACCESS-SIGN header of the guide "Exchange REST API
// authentication": base64(HMAC-SHA256(base64decode(secret), timestamp ||
// method || path || body)). The path includes the query exactly as it is sent;
// the body of a read is empty.
func sign(signing secret.Secret, timestamp, method, pathAndQuery string) (string, error) { //nolint:unparam // The method is signed, though only reads are sent.
	key, err := base64.StdEncoding.DecodeString(signing.Reveal())
	if err != nil {
		// The decoder's error is dropped: it tells where in the secret.
		return "", fmt.Errorf("%s is not standard base64", secretSigning)
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(timestamp + method + pathAndQuery))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil)), nil
}
