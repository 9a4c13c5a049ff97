// Package secret holds API keys, signing secrets, passphrases and tokens in a form
// that cannot be printed by accident. It also reads them from files and
// variables: a Ref reads one, and a Set reads all that an account needs.
package secret

import (
	"crypto/sha256"
	"fmt"
	"log/slog"
	"unique"
)

// mask is printed instead of a value.
const mask = "<secret>"

// Secret is a string that is masked in all output: String, GoString, every fmt
// verb, JSON, YAML, text and slog. The zero value is an empty secret. Only Reveal
// returns the value; call it only where a request is signed. Two secrets are
// equal if their values are.
type Secret struct {
	// This is a handle and not a string, because fmt calls no methods on
	// unexported fields, and for %p on no value at all. All that it can print is
	// an address.
	value unique.Handle[string]
}

// New returns a secret with a value.
func New(value string) Secret {
	if value == "" {
		return Secret{}
	}
	return Secret{value: unique.Make(value)}
}

// Reveal returns the value.
func (s Secret) Reveal() string {
	if s.Empty() {
		return ""
	}
	return s.value.Value()
}

// Empty reports whether there is no value.
func (s Secret) Empty() bool { return s == Secret{} }

// Fingerprint identifies the value without revealing it, for comparisons after the
// value is gone. It is a SHA-256 sum and as confidential as a password hash:
// compare it, but never show it.
func (s Secret) Fingerprint() [sha256.Size]byte { return sha256.Sum256([]byte(s.Reveal())) }

// String implements fmt.Stringer.
func (Secret) String() string { return mask }

// GoString implements fmt.GoStringer.
func (Secret) GoString() string { return mask }

// Format implements fmt.Formatter. It also covers %x, %q and %d, which would
// otherwise print the field of the struct.
func (Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(mask)) }

// MarshalText implements encoding.TextMarshaler.
func (Secret) MarshalText() ([]byte, error) { return []byte(mask), nil }

// UnmarshalText implements encoding.TextUnmarshaler, for a value in the
// configuration.
func (s *Secret) UnmarshalText(text []byte) error {
	*s = New(string(text))
	return nil
}

// MarshalJSON implements json.Marshaler.
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + mask + `"`), nil }

// MarshalYAML implements yaml.Marshaler.
func (Secret) MarshalYAML() (any, error) { return mask, nil }

// LogValue implements slog.LogValuer.
func (Secret) LogValue() slog.Value { return slog.StringValue(mask) }
