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

// embedded holds the definitions that come with the program.
//
//go:embed presets/*.yml
var embedded embed.FS

// Presets returns the definitions that come with the program, by name. None of
// them was tried against a live API unless its About says so.
func Presets() map[string]*Definition {
	presets := make(map[string]*Definition)
	names, err := fs.Glob(embedded, "presets/*.yml")
	if err != nil {
		panic(err) // the pattern is ours
	}
	for _, name := range names {
		content, err := embedded.ReadFile(name)
		if err != nil {
			panic(err) // it was just listed
		}
		loaded, problems := Parse(content)
		if len(problems) > 0 {
			panic(fmt.Sprintf("%s: %v", name, problems)) // a test loads them all
		}
		maps.Copy(presets, loaded)
	}
	return presets
}

// Parse reads the definitions of a file that holds nothing else, and returns
// what is wrong with it. Top-level keys that begin with x- are free; x-about is
// kept with each definition.
func Parse(content []byte, reserved ...string) (map[string]*Definition, []yamlnode.Problem) {
	d := &yamlnode.Decoder{}
	var document yaml.Node
	if err := yaml.Unmarshal(content, &document); err != nil {
		return nil, []yamlnode.Problem{{Text: "not valid YAML"}}
	}
	if len(document.Content) == 0 {
		return nil, []yamlnode.Problem{{Text: "must hold a mapping of apis"}}
	}
	var all map[string]*Definition
	about := make(map[string]string)
	found := false
	d.Each(document.Content[0], "", func(key, value *yaml.Node, at string) {
		switch {
		case key.Value == "apis":
			all, found = Load(d, value, at, reserved), true
		case key.Value == "x-about":
			d.Each(value, at, func(key, value *yaml.Node, _ string) { about[key.Value] = value.Value })
		case !strings.HasPrefix(key.Value, "x-"):
			d.Problem(key, "", "unknown key %q; a file of definitions holds apis", yamlnode.Shown(key.Value))
		}
	})
	if !found && len(d.Problems) == 0 {
		d.Problem(document.Content[0], "", "must hold a mapping of apis")
	}
	for _, each := range all {
		each.About = about
	}
	return all, d.Problems
}
