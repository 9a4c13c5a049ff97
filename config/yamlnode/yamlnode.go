// Package yamlnode decodes YAML strictly, key by key, and collects every
// problem with its line and path. The YAML library alone stops early and knows
// no paths.
package yamlnode

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"go.yaml.in/yaml/v3"
)

// MaxList is the maximum length of a list or map of settings.
const MaxList = 256

// Limits against documents that expand to something huge, and on the problems
// listed.
const (
	maxAliases  = 20
	maxMerges   = 100     // nesting of merge keys, and of values
	maxSettings = 1000000 // settings after expanding aliases and merge keys
	// A text counts as one more setting for each of this many bytes, because an alias
	// can repeat a long one cheaply.
	bytesPerSetting = 64
	maxText         = 256 << 10
	maxPath         = 4 << 10 // as on Linux
	maxTold         = 100
	// maxNodes limits the nodes of all documents together, by the estimate of
	// nodes. The library needs about 400 bytes for each.
	maxNodes = 700000
)

// Decoder decodes one document, or several that belong together, and collects
// their problems. The zero value is ready to use.
type Decoder struct {
	// File is the file of the current document. It is copied into its problems.
	File string
	// Problems holds the first 100 problems, and Found is the number of all.
	Problems []Problem
	Found    int
	// Keys, if set, is called with the path and the allowed keys of each
	// mapping, to generate documentation.
	Keys func(path string, keys []string)

	// Given, if set, is called with the path of every setting that the document
	// has.
	Given func(path string)

	// Elsewhere, if set, returns a hint where a key belongs that is unknown at
	// a path.
	Elsewhere func(path string, key, value *yaml.Node) string

	lines    map[string]int // by path, without settings that are null
	nulls    map[string]int // by path, settings that are null
	nodes    int            // of the documents so far, at most
	settings int
	depth    int // of the value being decoded
}

// Setter decodes the value of one key. It is not called for null, except by
// Known with withNull set.
type Setter func(node *yaml.Node, path string)

// Document parses a text with one YAML document. It returns nil if the text is
// not YAML or too large. An empty text is an empty mapping.
func (d *Decoder) Document(content []byte) *yaml.Node {
	if d.nodes += nodes(content); d.nodes > maxNodes {
		d.At(0, "", fmt.Sprintf("too many settings: judging by the punctuation, there are more than %d keys, values, list entries and comments", maxNodes))
		return nil
	}
	var document, second yaml.Node
	stream := yaml.NewDecoder(bytes.NewReader(content))
	switch err := stream.Decode(&document); {
	case errors.Is(err, io.EOF):
		return &yaml.Node{Kind: yaml.MappingNode}
	case err != nil:
		line, text := syntaxProblem(content, err)
		d.At(line, "", text)
		return nil
	}
	switch err := stream.Decode(&second); {
	case errors.Is(err, io.EOF):
	case err != nil:
		line, text := syntaxProblem(content, err)
		d.At(line, "", text)
	default:
		d.Problem(&second, "", "must be a single YAML document; remove the line --- and everything after it, or move it to another file")
	}
	return Resolve(document.Content[0])
}

// Object decodes a mapping with known keys. It reports unknown and duplicate
// keys.
func (d *Decoder) Object(node *yaml.Node, path string, keys map[string]Setter) {
	if d.Keys != nil {
		d.Keys(path, Sorted(keys))
	}
	if pairs, ok := d.open(node, path); ok {
		d.Known(pairs, path, keys, false)
	}
}

// Known is like Object for the pairs of a mapping. With withNull, it also calls
// setters for null.
func (d *Decoder) Known(pairs [][2]*yaml.Node, path string, keys map[string]Setter, withNull bool) {
	d.once(pairs, path, func(key, value *yaml.Node) {
		set, ok := keys[key.Value]
		if !ok {
			if d.room() {
				d.tell(key.Line, path, fmt.Sprintf("unknown key %q%s", Shown(key.Value), d.remedy(path, key, value, keys)))
			}
			return
		}
		at := Join(path, key.Value)
		if !IsNull(value) {
			d.note(at, key.Line)
		} else if d.noteNull(at, key.Line); !withNull {
			return
		}
		set(value, at)
	})
}

