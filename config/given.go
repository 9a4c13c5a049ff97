package config

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"export_status_exporter/config/yamlnode"
)

// given lists the settings that the file sets, by their path in the file or in
// an account.
type given []string

// has reports whether the file sets a setting.
func (g given) has(path string) bool { return slices.Contains(g, path) }

// inside reports whether the file sets a part of a setting.
func (g given) inside(path string) bool {
	return slices.ContainsFunc(g, func(each string) bool { return strings.HasPrefix(each, path+".") })
}

// givenSince removes and returns the settings found since there were n of them,
// relative to a path. There are few different names, so accounts share their
// strings.
func (d *decoder) givenSince(n int, path string) given {
	var found given
	for _, each := range d.given[n:] {
		name := strings.TrimPrefix(each, path+".")
		if known, ok := d.names[name]; ok {
			name = known
		} else {
			name = strings.Clone(name)
			d.names[name] = name
		}
		found = append(found, name)
	}
	d.given = d.given[:n]
	return found
}

// note adds a comment to each setting that is not in the file: "inherited" if
// it comes from the general settings, else "default".
func note(node *yaml.Node, path string, own, general given) {
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		at := yamlnode.Join(path, key.Value)
		open := value.Kind == yaml.MappingNode && len(value.Content) > 0
		if open && (own.inside(at) || !own.has(at) && at != "expect.types") {
			note(value, at, own, general)
		}
		if own.has(at) || own.inside(at) {
			continue
		}
		text := "default"
		if general.has(at) || general.inside(at) {
			text = "inherited"
		}
		if len(value.Content) > 0 && value.Style != yaml.FlowStyle {
			key.LineComment = text
		} else {
			value.LineComment = text
		}
	}
}
