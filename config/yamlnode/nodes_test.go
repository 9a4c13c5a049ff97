package yamlnode

import (
	"math/rand/v2"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// TestNodesAreAnUpperBound: no text has more nodes than estimated.
func TestNodesAreAnUpperBound(t *testing.T) {
	t.Parallel()
	check := func(text string) bool {
		var document yaml.Node
		if yaml.Unmarshal([]byte(text), &document) != nil || len(document.Content) == 0 {
			return false
		}
		if got, most := count(document.Content[0], 1<<20, 0), nodes([]byte(text)); got > most {
			t.Errorf("%q has %d nodes, estimated at %d", text, got, most)
		}
		return true
	}
	for _, text := range []string{
		"a", "a: 1", "a: {b, c: d, e: }", "[a: b, c: d]", "[[[[a]]]]", "- - - - a", "- a: b\n- c: d", "-\n-\n-", "? a\n? b\n? c", "{? a, ? b}", `{"a":1,"b":2}`,
		"? - a\n: - b", "- a\u2028- b", "- a\r- b", "-\u0085-\u0085-", "{a: [b, {c}]}", "&x a: *x", "[,]", "[a,,b]", "{,}", "- !!str\n- !!str", "a:\n- b\n- c", "{a, b, c}", "{[a, b], {c, d}}",
	} {
		check(text)
	}
	random, valid := rand.New(rand.NewPCG(1, 2)), 0
	pieces := []string{"a", "b", ": ", ":", ", ", ",", "- ", "-", "[", "]", "{", "}", "? ", "?", "\n", "\n  ", "\n- ", "\r", "\u2028", "\u0085", `"`, "'", "#", " #", "&x ", "!", "|", ">", "---\n", "<<: "}
	for range 40000 {
		var text strings.Builder
		for range 1 + random.IntN(12) {
			text.WriteString(pieces[random.IntN(len(pieces))])
		}
		if check(text.String()) {
			valid++
		}
	}
	if valid < 2000 {
		t.Errorf("only %d texts were YAML", valid)
	}
}

// TestTooManyNodes: a text with too many nodes is not even parsed, and all
// documents of a decoder count together.
func TestTooManyNodes(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"the same key": strings.Repeat("a: 1\n", maxNodes/2), "empty maps": strings.Repeat("- {}\n", maxNodes), "a list": strings.Repeat("- a\n", maxNodes),
		"commas": "[" + strings.Repeat("a,", maxNodes) + "]",
	} {
		d := &Decoder{}
		if d.Document([]byte(text)) != nil || len(d.Problems) != 1 || !strings.Contains(d.Problems[0].Text, "too many settings") {
			t.Errorf("%s: %v", name, d.Problems)
		}
	}
	if got := nodes([]byte("a: 1 # b\n" + strings.Repeat("#", 80) + "\n" + strings.Repeat("-", 80) + "b\n")); got != 5 {
		t.Errorf("a pair with comments is estimated at %d nodes", got)
	}
	d := &Decoder{}
	half := []byte(strings.Repeat("- a\n", maxNodes/2))
	if d.Document(half) == nil || d.Document(half) != nil {
		t.Error("the documents do not count together")
	}
}
