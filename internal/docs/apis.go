package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"export_status_exporter/provider/definition"
)

// apisFile is a page that is partly generated, between two marks. apiExamples is the
// folder of the examples.
const (
	apisFile    = "docs/apis.md"
	apiExamples = "examples/apis"
	beginMark   = "<!-- begin generated -->\n"
	endMark     = "<!-- end generated -->\n"
)

// apisPage returns the page with up-to-date tables.
func apisPage(top string) ([]byte, error) {
	page, err := os.ReadFile(filepath.Join(top, filepath.FromSlash(apisFile)))
	if err != nil {
		return nil, fmt.Errorf("reading: %w", err)
	}
	examples, err := exampleAPIs(top)
	if err != nil {
		return nil, err
	}
	presets := definition.Presets()
	tables := "\n### Presets\n\n" + useTable(presets, "") + "\n### Examples\n\n" + useTable(examples, "../"+apiExamples+"/")
	maps.Copy(examples, presets)
	tables += "\n### Where do the facts come from?\n\n" + factTable(examples) + "\n"
	return betweenMarks(apisFile, page, tables)
}

// exampleAPIs loads the example definitions. Each has the name of its file.
func exampleAPIs(top string) (map[string]*definition.Definition, error) {
	names, err := filepath.Glob(filepath.Join(top, filepath.FromSlash(apiExamples), "*.yml"))
	if err != nil || len(names) == 0 {
		return nil, fmt.Errorf("%s contains no definition: %w", apiExamples, err)
	}
	all := make(map[string]*definition.Definition)
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("reading: %w", err)
		}
		loaded, problems := definition.Parse(content)
		if len(problems) > 0 {
			return nil, fmt.Errorf("%s: %v", name, problems)
		}
		maps.Copy(all, loaded)
	}
	return all, nil
}

// useTable returns a table of how to use the definitions. If folder is set, it contains
// a file for each definition.
func useTable(all map[string]*definition.Definition, folder string) string {
	var b strings.Builder
	b.WriteString("| Name | What it watches | Sources | The account needs | Least permission |\n| --- | --- | --- | --- | --- |\n")
	for _, name := range slices.Sorted(maps.Keys(all)) {
		d := all[name]
		shown := "`" + name + "`"
		if folder != "" {
			shown = "[" + shown + "](" + folder + name + ".yml)"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", shown, d.About["what"], sourcesOf(d), givenFor(d), d.About["permission"])
	}
	return b.String()
}

// factTable returns a table of where the definitions come from and how they were
// tested.
func factTable(all map[string]*definition.Definition) string {
	var b strings.Builder
	b.WriteString("| Name | Source | Date | Tested with | Limits |\n| --- | --- | --- | --- | --- |\n")
	for _, name := range slices.Sorted(maps.Keys(all)) {
		about := all[name].About
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", name, about["source"], about["date"], about["answer"], about["limits"])
	}
	return b.String()
}

// sourcesOf returns the sources of a definition, and how each of them is requested.
func sourcesOf(d *definition.Definition) string {
	var names []string
	for _, each := range d.Sources {
		how := "ids"
		switch {
		case each.HasList() && each.HasGet():
			how = "list, ids"
		case each.HasList():
			how = "list"
		}
		names = append(names, "`"+each.Name+"` ("+how+")")
	}
	return strings.Join(names, ", ")
}

// givenFor returns what an account's block must contain.
func givenFor(d *definition.Definition) string {
	given := quoted(slices.Sorted(maps.Keys(definition.NewConfig(d).Secrets())))
	if len(d.Params) > 0 {
		given += "; `params`: " + quoted(d.Params)
	}
	if d.URL == "" {
		given += "; `base_url`"
	}
	return given
}
