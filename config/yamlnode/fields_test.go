package yamlnode

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// grade is an encoding.TextUnmarshaler.
type grade int

func (g *grade) UnmarshalText(text []byte) error {
	if len(text) != 1 || text[0] < 'a' || text[0] > 'f' {
		return errors.New("is no grade from a to f")
	}
	*g = grade(text[0])
	return nil
}

// wordOrMapping is the word of a kind, or a mapping with more about it.
type wordOrMapping struct {
	Kind string `yaml:"kind"`
	Size int    `yaml:"size"`
}

func (w *wordOrMapping) DecodeNode(d *Decoder, node *yaml.Node, path string) {
	if node.Kind == yaml.MappingNode {
		d.Object(node, path, d.Fields(w))
		return
	}
	w.Kind, _ = d.Text(node, path)
}

// pair is two settings.
type pair struct{ Text, File string }

func (p *pair) Settings() map[string]any { return map[string]any{"": &p.Text, "_file": &p.File} }

type inner struct {
	Name  string  `yaml:"name"`
	Grade grade   `yaml:"grade"`
	Deep  []inner `yaml:"deep"`
}

type everything struct {
	Inner  inner               `yaml:"inner"`
	List   []inner             `yaml:"list"`
	ByName map[string]inner    `yaml:"by_name"`
	Texts  []string            `yaml:"texts"`
	Lists  map[string][]string `yaml:"lists"`
	Form   wordOrMapping       `yaml:"form"`
	Secret pair                `yaml:"secret"`
	On     bool                `yaml:"on"`
	Count  int                 `yaml:"count"`
	Hidden string              `yaml:"-"`
	Own    string
}

// read decodes a text into everything.
func read(text string) (everything, *Decoder) {
	var all everything
	d := &Decoder{}
	if root := d.Document([]byte(text)); root != nil {
		d.Object(root, "", d.Fields(&all))
	}
	return all, d
}

// TestFields: nested settings of all kinds are decoded.
func TestFields(t *testing.T) {
	got, d := read(`
inner: &one {name: a, grade: b, deep: [{name: c, deep: [{grade: d}]}]}
list: [*one, {<<: *one, name: e}]
by_name: {x: *one, 7: {name: 8}}
texts: [a, 1, true, ~]
lists: {x: [y, z]}
form: word
secret: s
secret_file: f
on: true
count: 0x10
`)
	one := inner{Name: "a", Grade: 'b', Deep: []inner{{Name: "c", Deep: []inner{{Grade: 'd'}}}}}
	other := one
	other.Name = "e"
	want := everything{
		Inner: one, List: []inner{one, other}, ByName: map[string]inner{"x": one, "7": {Name: "8"}}, Texts: []string{"a", "1", "true", ""},
		Lists: map[string][]string{"x": {"y", "z"}}, Form: wordOrMapping{Kind: "word"}, Secret: pair{"s", "f"}, On: true, Count: 16,
	}
	if !reflect.DeepEqual(got, want) || d.Found != 0 {
		t.Errorf("%+v, problems %v", got, d.Problems)
	}
	if got, _ := read("form: {kind: a, size: 3}\n"); got.Form != (wordOrMapping{"a", 3}) {
		t.Errorf("%+v", got.Form)
	}
}

// TestWrongFields: each problem has its line and its path, however deep.
func TestWrongFields(t *testing.T) {
	for text, want := range map[string]string{
		"inner: 7\n":                                   "1 inner: must be a mapping of settings",
		"inner:\n  grade: z\n":                         "2 inner.grade: is no grade from a to f",
		"inner:\n  grade: [a]\n":                       "2 inner.grade: must be a single value",
		"list:\n  - {name: a}\n  - {naem: b}\n":        `3 list[1]: unknown key "naem", did you mean "name"?`,
		"list: {name: a}\n":                            "1 list: must be a list, such as [a, b]",
		"list:\n  - deep:\n      - deep: x\n":          "3 list[0].deep[0].deep: must be a list, such as [a, b]",
		"by_name: [a]\n":                               "1 by_name: must be a mapping of settings",
		"by_name:\n  x:\n    grade: 1\n":               "3 by_name.x.grade: is no grade from a to f",
		"texts: a\n":                                   "1 texts: must be a list of strings, such as [a, b]",
		"texts: [[a]]\n":                               "1 texts: must be a list of strings, such as [a, b]",
		"lists:\n  x: 1\n":                             "2 lists.x: must be a list of strings, such as [a, b]",
		"form:\n  size: many\n":                        "2 form.size: must be a whole number",
		"form: {sise: 1}\n":                            `1 form: unknown key "sise", did you mean "size"?`,
		"secret_fil: a\n":                              `1 unknown key "secret_fil", did you mean "secret_file"?`,
		"secret: {a: b}\n":                             "1 secret: must be a string",
		"on: perhaps\n":                                "1 on: must be true or false",
		"count: 1.5\n":                                 "1 count: must be a whole number",
		"Own: a\n":                                     `1 unknown key "Own"; known are: by_name, count, form,`,
		"inner: {name: a, name: b}\n":                  `1 inner: "name" is set twice`,
		"texts: [" + strings.Repeat("a,", 257) + "]\n": "1 texts: holds 257 entries, more than 256",
		"list: [" + strings.Repeat("{name: a},", 257) + "]\n": "1 list: holds 257 entries, more than 256",
		"texts: [*gone]\n":  "1 not valid YAML: a value that begins with * names an anchor that does not exist above it; put a text that begins with * in quotes",
		"a: 1\n---\nb: 1\n": "2 must be a single YAML document",
	} {
		_, d := read(text)
		var got []string
		for _, p := range d.Problems {
			got = append(got, fmt.Sprintf("%d %s", p.Line, strings.TrimPrefix(p.Path+": "+p.Text, ": ")))
		}
		if !strings.Contains(strings.Join(got, "\n"), want) {
			t.Errorf("%.60q: %v, want %s", text, got, want)
		}
	}
	var many strings.Builder
	for i := range 257 {
		fmt.Fprintf(&many, "k%d: {}, ", i)
	}
	if _, d := read("by_name: {" + many.String() + "}\n"); d.Found != 1 || !strings.Contains(d.Problems[0].Text, "more than 256 settings") {
		t.Errorf("a map without bounds: %v", d.Problems)
	}
}

// TestManyProblems: the first hundred problems are listed, and all are counted.
func TestManyProblems(t *testing.T) {
	var text strings.Builder
	for i := range 150 {
		fmt.Fprintf(&text, "k%d: 1\n", i)
	}
	if _, d := read(text.String()); d.Found != 150 || len(d.Problems) != 100 {
		t.Errorf("found %d, told %d", d.Found, len(d.Problems))
	}
	if _, d := read("inner: &a {deep: [{<<: *a}]}\n"); d.Found != 1 || !d.Exceeded() {
		t.Errorf("an endless merge: %v", d.Problems)
	}
}
