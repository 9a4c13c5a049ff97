package secret

import (
	"encoding/base64"
	"testing"
)

func TestBase64(t *testing.T) {
	t.Parallel()
	whole := base64.StdEncoding.EncodeToString([]byte(canary() + "xy"))
	for _, c := range []struct {
		name, value string
		ok          bool
	}{
		{"whole", whole, true},
		{"empty", "", false},
		{"cut short", whole[:len(whole)-1], false},
		{"nothing but padding", "=", false},
		{"another alphabet", "-_-_", false},
		{"a hyphen", "ab-d", false},
	} {
		err := Base64(New(c.value))
		if (err == nil) != c.ok {
			t.Errorf("%s: %v", c.name, err)
		}
		if err != nil && c.value != "" && len(c.value) > 1 {
			wantHidden(t, err.Error(), c.value)
		}
	}
}

func TestHeaderSafe(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, value string
		ok          bool
	}{
		{"printable", "!Az09~+/=|", true},
		{"empty", "", true},
		{"space", "a b", false},
		{"line break", "a\nb", false},
		{"header injection", "a\r\nX-Other: b", false},
		{"tab", "a\tb", false},
		{"NUL", "a\x00", false},
		{"DEL", "a\x7f", false},
		{"not ASCII", "schlüssel", false},
		{"byte order mark", "\uFEFFkey", false},
	} {
		if err := HeaderSafe(New(c.value)); (err == nil) != c.ok {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
