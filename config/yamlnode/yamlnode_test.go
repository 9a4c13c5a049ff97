package yamlnode

import (
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// decoded decodes a document with known keys, and returns the problems.
func decoded(t *testing.T, text string) (read map[string]string, problems []Problem) {
	t.Helper()
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(text), &document); err != nil {
		t.Fatal(err)
	}
	read = make(map[string]string)
	d := &Decoder{}
	set := func(node *yaml.Node, path string) { read[path], _ = d.Text(node, path) }
	d.Object(document.Content[0], "", map[string]Setter{"list": set, "report": set, "auth": set})
	return read, d.Problems
}

// TestObject: known keys are decoded in every notation of YAML, and every
// problem has its line.
func TestObject(t *testing.T) {
	for text, want := range map[string]struct {
		read    map[string]string
		line    int
		problem string
	}{
		"list: a\nreport: 7\n":          {map[string]string{"list": "a", "report": "7"}, 0, ""},
		"list: &x a\nreport: *x\n":      {map[string]string{"list": "a", "report": "a"}, 0, ""},
		"list: ~\n":                     {nil, 0, ""},
		"list: a\nrepost: b\n":          {map[string]string{"list": "a"}, 2, `did you mean "report"?`},
		"list: a\nlist: b\n":            {map[string]string{"list": "a"}, 2, "is set twice"},
		"- list\n":                      {nil, 1, "must be a mapping"},
		"list: [a]\n":                   {map[string]string{"list": ""}, 1, "must be a single value"},
		"nothing_like_any_of_them: a\n": {nil, 1, `unknown key "nothing_like_any..."`},
		"sk_live_0123456789abcdef0123456789abcdef: a\n": {nil, 1, `unknown key "sk_live_01234567..."`},
		"token=abc: a\n": {nil, 1, `unknown key "token..."`},
	} {
		read, problems := decoded(t, text)
		for path, value := range want.read {
			if read[path] != value {
				t.Errorf("%q: %v", text, read)
			}
		}
		switch {
		case want.problem == "" && len(problems) > 0, want.problem != "" && len(problems) != 1:
			t.Errorf("%q: %v", text, problems)
		case want.problem != "" && (problems[0].Line != want.line || !strings.Contains(problems[0].Text, want.problem)):
			t.Errorf("%q: %+v, want line %d: %s", text, problems[0], want.line, want.problem)
		}
	}
}

// TestMergeKeys: merged settings come after explicit ones, and an endless merge
// is stopped.
func TestMergeKeys(t *testing.T) {
	var document yaml.Node
	text := "base: &base {list: a, report: b}\nuse:\n  <<: *base\n  report: c\n"
	if err := yaml.Unmarshal([]byte(text), &document); err != nil {
		t.Fatal(err)
	}
	read := make(map[string]string)
	d := &Decoder{}
	set := func(node *yaml.Node, path string) { read[path], _ = d.Text(node, path) }
	d.Object(document.Content[0], "", map[string]Setter{
		"base": func(*yaml.Node, string) {},
		"use": func(node *yaml.Node, path string) {
			d.Object(node, path, map[string]Setter{"list": set, "report": set})
		},
	})
	if len(d.Problems) > 0 || read["use.list"] != "a" || read["use.report"] != "c" {
		t.Errorf("%v, problems %v", read, d.Problems)
	}
}
