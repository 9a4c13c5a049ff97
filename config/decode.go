package config

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"

	"export_status_exporter/config/yamlnode"
	"export_status_exporter/internal/files"
	"export_status_exporter/secret"
)

// Bounds on what a few lines can name again and again, and on what is told.
const (
	maxAliases  = 20
	maxMerges   = 100     // merge keys of merge keys
	maxSettings = 1000000 // what the file stands for, aliases and merge keys followed
	maxList     = 256
	maxTold     = 100
)

// decoder walks a YAML document and collects every problem with its line and
// path. The YAML library alone stops at the first kind of problem and knows no
// paths.
type decoder struct {
	ctx      context.Context //nolint:containedctx // A decoder lives as long as one call.
	files    *files.Reader
	problems []Problem      // the first maxTold
	found    int            // all of them
	lines    map[string]int // by path, for problems found later; null is not there
	given    given             // the settings that were found
	names    map[string]string // of settings, each once
	settings int
	hung     bool // a file was waited for in vain
}

// setter decodes the value of one key.
type setter func(node *yaml.Node, path string)

func (d *decoder) problem(node *yaml.Node, path, format string, args ...any) {
	if d.room() {
		d.tell(node.Line, path, fmt.Sprintf(format, args...))
	}
}

// room counts a problem, and reports whether it is one of those that are told.
func (d *decoder) room() bool {
	d.found++
	return d.found <= maxTold
}

func (d *decoder) tell(line int, path, text string) {
	d.problems = append(d.problems, Problem{Line: line, Path: path, Text: oneLine(text)})
}

// spend reports whether n more settings may be looked at. Beyond the bound Parse
// complains.
func (d *decoder) spend(n int) bool {
	d.settings += n
	return d.settings <= maxSettings
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
	d.pairwise(d.pairs(node, path), path, keys)
}

// pairwise decodes the settings of a mapping.
func (d *decoder) pairwise(pairs [][2]*yaml.Node, path string, keys map[string]setter) {
	seen := make(map[string]bool)
	for _, pair := range pairs {
		key, value := pair[0], pair[1]
		if seen[key.Value] {
			d.problem(key, path, "%q is set twice", yamlnode.Shown(key.Value))
			continue
		}
		seen[key.Value] = true
		set, ok := keys[key.Value]
		if !ok {
			if d.room() {
				d.tell(key.Line, path, fmt.Sprintf("unknown key %q%s", yamlnode.Shown(key.Value), yamlnode.Suggestion(key.Value, keys)))
			}
			continue
		}
		at := join(path, key.Value)
		if !isNull(value) {
			d.lines[at] = key.Line
			d.given = append(d.given, at)
		}
		set(value, at)
	}
}

// pairs returns the keys and values of a mapping with aliases resolved and
// merge keys (<<) applied.
func (d *decoder) pairs(node *yaml.Node, path string) [][2]*yaml.Node {
	return d.merged(node, path, 0)
}

func (d *decoder) merged(node *yaml.Node, path string, depth int) [][2]*yaml.Node {
	if depth > maxMerges {
		d.settings = maxSettings + 1 // it may be endless
	}
	if !d.spend(len(node.Content)/2 + 1) {
		return nil
	}
	var own, others [][2]*yaml.Node
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
			others = append(others, d.merged(source, path, depth+1)...)
			if !d.spend(1) {
				return nil
			}
		}
	}
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
	if !d.spend(len(own)) {
		return nil
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
	if list, ok := target.(*[]string); ok && node.Kind == yaml.SequenceNode {
		return d.list(node, path, list)
	}
	if kind == reflect.String && node.Kind == yaml.ScalarNode {
		// A token of digits only is still text.
		reflect.ValueOf(target).Elem().SetString(node.Value)
		return true
	}
	if node.Kind != yaml.ScalarNode || node.Decode(target) != nil {
		d.problem(node, path, "must be %s", describe(kind))
		return false
	}
	return true
}

// list decodes texts, without the library: that follows every alias again.
func (d *decoder) list(node *yaml.Node, path string, target *[]string) bool {
	if len(node.Content) > maxList {
		d.problem(node, path, "holds %d entries, more than %d", len(node.Content), maxList)
		return false
	}
	if !d.spend(len(node.Content)) {
		return false
	}
	list := make([]string, 0, len(node.Content))
	for _, entry := range node.Content {
		if entry = resolve(entry); entry.Kind != yaml.ScalarNode {
			d.problem(node, path, "must be %s", describe(reflect.Slice))
			return false
		}
		if isNull(entry) {
			list = append(list, "")
		} else {
			list = append(list, entry.Value)
		}
	}
	*target = list
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
