package yamlnode

import (
	"fmt"
	"slices"

	"export_status_exporter/internal/human"

	"go.yaml.in/yaml/v3"
)

// Problem is one problem of a document.
type Problem struct {
	// File is the file of the problem, empty for the main file.
	File string
	// Line is the line of the problem, 0 if it has none.
	Line int
	// Path is the setting, such as accounts[2] (fund).coinbase_exchange.types.
	Path string
	Text string
}

// Problem reports a problem of a node.
func (d *Decoder) Problem(node *yaml.Node, path, format string, args ...any) {
	if d.room() {
		d.tell(node.Line, path, fmt.Sprintf(format, args...))
	}
}

// At reports a problem at a line.
func (d *Decoder) At(line int, path, text string) {
	if d.room() {
		d.tell(line, path, text)
	}
}

// Late reports a problem found after decoding, at the line of its setting. If
// the document does not have the setting, it uses the fallback.
func (d *Decoder) Late(path string, fallback int, text string) {
	line, ok := d.Line(path)
	if !ok {
		line = fallback
	}
	d.At(line, path, text)
}

// Line returns the line of a setting, and whether the document has it with a
// value other than null.
func (d *Decoder) Line(path string) (line int, ok bool) {
	line, ok = d.lines[path]
	return line, ok
}

// There is like Line, but also finds settings that are null.
func (d *Decoder) There(path string) (line int, ok bool) {
	if line, ok = d.lines[path]; !ok {
		line, ok = d.nulls[path]
	}
	return line, ok
}

// Told reports whether Problems has a problem of a setting.
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

// Room reports whether there is room to list one more problem.
func (d *Decoder) Room() bool { return d.Found < maxTold }

// room counts a problem, and reports whether there is room to list it.
func (d *Decoder) room() bool {
	listed := d.Room()
	d.Found++
	return listed
}

func (d *Decoder) tell(line int, path, text string) {
	d.Problems = append(d.Problems, Problem{File: d.File, Line: line, Path: path, Text: human.Printable(text)})
}

// spend reports whether n more settings may be decoded. Exceeding the limit is
// a problem, and stops the decoding.
func (d *Decoder) spend(n int) bool {
	within := d.settings <= maxSettings
	d.settings = min(d.settings+n, maxSettings+1)
	if within && d.settings > maxSettings {
		d.Found++ // listed in any case, because it explains missing settings
		d.tell(0, "", fmt.Sprintf("aliases and merge keys (<<) expand to more than %d settings, or merge keys are nested more than %d deep", maxSettings, maxMerges))
	}
	return d.settings <= maxSettings
}

// Exceeded reports whether the document expands to more settings than the
// limit.
func (d *Decoder) Exceeded() bool { return d.settings > maxSettings }
