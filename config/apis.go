package config

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"

	"go.yaml.in/yaml/v3"

	"export_status_exporter/config/yamlnode"
	"export_status_exporter/internal/files"
	"export_status_exporter/provider"
	"export_status_exporter/provider/definition"
)

// Limits on the files of API definitions.
const (
	maxAPIFiles     = 256
	maxAPIFileBytes = 1 << 20
)

// reserved returns the names that no API may have, because they mean something
// else as a key of an account.
func reserved() []string {
	names := append(Kinds(), "name", "accounts", "apis", "api_files", "expect")
	return append(names, slices.Collect(maps.Keys((&decoder{}).Fields(&General{})))...)
}

// apis reads the definitions of apis and api_files, and reports names that are
// defined twice.
func (d *decoder) apis(inline, patterns *yaml.Node) {
	d.own = make(map[string]*definition.Definition)
	names := reserved()
	if inline != nil && !yamlnode.IsNull(inline) {
		before := d.Found
		d.own = definition.Load(&d.Decoder, inline, "apis", names)
		d.lacksAPIs = len(d.own) == 0 && d.Found > before
	}
	var matched []string
	if patterns != nil && !yamlnode.IsNull(patterns) {
		for i, pattern := range d.Texts(patterns, "api_files") {
			if d.hung {
				break // every other folder could hang for as long
			}
			matched = append(matched, d.match(patterns, fmt.Sprintf("api_files[%d]", i), pattern)...)
		}
	}
	slices.Sort(matched)
	if matched = slices.Compact(matched); len(matched) > maxAPIFiles {
		d.Problem(patterns, "api_files", "match %d files, more than %d", len(matched), maxAPIFiles)
		matched, d.lacksAPIs = nil, true
	}
	for _, name := range matched {
		if d.hung {
			break // every other file could hang for as long
		}
		content, err := d.files.Read(d.ctx, name, maxAPIFileBytes)
		if err != nil {
			d.Problem(patterns, "api_files", "%s", err)
			d.lacksAPIs = true
			d.hung = errors.Is(err, files.ErrHangs)
			continue
		}
		d.addFile(name, content, names)
	}
	for _, name := range yamlnode.Sorted(d.own) {
		if slices.Contains(definition.PresetNames(), name) {
			d.notes = append(d.notes, fmt.Sprintf("the API %q is defined by the configuration, so the definition that comes with the exporter is not used", name))
		}
	}
}

// makers returns a constructor for each key that names a provider block. The
// constructor returns nil if the definition has problems, which are already
// reported.
func (d *decoder) makers() map[string]func() Provider {
	makers := make(map[string]func() Provider)
	for _, build := range kinds() {
		makers[build().Name()] = build
	}
	for _, name := range append(definition.PresetNames(), yamlnode.Sorted(d.own)...) {
		makers[name] = func() Provider {
			if used := d.definition(name); !used.Broken {
				return definition.NewConfig(used)
			}
			return nil
		}
	}
	return makers
}

// match returns the files that match a pattern.
func (d *decoder) match(node *yaml.Node, path, given string) []string {
	pattern := given
	if !filepath.IsAbs(pattern) {
		pattern = filepath.Join(d.dir, pattern)
	}
	names, err := d.files.Glob(d.ctx, pattern)
	d.lacksAPIs = d.lacksAPIs || len(names) == 0
	switch {
	case err != nil:
		d.hung = errors.Is(err, files.ErrHangs)
		d.Problem(node, path, "%s", err)
	case len(names) == 0:
		d.Problem(node, path, "%q matches no file; the pattern is relative to the configuration's folder, and * matches any part of a name", provider.Clip(given))
	}
	return names
}

// addFile adds the definitions in a file.
func (d *decoder) addFile(name string, content []byte, names []string) {
	_, _ = d.sum.Write(content) // a hash never fails
	main := d.File
	d.File = name
	defer func() { d.File = main }()
	more := definition.Read(&d.Decoder, content, names)
	d.lacksAPIs = d.lacksAPIs || more == nil
	for _, api := range yamlnode.Sorted(more) {
		fresh := more[api]
		if other := d.own[api]; other != nil {
			where := other.File
			if where == "" {
				where = "the configuration"
			}
			d.At(fresh.Line, "apis."+api, fmt.Sprintf("is defined twice, first in %s, line %d; remove one of the two", where, other.Line))
			continue
		}
		d.own[api] = fresh
	}
}

// definition returns the API definition with a name, nil if there is none.
func (d *decoder) definition(name string) *definition.Definition {
	if own := d.own[name]; own != nil {
		return own
	}
	if _, ok := d.presets[name]; !ok {
		d.presets[name] = definition.Preset(name)
		if preset := d.presets[name]; preset != nil && !preset.TriedLive() {
			d.notes = append(d.notes, fmt.Sprintf("the definition of the API %q was written from the vendor's documentation and never tested against the API itself", name))
		}
	}
	return d.presets[name]
}

// Definitions returns the API definitions that come with the program,
// overridden by those of a configuration file. It ignores the rest of the file.
// A file that does not exist is an error only if named is set.
func Definitions(ctx context.Context, reader *files.Reader, file string, named bool) (map[string]*definition.Definition, error) {
	known := definition.Presets()
	ctx = files.Patiently(ctx)
	reader.Named(file)
	content, err := reader.ReadOrPipe(ctx, file, maxFileBytes)
	if errors.Is(err, fs.ErrNotExist) && !named {
		return known, nil
	}
	if err != nil {
		return nil, fmt.Errorf("configuration file: %w", err)
	}
	d := newDecoder(ctx, reader, filepath.Dir(file))
	switch root := d.Document(content); {
	case root == nil || yamlnode.IsNull(root):
	case root.Kind != yaml.MappingNode:
		d.Object(root, "", nil) // reports the expected form
	default:
		var inline, patterns *yaml.Node
		for _, pair := range d.Pairs(root, "") {
			switch pair[0].Value {
			case "apis":
				inline = pair[1]
			case "api_files":
				patterns = pair[1]
			}
		}
		d.apis(inline, patterns)
	}
	if wrong := d.failure(file); wrong != nil {
		return nil, wrong
	}
	maps.Copy(known, d.own)
	return known, nil
}

// posts returns a note for each request of the configuration's own definitions
// that is not a GET. The exporter cannot tell whether such a request only
// reads.
func (d *decoder) posts() []string {
	var notes []string
	for _, name := range yamlnode.Sorted(d.own) {
		for _, path := range d.own[name].Posts() {
			notes = append(notes, fmt.Sprintf("the API %q calls POST %s; make sure that this request only reads", name, path))
		}
	}
	return notes
}
