package sandbox

import (
	"crypto/hmac"
	"encoding/base64"
	"hash"
)

func authenticate(algorithm func() hash.Hash, secret []byte, parts ...[]byte) string {
	mac := hmac.New(algorithm, secret)
	for _, part := range parts {
		mac.Write(part)
	}
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// sameSignature compares signatures in constant time.
func sameSignature(a, b string) bool { return hmac.Equal([]byte(a), []byte(b)) }
