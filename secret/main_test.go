package secret

import (
	"crypto/rand"
	"encoding/hex"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// canary is a random value that no text holds by chance.
func canary() string {
	raw := make([]byte, 16)
	_, _ = rand.Read(raw) // it never fails
	return "canary" + hex.EncodeToString(raw)
}

// wantHidden fails if a text shows the value, in any of the ways in which a
// printer writes one.
func wantHidden(t *testing.T, text, value string) {
	t.Helper()
	lower := strings.ToLower(text)
	for name, shown := range map[string]string{
		"plain":      value,
		"hex":        hex.EncodeToString([]byte(value)),
		"spaced hex": strings.TrimSpace(strings.Join(split(hex.EncodeToString([]byte(value))), " ")),
		"numbers":    "99 97 110 97 114 121",
	} {
		if strings.Contains(lower, shown) {
			t.Errorf("shown as %s: %s", name, text)
		}
	}
}

func split(hexed string) []string {
	var pairs []string
	for i := 0; i+1 < len(hexed); i += 2 {
		pairs = append(pairs, hexed[i:i+2])
	}
	return pairs
}
