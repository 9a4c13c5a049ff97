package definition

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"strings"

	"go.yaml.in/yaml/v3"

	"export_status_exporter/config/yamlnode"
)

// embedded holds the definitions that are part of the program.
//
//go:embed presets/*.yml
var embedded embed.FS

// Presets returns the definitions that are part of the program, by name. None of them
// has been tried against a live API unless TriedLive reports so.
func Presets() map[string]*Definition {
	presets := make(map[string]*Definition)
	for _, name := range PresetNames() {
		presets[name] = Preset(name)
	}
	return presets
}

// PresetNames returns the sorted names of the definitions that are part of the program.
func PresetNames() []string {
	names, err := fs.Glob(embedded, "presets/*.yml")
	if err != nil {
		panic(err) // only for a malformed pattern
	}
	for i, name := range names {
		names[i] = strings.TrimSuffix(strings.TrimPrefix(name, "presets/"), ".yml")
	}
	return names
}

// Preset returns the definition with the given name that is part of the program, or
// nil.
func Preset(name string) *Definition {
	content, err := embedded.ReadFile("presets/" + name + ".yml")
	if err != nil {
		return nil
	}
	loaded, problems := Parse(content)
	if len(problems) > 0 || loaded[name] == nil {
		panic(fmt.Sprintf("%s: %v", name, problems)) // a test loads all presets
	}
	loaded[name].preset = true
	return loaded[name]
}

// IsPreset reports whether the definition is part of the program.
func (d *Definition) IsPreset() bool { return d.preset }

// TriedLive reports whether the definition has been tried against the live API.
func (d *Definition) TriedLive() bool { return d.About["tried_live"] == "true" }

// Parse parses a file of definitions. It returns the valid ones, and all problems.
func Parse(content []byte, reserved ...string) (map[string]*Definition, []yamlnode.Problem) {
	d := &yamlnode.Decoder{}
	all := Read(d, content, reserved)
	maps.DeleteFunc(all, func(_ string, each *Definition) bool { return each.Broken })
	return all, d.Problems
}

// Read parses a file of definitions, like Load. Top-level keys that begin with x- are
// ignored, except that x-about is kept with each definition.
func Read(d *yamlnode.Decoder, content []byte, reserved []string) map[string]*Definition {
	root := d.Document(content)
	if root == nil {
		return nil
	}
	var all map[string]*Definition
	about := make(map[string]string)
	before, found := d.Found, false
	d.Each(root, "", func(key, value *yaml.Node, at string) {
		switch {
		case key.Value == "apis":
			all, found = Load(d, value, at, reserved), true
		case key.Value == "x-about":
			d.Each(value, at, func(key, value *yaml.Node, _ string) { about[key.Value] = value.Value })
		case !strings.HasPrefix(key.Value, "x-"):
			d.Problem(key, "", "unknown key %q; a file of definitions may contain only apis", yamlnode.Shown(key.Value))
		}
	})
	if !found && d.Found == before {
		d.Problem(root, "", "must be a mapping with the key apis")
	}
	for _, each := range all {
		each.About = about
	}
	return all
}