// Each calls pair for the pairs of a mapping, in order, with a path that is
// safe for messages.
func (d *Decoder) Each(node *yaml.Node, path string, pair func(key, value *yaml.Node, at string)) {
	if pairs, ok := d.open(node, path); ok {
		d.once(pairs, path, func(key, value *yaml.Node) { pair(key, value, Join(path, Shown(key.Value))) })
	}
}

// open returns the pairs of a mapping, and whether node is one. It reports
// other nodes except null.
func (d *Decoder) open(node *yaml.Node, path string) ([][2]*yaml.Node, bool) {
	node = Resolve(node)
	switch {
	case IsNull(node):
		return nil, false
	case node.Kind == yaml.SequenceNode:
		d.Problem(node, path, "must be a mapping of settings, KEY: VALUE, not a list: remove the -")
		return nil, false
	case node.Kind != yaml.MappingNode:
		d.Problem(node, path, "must be a mapping of settings")
		return nil, false
	default:
		return d.Pairs(node, path), true
	}
}

// once calls pair for the first pair with each key, and reports the others.
func (d *Decoder) once(pairs [][2]*yaml.Node, path string, pair func(key, value *yaml.Node)) {
	seen := make(map[string]int, len(pairs)) // the line of each key
	for _, each := range pairs {
		key := each[0]
		if first, twice := seen[key.Value]; twice {
			d.Problem(key, path, "%q is set twice, first in line %d; remove one of the two", Shown(key.Value), first)
			continue
		}
		seen[key.Value] = key.Line
		pair(key, each[1])
	}
}

// Pairs returns the keys and values of a mapping with aliases resolved and
// merge keys (<<) applied.
func (d *Decoder) Pairs(node *yaml.Node, path string) [][2]*yaml.Node {
	return d.merged(node, path, 0)
}

func (d *Decoder) merged(node *yaml.Node, path string, depth int) [][2]*yaml.Node {
	spent := len(node.Content)/2 + 1
	if depth > maxMerges {
		spent = maxSettings // it may be an endless cycle
	}
	if !d.spend(spent) {
		return nil
	}
	var own, others [][2]*yaml.Node
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := Resolve(node.Content[i]), Resolve(node.Content[i+1])
		switch {
		case key.Kind != yaml.ScalarNode:
			d.Problem(key, path, "a key must be a string")
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
			others = append(others, d.merged(source, path, depth+1)...)
			if !d.spend(1) {
				return nil
			}
		}
	}
	if own = without(own, others); len(others) > 0 && !d.spend(len(own)) {
		return nil
	}
	return own
}

// without returns the pairs of a mapping, followed by the merged pairs with
// other keys.
func without(own, others [][2]*yaml.Node) [][2]*yaml.Node {
	if len(others) == 0 {
		return own
	}
	have := make(map[string]bool, len(own))
	for _, pair := range own {
		have[pair[0].Value] = true
	}
	for _, pair := range others {
		if !have[pair[0].Value] {
			have[pair[0].Value] = true
			own = append(own, pair)
		}
	}
	return own
}

// Resolve returns the node that an alias, or a short chain of them, stands for.
func Resolve(node *yaml.Node) *yaml.Node {
	for i := 0; node.Kind == yaml.AliasNode && i < maxAliases; i++ {
		node = node.Alias
	}
	return node
}

// IsNull reports whether a node is null, which counts as missing.
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

// Small reports whether a node has at most limit nodes, itself and expanded
// aliases included. With aliases of aliases, a small file can be huge.
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

// Sorted returns the keys of a map in ascending order.
func Sorted[T any](m map[string]T) []string { return slices.Sorted(maps.Keys(m)) }
