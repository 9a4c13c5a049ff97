package cli

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// checked returns the output of --config.check for a configuration, with FILE
// for the name of its file, and whether it found no problem.
func checked(t *testing.T, text string) (said string, content bool) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "exporter.yml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	content = CheckConfig(file, &stdout, &stderr)
	return strings.ReplaceAll(stderr.String()+stdout.String(), file, "FILE"), content
}

// TestCheckTellsBoth: warnings are printed along with problems, and have a file
// and line too.
func TestCheckTellsBoth(t *testing.T) {
	account := "accounts:\n  - name: main\n    onlyfansapi:\n      token: " + rand.Text() + "\n      types: [unheard-of]\n"
	warnings := []string{"FILE:5: warning: account main: types: ", "FILE:4: warning: account main: onlyfansapi.token: is set in the configuration itself"}
	for text, want := range map[string][]string{
		account:                   append([]string{"FILE: no problems, accounts: 1"}, warnings...),
		account + "timeout: soon": append([]string{`FILE:6: timeout: "soon" is not a duration`}, warnings...),
	} {
		said, content := checked(t, text)
		if content != (text == account) {
			t.Errorf("content %t of\n%s", content, text)
		}
		for _, line := range want {
			if strings.Count("\n"+said, "\n"+line) != 1 {
				t.Errorf("said\n%swant once\n%s", said, line)
			}
		}
	}
}

// TestCheckTellsWhoExpectsNothing: a note names the first accounts that expect
// no data.
func TestCheckTellsWhoExpectsNothing(t *testing.T) {
	list := func(n int, more string) string {
		text := "accounts:\n"
		for i := range n {
			text += fmt.Sprintf("  - {name: a%d, onlyfansapi: {token: %s}%s}\n", i, rand.Text(), more)
		}
		return text
	}
	for name, c := range map[string]struct{ text, want string }{
		"one":           {list(1, ""), "note: no data is expected of a0, so no alert fires when its exports stop; set expect.data_within to get one\n"},
		"two":           {list(2, ""), "note: no data is expected of a0, a1, so no alert fires when their exports stop; set expect.data_within to get one\n"},
		"many":          {list(12, ""), "note: no data is expected of a0, a1, a2, a3, a4, a5, a6, a7, a8, a9 and 2 more, so no alert"},
		"in general":    {"expect: {data_within: 1d}\n" + list(2, ""), ""},
		"of a type":     {"expect: {types: {profiles: {data_within: 1d}}}\n" + list(2, ""), ""},
		"of an account": {list(1, ", expect: {data_within: 1d}"), ""},
		"taken back":    {"expect: {data_within: 1d}\n" + list(1, ", expect: {data_within: 0s}"), "note: no data is expected of a0, so"},
	} {
		said, content := checked(t, c.text)
		if !content || c.want != "" && !strings.Contains(said, c.want) || c.want == "" && strings.Contains(said, "no data is expected") {
			t.Errorf("%s: content %t, said\n%s", name, content, said)
		}
	}
}

// TestCheckTellsHowToNameTheFile: if the file does not exist, the error names
// --config.file.
func TestCheckTellsHowToNameTheFile(t *testing.T) {
	var stdout, stderr bytes.Buffer
	missing := filepath.Join(t.TempDir(), "missing.yml")
	if CheckConfig(missing, &stdout, &stderr) || !strings.Contains(stderr.String(), missing+": no such file or directory; set --config.file\n") {
		t.Errorf("said %q and %q", &stdout, &stderr)
	}
}
