package secret

import (
	"encoding/base64"
	"errors"
	"strings"
	"unicode"
)

// Base64 checks that a signing secret is standard, padded base64. It catches a
// truncated paste at start-up instead of on the first scrape. No length is
// asked for: no vendor promises one.
func Base64(s Secret) error {
	raw, err := base64.StdEncoding.DecodeString(s.Reveal())
	if err != nil || len(raw) == 0 {
		return because(s, "not standard base64; copy the private key whole, with its trailing '='")
	}
	return nil
}

// HeaderSafe checks that a key can stand in an HTTP header: one line of
// printable ASCII, as every vendor makes them.
func HeaderSafe(s Secret) error {
	value := s.Reveal()
	if strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return because(s, "contains a space or a character that is not printable ASCII; copy it again")
	}
	if cdp.MatchString(value) { // for sure another product's
		return because(s, "")
	}
	return nil
}

// Passphrase checks a text that a person has chosen, and that is sent in a
// header as UTF-8: a header carries everything but control characters.
func Passphrase(s Secret) error {
	if strings.ContainsFunc(s.Reveal(), unicode.IsControl) {
		return because(s, "contains a line break or another control character, which no header carries; write it in one line")
	}
	return nil
}

// because is an error by what the value looks like, or else by what is wrong.
func because(s Secret, wrong string) error {
	if doubt := Doubt(s); doubt != "" {
		return errors.New(doubt)
	}
	return errors.New(wrong)
}
