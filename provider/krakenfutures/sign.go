package krakenfutures

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"strings"

	"export_status_exporter/secret"
)

// sign returns the Authent header as described in the guide "Futures REST":
// base64(HMAC-SHA512(base64decode(secret), SHA256(postData || nonce || endpointPath))).
// For a read, postData is the encoded query exactly as sent. The endpoint path is the
// URL's path without a leading /derivatives; paths of the history API are unchanged.
//
// The exporter sends no nonce, which the API allows. Therefore several exporters can
// use one key.
func sign(signing secret.Secret, path, query, nonce string) (string, error) {
	key, err := base64.StdEncoding.DecodeString(signing.Reveal())
	if err != nil {
		// Drop the decoder's error: it shows a position within the secret.
		return "", fmt.Errorf("%s is not standard base64", secretSigning)
	}
	inner := sha256.Sum256([]byte(query + nonce + strings.TrimPrefix(path, "/derivatives")))
	mac := hmac.New(sha512.New, key)
	mac.Write(inner[:])
	return base64.StdEncoding.EncodeToString(mac.Sum(nil)), nil
}
