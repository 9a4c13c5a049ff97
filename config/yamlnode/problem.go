package yamlnode

import (
	"fmt"
	"slices"

	"export_status_exporter/internal/human"

	"go.yaml.in/yaml/v3"
)

// Problem is one thing that is wrong.
type Problem struct {
	// File is where it is; empty where that is known from elsewhere.
	File string
	// Line is 0 if the problem has no line of its own.
	Line int
	// Path is the setting: accounts[2] (fund).coinbase_exchange.types.
	Path string
	Text string
}

// Problem notes what is wrong with a node.
func (d *Decoder) Problem(node *yaml.Node, path, format string, args ...any) {
	if d.room() {
		d.tell(node.Line, path, fmt.Sprintf(format, args...))
	}
}

// At notes what is wrong at a line.
func (d *Decoder) At(line int, path, text string) {
	if d.room() {
		d.tell(line, path, text)
	}
}

// Late notes a problem that was found after decoding, at the line of its setting
// if that stands in the document.
func (d *Decoder) Late(path string, fallback int, text string) {
	line, ok := d.Line(path)
	if !ok {
		line = fallback
	}
	d.At(line, path, text)
}

// Line is where a setting stands in the document, if it is there.
func (d *Decoder) Line(path string) (line int, ok bool) {
	line, ok = d.lines[path]
	return line, ok
}

// There is where a setting stands in the document, if it does, also as null.
func (d *Decoder) There(path string) (line int, ok bool) {
	if line, ok = d.lines[path]; !ok {
		line, ok = d.nulls[path]
	}
	return line, ok
}

// Told reports whether a problem of a setting is among those that are told.
func (d *Decoder) Told(path string) bool {
	return slices.ContainsFunc(d.Problems, func(p Problem) bool { return p.Path == path })
}

func (d *Decoder) noteNull(path string, line int) {
	if d.nulls == nil {
		d.nulls = make(map[string]int)
	}
	d.nulls[path] = line
}

func (d *Decoder) note(path string, line int) {
	if d.lines == nil {
		d.lines = make(map[string]int)
	}
	d.lines[path] = line
	if d.Given != nil {
		d.Given(path)
	}
}

// room counts a problem, and reports whether it is one of those that are told.
func (d *Decoder) room() bool {
	d.Found++
	return d.Found <= maxTold
}

func (d *Decoder) tell(line int, path, text string) {
	d.Problems = append(d.Problems, Problem{File: d.File, Line: line, Path: path, Text: human.Printable(text)})
}

// spend reports whether n more settings may be looked at. Going beyond the bound
// is a problem, and ends it all.
func (d *Decoder) spend(n int) bool {
	within := d.settings <= maxSettings
	d.settings = min(d.settings+n, maxSettings+1)
	if within && d.settings > maxSettings {
		d.Found++ // told in any case, because it explains what is missing
		d.tell(0, "", fmt.Sprintf("aliases and merge keys (<<) stand for more than %d settings, or merge keys for more than %d others in each other", maxSettings, maxMerges))
	}
	return d.settings <= maxSettings
}

// Exceeded reports whether the document stands for more than is looked at.
func (d *Decoder) Exceeded() bool { return d.settings > maxSettings }
