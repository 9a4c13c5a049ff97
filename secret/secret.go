// Package secret holds values that no printer can print: API keys, signing
// secrets, passphrases and tokens, and the files and variables they come from: a
// Ref reads one, a Set all that an account needs.
package secret

import (
	"crypto/sha256"
	"fmt"
	"log/slog"
	"unique"
)

// mask is what every printer shows in place of a value.
const mask = "<secret>"

// Secret is a string that hides itself from every printer: String, GoString,
// every fmt verb, JSON, YAML, text and slog. The zero value is an empty secret.
// Only Reveal returns the value; call it where a request is signed, nowhere else.
// Two secrets are equal if their values are.
type Secret struct {
	// A handle and not a string: printers call no method on a field that is not
	// exported, and for %p on none at all. What they find there is an address.
	value unique.Handle[string]
}

// New wraps a value.
func New(value string) Secret {
	if value == "" {
		return Secret{}
	}
	return Secret{value: unique.Make(value)}
}

// Reveal returns the value itself.
func (s Secret) Reveal() string {
	if s.Empty() {
		return ""
	}
	return s.value.Value()
}

// Empty reports whether there is no value.
func (s Secret) Empty() bool { return s == Secret{} }

// Fingerprint identifies the value without revealing it, for comparisons that
// outlive the value. It is a SHA-256 sum and as private as a password hash:
// compare it, never show it.
func (s Secret) Fingerprint() [sha256.Size]byte { return sha256.Sum256([]byte(s.Reveal())) }

// String implements fmt.Stringer.
func (Secret) String() string { return mask }

// GoString implements fmt.GoStringer.
func (Secret) GoString() string { return mask }

// Format implements fmt.Formatter. It is what also covers %x, %q and %d, which
// would otherwise print the field of the struct.
func (Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(mask)) }

// MarshalText implements encoding.TextMarshaler.
func (Secret) MarshalText() ([]byte, error) { return []byte(mask), nil }

// UnmarshalText implements encoding.TextUnmarshaler, for a value that stands in
// the configuration.
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
