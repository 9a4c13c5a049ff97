package config

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"export_status_exporter/config/yamlnode"
)

// given are the settings that stand in the file, by their path in it or in an
// account.
type given []string

// has reports whether a setting stands in the file.
func (g given) has(path string) bool {
	for _, each := range g {
		if each == path {
			return true
		}
	}
	return false
}

// inside reports whether a part of a setting stands in the file.
func (g given) inside(path string) bool {
	for _, each := range g {
		if strings.HasPrefix(each, path+".") {
			return true
		}
	}
	return false
}

// givenSince returns the settings that were found since there were n of them,
// relative to a path. The names of settings are few: accounts share them.
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

// note writes behind every setting that nobody wrote where its value is from: the
// general settings, or what the program takes.
func note(node *yaml.Node, path string, own, general given) {
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		at := yamlnode.Join(path, key.Value)
		open := value.Kind == yaml.MappingNode && len(value.Content) > 0
		if open && (own.inside(at) || !own.has(at) && at != "expect.types") {
			note(value, at, own, general)
			continue
		}
		if own.has(at) {
			continue
		}
		text := "default"
		if general.has(at) {
			text = "inherited"
		}
		if len(value.Content) > 0 && value.Style != yaml.FlowStyle {
			key.LineComment = text
		} else {
			value.LineComment = text
		}
	}
}
