package secret

import (
	"encoding/base64"
	"errors"
	"strings"
	"unicode"
)

// Base64 checks that a signing secret is standard, padded base64. It catches a
// truncated paste at startup instead of on the first scrape. It accepts any
// length, because no vendor promises one.
func Base64(s Secret) error {
	raw, err := base64.StdEncoding.DecodeString(s.Reveal())
	if err != nil || len(raw) == 0 {
		return because(s, "not standard base64; copy the private key whole, with its trailing '='")
	}
	return nil
}

// HeaderSafe checks that a key can be sent in an HTTP header: it must be one line
// of printable ASCII, as the keys of every vendor are.
func HeaderSafe(s Secret) error {
	value := s.Reveal()
	if strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return because(s, "contains a space or a character that is not printable ASCII; copy it again")
	}
	if cdp.MatchString(value) { // certainly a key of another product
		return because(s, "")
	}
	return nil
}

// Passphrase checks a text that a person has chosen. It is sent in a header as
// UTF-8, so it may hold anything except control characters.
func Passphrase(s Secret) error {
	if strings.ContainsFunc(s.Reveal(), unicode.IsControl) {
		return because(s, "contains a line break or another control character, which no header carries; write it in one line")
	}
	return nil
}

// because returns the doubt about the value as an error if there is one, else
// what is wrong with it.
func because(s Secret, wrong string) error {
	if doubt := Doubt(s); doubt != "" {
		return errors.New(doubt)
	}
	return errors.New(wrong)
}
