package yamlnode

import (
	"crypto/rand"
	"fmt"
	"strings"
	"testing"
)

// TestSyntax: invalid YAML is explained in plain words with what to do, at the
// wrong line, without quoting the file.
func TestSyntax(t *testing.T) {
	canary := rand.Text()
	for text, want := range map[string]string{
		// Tabs.
		"a:\n\tb: 1\n":                                        "2 indented with a tab",
		"a:\n  b: 1\n\tc: 2\nd: 3\n":                          "3 indented with a tab",
		"a:\n  - b: 1\n  \tc: 2\n":                            "3 indented with a tab",
		"# a\n\na:\n  b:\n    c: 1\n    d:\n\t\te: 1\nf: 1\n": "7 indented with a tab",
		"a:\n- \tb: 1\n\tc: 2\n":                              "2 indented with a tab",
		"a:\n  - b: 1\n \u00a0 - c: 2\n":                      "3 looks like a space",
		// Indentation.
		"a:\n  -b: 1\n   c:\n     d: 1\n":                             "2 needs a space after it",
		"a:\n  b: |\n  CANARY\n  c: 1\n":                              "3 indented more than its key",
		"a:\n  - name: x\n    k:\n      y: 1\n     z: 2\nb: 1\n":      "5 indented by 5 spaces",
		"a:\n  - name: x\n   k: {}\n":                                 "3 indented by 3 spaces",
		"a:\n  - name: x\n  k: {}\n":                                  "3 indented by 2 spaces",
		"a:\n  - name: x\n     k: {}\n":                               "3 more than line 2",
		"a:\n  - name: x\n  - name: y\n - name: z\n":                  "4 begin each - in the same column",
		"a:\n  - name: x\n    k: 1\n   - name: y\n    k: 1\n":         "4 begin each - in the same column",
		"a: 1\n  b: 2\n":                                              "2 more than line 1",
		"a:\n    b: 1\n  c: 2\n":                                      "3 indented by 2 spaces",
		" a: 1\nb: 2\n":                                               "2 indented by 0 spaces",
		"a: 1\n# note\n\n   # more\n  b: 2\n":                         "5 more than line 1",
		strings.Repeat("a: {b: [1, 2]}\n\n", 300) + "  b: 2\na: {}\n": "601 more than line 599",
		// Colons.
		"a:\n  b: c: CANARY\n":              "2 on its own line",
		"a\n  - b: 1\n":                     "1 neither a key with a colon",
		"a:\n  - b: 1\n    c\n      d: 1\n": "3 neither a key with a colon",
		"a: 1\nb\nc: 2\n":                   "2 neither a key with a colon",
		"a: 1\nb:2\nc: 3\n":                 "2 needs a space after it",
		"b:2\nc: 3\n":                       "1 needs a space after it",
		"a:\n  b:CANARY\n  c: 3\n":          "2 needs a space after it",
		"a: CANARY: x\n":                    "1 must be in quotes",
		"a: 1\nb: see CANARY:\nc: 2\n":      "2 must be in quotes",
		// Brackets and quotes.
		"a: [1, 2\nb: 3\n":                   "1 not closed with ]",
		"z: 1\na: [1, 2\nb: 3\nc: 4":         "2 not closed with ]",
		"a: {b: 1, c: 2\nd: 3\n":             "1 not closed with }",
		"a:\n  b: {c: CANARY\n  d: {e: 1}\n": "2 not closed with }",
		"a: [1, 2}\n":                        "1 not closed with ]",
		"a: 1\nb: \"CANARY\nc: 2\n":          "2 never closed",
		"a: 'CANARY\nb: 1\nc: 3\n":           "1 never closed",
		"a: 'it's CANARY'\n":                 "1 in one pair of quotes",
		"x: 1\na: \"CANARY\" x\n":            "2 in one pair of quotes",
		"a: 1\nb: \"C:\\keys\\CANARY\"\n":    "2 in single quotes",
		// Characters that mean something.
		"a: 1\nb: @CANARY\n":            "2 cannot begin with @",
		"a: `CANARY`\n":                 "1 cannot begin with @",
		"a: %CANARY%\n":                 "1 cannot begin with @",
		"a: 1\nb: *CANARY\n":            "2 names an anchor that does not exist",
		"a: *CANARY\nb: &CANARY 1\n":    "1 names an anchor that does not exist",
		"a:\n  b: {c: 1, d: *CANARY}\n": "2 names an anchor that does not exist",
		"a: 1\nb: !<CANARY\n":           "2 begins with ! is a tag",
		"a: 1\nb: & CANARY\n":           "2 anchor or an alias",
		"a: 1\nb: *\n":                  "2 anchor or an alias",
		"a: |CANARY\n":                  "1 text begins on the next line",
		"a: 1\n%CANARY\n":               "2 begins with %",
		"a: 1\nb: >CANARY\nc: 1\n":      "2 text begins on the next line",
		"a: 1\nb: x\x00y\n":             "2 not UTF-8 or a control character",
		"a: 1\nb: x\xffy\n":             "2 not UTF-8 or a control character",
		"a: 1\nb: \x1b[0m\n":            "2 not UTF-8 or a control character",
		// More documents.
		"a: 1\n---\nb: 1\n":       "2 single YAML document; remove the line ---",
		"a: 1\n---\nb: [\nc: 1\n": "3 not closed with ]",
	} {
		d := &Decoder{}
		d.Document([]byte(strings.ReplaceAll(text, "CANARY", canary)))
		if len(d.Problems) != 1 {
			t.Errorf("%q: %v, want %s", text, d.Problems, want)
			continue
		}
		line, part, _ := strings.Cut(want, " ")
		got := d.Problems[0]
		if fmt.Sprint(got.Line) != line || !strings.Contains(got.Text, part) || strings.Contains(got.Text, canary) {
			t.Errorf("%.200q: %d %s, want %s", text, got.Line, got.Text, want)
		}
	}
}

// FuzzSyntax: any invalid YAML is reported quickly, at an existing line,
// without quoting the text.
func FuzzSyntax(f *testing.F) {
	for _, seed := range []string{"a: [\n", "a:\n\tb: 1\n", "- \n -\n", "a: *b\n", "%x\n", "? a\n: b\n- c", "a: 'b\n\n\n", "a: |\nb", "\xff", "a: &a [*a]\n---\n{"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		d := &Decoder{}
		d.Document(content)
		for _, p := range d.Problems {
			lines := 1 + len(content) // more than YAML's line breaks can make
			if p.Line < 0 || p.Line > lines {
				t.Errorf("line %d of %d: %s", p.Line, lines, p.Text)
			}
			if strings.Contains(p.Text, "did not find") || strings.Contains(p.Text, "found ") {
				t.Errorf("the library's words: %s", p.Text)
			}
		}
	})
}
