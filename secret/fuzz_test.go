package secret

import (
	"path/filepath"
	"strings"
	"testing"

	"export_status_exporter/internal/files"
)

// FuzzFile: whatever a file holds, a secret comes of it or an error that tells
// none of it, and so does whatever looks at the secret.
func FuzzFile(f *testing.F) {
	mark := "K7QJ2ZP4XW9LTR5M"
	for _, content := range []string{"", " \n", "CANARY", "\uFEFFCANARY", "\xff\xfeC\x00", "\xfe\xff\x00C", "\xff\xfe\x00\x00", "C\x00A\x00", `"CANARY"`, "${CANARY}", "A=CANARY", "{CANARY}", "-----BEGIN CANARY"} {
		f.Add([]byte(strings.ReplaceAll(content, "CANARY", mark)))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		path := filepath.Join(t.TempDir(), "secret")
		write(t, path, string(content))
		value, err := (Ref{File: path}).Read(t.Context(), files.New())
		if err != nil {
			if strings.Contains(err.Error(), mark) || !value.Empty() {
				t.Errorf("error %v", err)
			}
			return
		}
		if text := value.Reveal(); text == "" || text != strings.TrimSpace(text) || len(text) > 2*maxBytes {
			t.Errorf("value of %d bytes", len(text))
		}
		told := Doubt(value)
		for _, check := range []func(Secret) error{Base64, HeaderSafe, Passphrase} {
			if err := check(value); err != nil {
				told += err.Error()
			}
		}
		if strings.Contains(told, mark) {
			t.Errorf("told %s", told)
		}
	})
}
