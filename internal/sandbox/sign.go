package sandbox

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"hash"
	"strings"
)

// krakenSignature is API-Sign: HMAC-SHA512 of path and the SHA-256 of nonce and
// body.
func krakenSignature(secret []byte, path, nonce string, body []byte) string {
	digest := sha256.New()
	digest.Write([]byte(nonce))
	digest.Write(body)
	return authenticate(sha512.New, secret, []byte(path), digest.Sum(nil))
}

// coinbaseSignature is CB-ACCESS-SIGN: HMAC-SHA256 of timestamp, method, path
// with query, and body.
func coinbaseSignature(secret []byte, timestamp, method, target string, body []byte) string {
	return authenticate(sha256.New, secret, []byte(timestamp+method+target), body)
}

// futuresSignature is Authent: HMAC-SHA512 of the SHA-256 of query, nonce and
// path, where the path loses a leading /derivatives and nothing else.
func futuresSignature(secret []byte, query, nonce, path string) string {
	digest := sha256.Sum256([]byte(query + nonce + strings.TrimPrefix(path, "/derivatives")))
	return authenticate(sha512.New, secret, digest[:])
}

func authenticate(algorithm func() hash.Hash, secret []byte, parts ...[]byte) string {
	mac := hmac.New(algorithm, secret)
	for _, part := range parts {
		mac.Write(part)
	}
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// sameSignature compares without telling where the difference is.
func sameSignature(a, b string) bool { return hmac.Equal([]byte(a), []byte(b)) }
