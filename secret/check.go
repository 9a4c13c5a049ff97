package secret

import (
	"encoding/base64"
	"errors"
)

// Base64 checks that a signing secret is standard, padded base64. It catches a
// truncated paste at start-up instead of on the first scrape. No length is
// asked for: no vendor promises one.
func Base64(s Secret) error {
	raw, err := base64.StdEncoding.DecodeString(s.Reveal())
	if err != nil || len(raw) == 0 {
		return errors.New("not standard base64; copy the private key whole, with its trailing '='")
	}
	return nil
}

// HeaderSafe checks that a value can stand in an HTTP header: one line of
// printable ASCII.
func HeaderSafe(s Secret) error {
	for _, c := range []byte(s.Reveal()) {
		if c <= ' ' || c > '~' {
			return errors.New("contains a space or a character that is not printable ASCII; copy it again")
		}
	}
	return nil
}
