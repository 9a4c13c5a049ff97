// Package yamlnode decodes YAML strictly, key by key, and collects every
// problem with its line and path. The YAML library alone stops at the first
// kind of problem and knows no paths.
package yamlnode

import (
	"fmt"
	"maps"
	"slices"

	"go.yaml.in/yaml/v3"
)

// Bounds on what a few lines can name again and again: chains of aliases, and
// merge keys that are followed by one decoder.
const (
	maxAliases = 20
	maxMerges  = 100000
)

// Problem is one thing that is wrong.
type Problem struct {
	// Line is 0 if the problem has no line of its own.
	Line int
	// Path is where it is: apis.stripe.sources.report_runs.
	Path string
	Text string
}

// Decoder collects the problems of one document. The zero value is ready.
type Decoder struct {
	Problems []Problem
	// Keys is told, if it is set, which keys a mapping may have, by its path:
	// for documents that are written from the code.
	Keys   func(path string, keys []string)
	merges int
}

// Setter decodes the value of one key. A value of null never comes.
type Setter func(node *yaml.Node, path string)

// Problem notes what is wrong with a node.
func (d *Decoder) Problem(node *yaml.Node, path, format string, args ...any) {
	d.Problems = append(d.Problems, Problem{Line: node.Line, Path: path, Text: fmt.Sprintf(format, args...)})
}

// Object decodes a mapping whose keys are known. An unknown key is a problem,
// as is one that is there twice.
func (d *Decoder) Object(node *yaml.Node, path string, keys map[string]Setter) {
	if d.Keys != nil {
		d.Keys(path, Sorted(keys))
	}
	d.Each(node, path, func(key, value *yaml.Node, at string) {
		set, ok := keys[key.Value]
		if !ok {
			d.Problem(key, path, "unknown key %q%s", Shown(key.Value), Suggestion(key.Value, keys))
			return
		}
		if !IsNull(value) {
			set(value, at)
		}
	})
}

// Each hands on the pairs of a mapping, in their order.
func (d *Decoder) Each(node *yaml.Node, path string, pair func(key, value *yaml.Node, at string)) {
	if node = Resolve(node); IsNull(node) {
		return
	}
	if node.Kind != yaml.MappingNode {
		d.Problem(node, path, "must be a mapping")
		return
	}
	seen := make(map[string]bool)
	for _, each := range d.pairs(node, path) {
		key, value := each[0], each[1]
		if seen[key.Value] {
			d.Problem(key, path, "%q is set twice", Shown(key.Value))
			continue
		}
		seen[key.Value] = true
		pair(key, value, Join(path, Shown(key.Value)))
	}
}

// pairs returns the keys and values of a mapping with aliases resolved and
// merge keys (<<) applied.
func (d *Decoder) pairs(node *yaml.Node, path string) [][2]*yaml.Node {
	var own, merged [][2]*yaml.Node
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := Resolve(node.Content[i]), Resolve(node.Content[i+1])
		switch {
		case key.Kind != yaml.ScalarNode:
			d.Problem(key, path, "a key must be a text")
			continue
		case key.Tag != "!!merge":
			own = append(own, [2]*yaml.Node{key, value})
			continue
		}
		sources := []*yaml.Node{value}
		if value.Kind == yaml.SequenceNode {
			sources = value.Content
		}
		for _, source := range sources {
			if source = Resolve(source); source.Kind != yaml.MappingNode {
				d.Problem(key, path, "<< must name a mapping")
				continue
			}
			switch d.merges++; {
			case d.merges < maxMerges:
				merged = append(merged, d.pairs(source, path)...)
			case d.merges == maxMerges:
				d.Problem(key, path, "more than %d merge keys (<<) would have to be followed", maxMerges)
			}
		}
	}
	have := make(map[string]bool, len(own))
	for _, pair := range own {
		have[pair[0].Value] = true
	}
	for _, pair := range merged {
		if !have[pair[0].Value] {
			have[pair[0].Value] = true
			own = append(own, pair)
		}
	}
	return own
}

// Text decodes one value as text: a word of digits only is still text.
func (d *Decoder) Text(node *yaml.Node, path string) (text string, ok bool) {
	if node = Resolve(node); node.Kind != yaml.ScalarNode || IsNull(node) {
		d.Problem(node, path, "must be one value")
		return "", false
	}
	return node.Value, true
}

// Bool decodes true or false.
func (d *Decoder) Bool(node *yaml.Node, path string) (value, ok bool) {
	if node = Resolve(node); node.Kind != yaml.ScalarNode || node.Decode(&value) != nil {
		d.Problem(node, path, "must be true or false")
		return false, false
	}
	return value, true
}

// Int decodes a whole number.
func (d *Decoder) Int(node *yaml.Node, path string) (value int, ok bool) {
	if node = Resolve(node); node.Kind != yaml.ScalarNode || node.Tag != "!!int" || node.Decode(&value) != nil {
		d.Problem(node, path, "must be a whole number")
		return 0, false
	}
	return value, true
}

// List hands on the elements of a list.
func (d *Decoder) List(node *yaml.Node, path string, each func(node *yaml.Node, path string)) {
	if node = Resolve(node); node.Kind != yaml.SequenceNode {
		d.Problem(node, path, "must be a list, such as [a, b]")
		return
	}
	for i, element := range node.Content {
		each(Resolve(element), fmt.Sprintf("%s[%d]", path, i))
	}
}

// Texts decodes a list of texts.
func (d *Decoder) Texts(node *yaml.Node, path string) []string {
	var texts []string
	d.List(node, path, func(node *yaml.Node, path string) {
		if text, ok := d.Text(node, path); ok {
			texts = append(texts, text)
		}
	})
	return texts
}

// Resolve follows aliases.
func Resolve(node *yaml.Node) *yaml.Node {
	for i := 0; node.Kind == yaml.AliasNode && i < maxAliases; i++ {
		node = node.Alias
	}
	return node
}

// IsNull reports whether a node is null, which is as if it were not there.
func IsNull(node *yaml.Node) bool {
	return node.Kind == 0 || node.Kind == yaml.ScalarNode && node.Tag == "!!null"
}

// Join appends a key to a path.
func Join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// Small reports whether a node and everything below it, aliases followed, are
// at most limit nodes: aliases of aliases can make a small file huge.
func Small(node *yaml.Node, limit int) bool { return count(node, limit, 0) <= limit }

func count(node *yaml.Node, limit, depth int) int {
	if node = Resolve(node); depth > 100 {
		return limit + 1
	}
	total := 1
	for _, child := range node.Content {
		if total += count(child, limit-total, depth+1); total > limit {
			break
		}
	}
	return total
}

// Sorted returns the keys of a map in their order.
func Sorted[T any](m map[string]T) []string { return slices.Sorted(maps.Keys(m)) }
