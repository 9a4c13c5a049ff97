package yamlnode

import (
	"encoding"
	"fmt"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Custom is a setting with a form of its own, such as a word or a mapping.
type Custom interface {
	// DecodeNode decodes the setting and reports its problems to d.
	DecodeNode(d *Decoder, node *yaml.Node, path string)
}

// Group is one field that stands for several settings.
type Group interface {
	// Settings returns the targets by the suffix that is appended to the
	// field's name.
	Settings() map[string]any
}

// Tag returns the name of a field's setting, empty if it has none.
func Tag(field reflect.StructField) string {
	name, _, _ := strings.Cut(field.Tag.Get("yaml"), ",")
	if name == "-" {
		return ""
	}
	return name
}

// Fields returns a setter for each setting of the struct that target points to,
// by its yaml tag.
func (d *Decoder) Fields(target any) map[string]Setter {
	keys := make(map[string]Setter)
	value := reflect.ValueOf(target).Elem()
	for i := range value.NumField() {
		name := Tag(value.Type().Field(i))
		if name == "" {
			continue
		}
		field := value.Field(i).Addr().Interface()
		parts := map[string]any{"": field}
		if group, ok := field.(Group); ok {
			parts = group.Settings()
		}
		for suffix, part := range parts {
			keys[name+suffix] = func(node *yaml.Node, path string) { d.Value(node, path, part) }
		}
	}
	return keys
}

// Value decodes a node into target, a pointer to a string, number, bool,
// struct, slice, map, Custom or encoding.TextUnmarshaler. It reports whether it
// stored a value; null stores none. Problems state only the expected form,
// because the library's messages quote the value.
func (d *Decoder) Value(node *yaml.Node, path string, target any) bool {
	if node = Resolve(node); IsNull(node) {
		return false
	}
	if d.depth++; d.depth > maxMerges && !d.spend(maxSettings) { // it may be an endless cycle
		return false
	}
	defer func() { d.depth-- }()
	if !d.fits(node, path) {
		return false
	}
	switch target := target.(type) {
	case Custom:
		before := d.Found
		target.DecodeNode(d, node, path)
		return d.Found == before
	case encoding.TextUnmarshaler:
		return d.text(node, path, target)
	}
	value := reflect.ValueOf(target).Elem()
	switch kind := value.Kind(); kind {
	case reflect.Struct:
		before := d.Found
		d.Object(node, path, d.Fields(target))
		return d.Found == before
	case reflect.Map:
		return d.mapping(node, path, value)
	case reflect.Slice:
		return d.slice(node, path, value)
	case reflect.String:
		if node.Kind == yaml.ScalarNode {
			value.SetString(node.Value) // a number is accepted as text too
			return true
		}
		d.Problem(node, path, "must be a string")
		return false
	default:
		// The library would truncate a fraction.
		fraction := kind == reflect.Int && node.Tag != "!!int"
		if node.Kind != yaml.ScalarNode || fraction || node.Decode(target) != nil {
			d.Problem(node, path, "must be %s", describe(kind))
			return false
		}
		return true
	}
}

// fits reports whether a scalar is not too long, and counts it. Other nodes fit.
func (d *Decoder) fits(node *yaml.Node, path string) bool {
	limit := maxText
	if strings.HasSuffix(path, "_file") {
		limit = maxPath
	}
	switch bytes := len(node.Value); {
	case node.Kind != yaml.ScalarNode:
		return true
	case bytes > limit:
		d.Problem(node, path, "has %d bytes, more than %d", bytes, limit)
		return false
	default:
		return d.spend(bytes / bytesPerSetting)
	}
}

func (d *Decoder) text(node *yaml.Node, path string, target encoding.TextUnmarshaler) bool {
	if node.Kind != yaml.ScalarNode {
		d.Problem(node, path, "must be a single value")
		return false
	}
	if err := target.UnmarshalText([]byte(node.Value)); err != nil {
		d.Problem(node, path, "%s", err)
		return false
	}
	return true
}

// mapping decodes a map with string keys.
func (d *Decoder) mapping(node *yaml.Node, path string, target reflect.Value) bool {
	before := d.Found
	filled := reflect.MakeMap(target.Type())
	d.Each(node, path, func(key, value *yaml.Node, at string) {
		element := reflect.New(target.Type().Elem())
		switch {
		case filled.Len() == MaxList:
			d.Problem(key, path, "holds more than %d settings", MaxList)
		case d.Value(value, at, element.Interface()):
			filled.SetMapIndex(reflect.ValueOf(key.Value), element.Elem())
		}
	})
	if filled.Len() > 0 {
		target.Set(filled)
	}
	return d.Found == before
}

// slice decodes a list.
func (d *Decoder) slice(node *yaml.Node, path string, target reflect.Value) bool {
	if list, ok := target.Addr().Interface().(*[]string); ok {
		texts, ok := d.texts(node, path)
		if ok {
			*list = texts
		}
		return ok
	}
	if len(node.Content) > MaxList {
		d.Problem(node, path, "holds %d entries, more than %d", len(node.Content), MaxList)
		return false
	}
	before := d.Found
	filled := reflect.MakeSlice(target.Type(), 0, 0)
	d.List(node, path, func(node *yaml.Node, path string) {
		element := reflect.New(target.Type().Elem())
		if d.Value(node, path, element.Interface()) {
			filled = reflect.Append(filled, element.Elem())
		}
	})
	target.Set(filled)
	return d.Found == before
}

// texts decodes a list of strings itself, because the library would expand
// every alias again. Null is an empty string.
func (d *Decoder) texts(node *yaml.Node, path string) ([]string, bool) {
	switch {
	case node.Kind != yaml.SequenceNode:
		d.Problem(node, path, "must be a list of strings, such as [a, b]")
		return nil, false
	case len(node.Content) > MaxList:
		d.Problem(node, path, "holds %d entries, more than %d", len(node.Content), MaxList)
		return nil, false
	case !d.spend(len(node.Content)):
		return nil, false
	}
	list := make([]string, 0, len(node.Content))
	for _, entry := range node.Content {
		if entry = Resolve(entry); entry.Kind != yaml.ScalarNode {
			d.Problem(node, path, "must be a list of strings, such as [a, b]")
			return nil, false
		}
		switch {
		case IsNull(entry):
			list = append(list, "")
		case d.fits(entry, path):
			list = append(list, entry.Value)
		default:
			return nil, false
		}
	}
	return list, true
}

func describe(kind reflect.Kind) string {
	switch kind {
	case reflect.Bool:
		return "true or false"
	case reflect.Int:
		return "a whole number"
	default:
		return "in another form; see the documentation"
	}
}

// Text decodes a scalar as a string, even if it is a number.
func (d *Decoder) Text(node *yaml.Node, path string) (text string, ok bool) {
	if node = Resolve(node); node.Kind != yaml.ScalarNode || IsNull(node) {
		d.Problem(node, path, "must be a single value")
		return "", false
	}
	return node.Value, d.fits(node, path)
}

// Bool decodes true or false.
func (d *Decoder) Bool(node *yaml.Node, path string) (value, ok bool) {
	ok = d.Value(node, path, &value)
	return value, ok
}

// Int decodes a whole number.
func (d *Decoder) Int(node *yaml.Node, path string) (value int, ok bool) {
	ok = d.Value(node, path, &value)
	return value, ok
}

// List calls each for the elements of a list.
func (d *Decoder) List(node *yaml.Node, path string, each func(node *yaml.Node, path string)) {
	if node = Resolve(node); node.Kind != yaml.SequenceNode {
		d.Problem(node, path, "must be a list, such as [a, b]")
		return
	}
	if !d.spend(len(node.Content)) {
		return
	}
	for i, element := range node.Content {
		each(Resolve(element), fmt.Sprintf("%s[%d]", path, i))
	}
}

// Texts decodes a list of strings.
func (d *Decoder) Texts(node *yaml.Node, path string) []string {
	texts, _ := d.texts(Resolve(node), path)
	return texts
}
