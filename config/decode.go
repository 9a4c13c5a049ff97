package config

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"export_status_exporter/secret"
)

// Bounds on what a few lines can name again and again: chains of aliases, and
// merge keys that are followed in one file.
const (
	maxAliases = 20
	maxMerges  = 100000
)

// decoder walks a YAML document and collects every problem with its line and
// path. The YAML library alone stops at the first kind of problem and knows no
// paths.
type decoder struct {
	problems []Problem
	lines    map[string]int // by path, for problems found later; null is not there
	merges   int
}

// setter decodes the value of one key.
type setter func(node *yaml.Node, path string)

func (d *decoder) problem(node *yaml.Node, path, format string, args ...any) {
	d.problems = append(d.problems, Problem{Line: node.Line, Path: path, Text: fmt.Sprintf(format, args...)})
}

// object decodes a mapping, key by key. An unknown key is a problem, as is one
// that stands twice.
func (d *decoder) object(node *yaml.Node, path string, keys map[string]setter) {
	if isNull(node) {
		return
	}
	if node.Kind != yaml.MappingNode {
		d.problem(node, path, "must be a mapping of settings")
		return
	}
	seen := make(map[string]bool)
	for _, pair := range d.pairs(node, path) {
		key, value := pair[0], pair[1]
		if seen[key.Value] {
			d.problem(key, path, "%q is set twice", shown(key.Value))
			continue
		}
		seen[key.Value] = true
		set, ok := keys[key.Value]
		if !ok {
			d.problem(key, path, "unknown key %q%s", shown(key.Value), suggestion(key.Value, keys))
			continue
		}
		at := join(path, key.Value)
		if !isNull(value) {
			d.lines[at] = key.Line
		}
		set(value, at)
	}
}

// pairs returns the keys and values of a mapping with aliases resolved and
// merge keys (<<) applied.
func (d *decoder) pairs(node *yaml.Node, path string) [][2]*yaml.Node {
	var own, merged [][2]*yaml.Node
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], resolve(node.Content[i+1])
		if key.Tag != "!!merge" {
			own = append(own, [2]*yaml.Node{key, value})
			continue
		}
		sources := []*yaml.Node{value}
		if value.Kind == yaml.SequenceNode {
			sources = value.Content
		}
		for _, source := range sources {
			if source = resolve(source); source.Kind != yaml.MappingNode {
				d.problem(key, path, "<< must name a mapping")
				continue
			}
			if d.merges++; d.merges <= maxMerges { // beyond it Parse complains
				merged = append(merged, d.pairs(source, path)...)
			}
		}
	}
	for _, pair := range merged {
		if !slices.ContainsFunc(own, func(have [2]*yaml.Node) bool { return have[0].Value == pair[0].Value }) {
			own = append(own, pair)
		}
	}
	return own
}

// resolve follows aliases.
func resolve(node *yaml.Node) *yaml.Node {
	for i := 0; node.Kind == yaml.AliasNode && i < maxAliases; i++ {
		node = node.Alias
	}
	return node
}

func isNull(node *yaml.Node) bool { return node.Kind == yaml.ScalarNode && node.Tag == "!!null" }

// fields returns a setter for each setting of a struct, by its yaml tags. A
// secret.Ref is three settings: the value, its file and its variable.
func (d *decoder) fields(target any) map[string]setter {
	keys := make(map[string]setter)
	value := reflect.ValueOf(target).Elem()
	for i := range value.NumField() {
		name, _, _ := strings.Cut(value.Type().Field(i).Tag.Get("yaml"), ",")
		if name == "" || name == "-" {
			continue
		}
		field := value.Field(i).Addr().Interface()
		if ref, ok := field.(*secret.Ref); ok {
			d.secretFields(keys, name, ref)
			continue
		}
		keys[name] = func(node *yaml.Node, path string) { d.value(node, path, field) }
	}
	return keys
}

func (d *decoder) secretFields(keys map[string]setter, name string, ref *secret.Ref) {
	keys[name] = func(node *yaml.Node, path string) {
		var text string
		if d.value(node, path, &text) {
			ref.Value = secret.New(text)
		}
	}
	keys[name+"_file"] = func(node *yaml.Node, path string) { d.value(node, path, &ref.File) }
	keys[name+"_env"] = func(node *yaml.Node, path string) { d.value(node, path, &ref.Env) }
}

// value decodes a value whose type the YAML library knows. Its messages quote
// what they could not decode, so only the expected type is told.
func (d *decoder) value(node *yaml.Node, path string, target any) bool {
	if isNull(node) {
		return false
	}
	if custom, ok := target.(interface{ parse(text string) error }); ok {
		if node.Kind != yaml.ScalarNode {
			d.problem(node, path, "must be one value")
			return false
		}
		if err := custom.parse(node.Value); err != nil {
			d.problem(node, path, "%s", err)
			return false
		}
		return true
	}
	kind := reflect.TypeOf(target).Elem().Kind()
	if kind == reflect.String && node.Kind == yaml.ScalarNode {
		// A token of digits only is still text.
		reflect.ValueOf(target).Elem().SetString(node.Value)
		return true
	}
	if err := node.Decode(target); err != nil {
		d.problem(node, path, "must be %s", describe(kind))
		return false
	}
	return true
}

func describe(kind reflect.Kind) string {
	switch kind {
	case reflect.Slice:
		return "a list of texts"
	case reflect.Bool:
		return "true or false"
	case reflect.Int:
		return "a whole number"
	case reflect.String:
		return "a text"
	default:
		return "of another form, see the documentation"
	}
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
