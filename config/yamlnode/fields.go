package yamlnode

import (
	"encoding"
	"fmt"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Custom is a setting of a form of its own, such as a word or a mapping.
type Custom interface {
	// DecodeNode reads the setting, and adds what is wrong with it.
	DecodeNode(d *Decoder, node *yaml.Node, path string)
}

// Group is one field that is several settings.
type Group interface {
	// Settings are the targets, by what follows the field's name.
	Settings() map[string]any
}

// Tag is the name of a field's setting, empty if it is none.
func Tag(field reflect.StructField) string {
	name, _, _ := strings.Cut(field.Tag.Get("yaml"), ",")
	if name == "-" {
		return ""
	}
	return name
}

// Fields returns a setter for each setting of a struct, by its yaml tags.
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

// Value decodes a value into what target points to: a text, a number, a struct,
// a list or a map of such, or what reads itself. It reports whether it did; null
// is no value. The library's messages quote what they could not decode, so only
// the expected form is told.
func (d *Decoder) Value(node *yaml.Node, path string, target any) bool {
	if node = Resolve(node); IsNull(node) {
		return false
	}
	if d.depth++; d.depth > maxMerges && !d.spend(maxSettings) { // it may be endless
		return false
	}
	defer func() { d.depth-- }()
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
			value.SetString(node.Value) // digits only are text, too
			return true
		}
		d.Problem(node, path, "must be a text")
		return false
	default:
		// The library would cut a fraction off.
		fraction := kind == reflect.Int && node.Tag != "!!int"
		if node.Kind != yaml.ScalarNode || fraction || node.Decode(target) != nil {
			d.Problem(node, path, "must be %s", describe(kind))
			return false
		}
		return true
	}
}

func (d *Decoder) text(node *yaml.Node, path string, target encoding.TextUnmarshaler) bool {
	if node.Kind != yaml.ScalarNode {
		d.Problem(node, path, "must be one value")
		return false
	}
	if err := target.UnmarshalText([]byte(node.Value)); err != nil {
		d.Problem(node, path, "%s", err)
		return false
	}
	return true
}

// mapping decodes a map of texts to anything.
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

// slice decodes a list of anything.
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

// texts decodes a list of texts, without the library: that follows every alias
// again. Null is an empty text.
func (d *Decoder) texts(node *yaml.Node, path string) ([]string, bool) {
	switch {
	case node.Kind != yaml.SequenceNode:
		d.Problem(node, path, "must be a list of texts, such as [a, b]")
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
			d.Problem(node, path, "must be a list of texts, such as [a, b]")
			return nil, false
		}
		if IsNull(entry) {
			list = append(list, "")
		} else {
			list = append(list, entry.Value)
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
		return "of another form, see the documentation"
	}
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
	ok = d.Value(node, path, &value)
	return value, ok
}

// Int decodes a whole number.
func (d *Decoder) Int(node *yaml.Node, path string) (value int, ok bool) {
	ok = d.Value(node, path, &value)
	return value, ok
}

// List hands on the elements of a list.
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

// Texts decodes a list of texts.
func (d *Decoder) Texts(node *yaml.Node, path string) []string {
	texts, _ := d.texts(Resolve(node), path)
	return texts
}
