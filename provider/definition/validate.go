package definition

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"export_status_exporter/config/yamlnode"
	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
	"export_status_exporter/secret"
)

// Validate returns all problems of the block, except those of its secrets.
func (c *Config) Validate() []*provider.SettingError {
	var problems []*provider.SettingError
	add := func(setting, format string, args ...any) {
		problems = append(problems, &provider.SettingError{Setting: setting, Problem: fmt.Sprintf(format, args...)})
	}
	c.checkParams(add)
	for i, name := range c.Only {
		switch s := c.Definition.Source(name); {
		case s == nil:
			add("sources", "%q is not a source of %s, which has: %s", yamlnode.Shown(name), c.Name(), strings.Join(c.Definition.SourceNames(), ", "))
		case slices.Contains(c.Only[:i], name):
			add("sources", "%q is named twice", yamlnode.Shown(name))
		case !s.HasList() && len(c.IDs[name]) == 0:
			add("sources", "%q has no list: name the exports to watch in ids.%s", name, name)
		}
	}
	problems = append(problems, provider.CheckTypes(c.Types)...)
	c.checkIDs(add)
	aboutSources := func(p *provider.SettingError) bool { return p.Setting == "sources" || p.Setting == "ids" }
	if len(c.asked()) == 0 && !slices.ContainsFunc(problems, aboutSources) {
		names := c.Definition.SourceNames()
		add("ids", "must name exports to watch, such as {%s: [ID]}: %s has no list (sources: %s)", names[0], c.Name(), strings.Join(names, ", "))
	}
	return problems
}

// checkParams checks that every placeholder has a value that is valid where it is used.
func (c *Config) checkParams(add func(setting, format string, args ...any)) {
	d := c.Definition
	if d.URL == "" && !c.OwnBaseURL {
		add("base_url", "must be set: the definition of %s has no url", d.Name)
	}
	for _, name := range yamlnode.Sorted(c.Params) {
		if !slices.Contains(d.Params, name) {
			add("params", "%q is not a param of %s%s", yamlnode.Shown(name), d.Name, yamlnode.Suggestion(name, d.Params))
		}
	}
	inPaths := d.paths()
	host, below := splitURL(d.URL)
	for _, name := range d.Params {
		holder := "{" + name + "}"
		inHost := strings.Contains(host.Host, holder)
		elsewhere := !inHost || d.uses(name)
		text, given := c.Params[name]
		switch {
		case !given && (!c.OwnBaseURL || elsewhere):
			add("params", "%s is missing", name)
		case !given:
		case text == "" || !oneLine(text) || len(text) > 512:
			add("params", "%s must be one line of at most 512 bytes, and not empty", name)
		case (strings.Contains(below, holder) || slices.ContainsFunc(inPaths, func(p string) bool { return strings.Contains(p, holder) })) && !fitsSegment(text):
			add("params", "%s must fit one segment of a path: at most 512 bytes once escaped, and not . or ..", name)
		}
	}
	first, _, _ := strings.Cut(host.Host, ".")
	missing := slices.ContainsFunc(placeholders(first), func(name string) bool { return c.Params[name] == "" })
	if !c.OwnBaseURL && !missing { // a missing param was reported above
		for _, problem := range c.hostProblems() {
			add("params", "%s", problem)
		}
	}
	for _, path := range append(inPaths, below) {
		if slices.ContainsFunc(strings.Split(params(c.Params).fill(path), "/"), func(s string) bool { return s == "." || s == ".." }) {
			add("params", "would make . or .. a segment of the path %s", path)
		}
	}
}

// hostProblems returns why the params do not form a valid host.
func (c *Config) hostProblems() []string {
	var problems []string
	host, _ := splitURL(c.Definition.URL)
	first, _, _ := strings.Cut(host.Host, ".")
	for _, name := range placeholders(first) {
		text := c.Params[name]
		if text == "" || len(text) > 63 || strings.Trim(text, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			problems = append(problems, fmt.Sprintf("%s is part of a host, so it must be 1 to 63 of a-z 0-9 -", name))
		}
	}
	label := params(c.Params).fill(first)
	if len(problems) == 0 && (len(label) > 63 || strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-")) {
		problems = append(problems, "would make a host name of more than 63 characters, or one that begins or ends with -")
	}
	return problems
}

// fitsSegment reports whether a param of the account may be a part of a path segment.
func fitsSegment(text string) bool {
	return text != "." && text != ".." && len(url.PathEscape(text)) <= apiclient.MaxEscapedBytes
}

// checkIDs checks the ids that are requested one by one.
func (c *Config) checkIDs(add func(setting, format string, args ...any)) {
	for _, name := range yamlnode.Sorted(c.IDs) {
		ids, s := c.IDs[name], c.Definition.Source(name)
		switch {
		case s == nil:
			add("ids", "%q is not a source of %s, which has: %s", yamlnode.Shown(name), c.Name(), strings.Join(c.Definition.SourceNames(), ", "))
			continue
		case !s.HasGet():
			add("ids", "%s can only be listed", name)
			continue
		case len(c.Only) > 0 && !slices.Contains(c.Only, name):
			add("ids", "%s is not in sources", name)
		}
		if len(ids) > provider.MaxExplicitIDs {
			add("ids", "%s holds %d ids, more than %d", name, len(ids), provider.MaxExplicitIDs)
		}
		for i, id := range ids {
			if !s.get.takes(id) {
				add("ids", "%s: id %d cannot be requested: %s", name, i+1, s.get.wantedID())
			}
			if slices.Contains(ids[:i], id) {
				add("ids", "%s: id %d is named twice", name, i+1)
			}
		}
	}
}

// Warnings returns settings that are allowed but probably unintended.
func (c *Config) Warnings() []string {
	var warnings []string
	if len(c.Types) > 0 && !slices.ContainsFunc(c.asked(), func(s *Source) bool { return len(c.IDs[s.Name]) == 0 }) {
		warnings = append(warnings, "types has no effect with ids")
	}
	return warnings
}

// paths returns the paths of all calls, with placeholders.
func (d *Definition) paths() []string {
	paths := []string{d.Auth.tokenPath}
	if d.Auth.tokenURL != "" {
		_, below := splitURL(d.Auth.tokenURL)
		paths = append(paths, below)
	}
	for _, each := range d.Sources {
		for _, c := range []*call{each.list, each.get} {
			if c != nil {
				paths = append(paths, c.path)
			}
		}
	}
	return paths
}

// uses reports whether a param is used outside the host.
func (d *Definition) uses(name string) bool {
	for _, each := range d.paths() {
		if strings.Contains(each, "{"+name+"}") {
			return true
		}
	}
	held := func(pairs []pair) bool {
		return slices.ContainsFunc(pairs, func(p pair) bool {
			return slices.ContainsFunc(p.values, func(v value) bool { return v.param == name })
		})
	}
	if held(d.headers) || held(d.Auth.params) || objectHolds(d.Auth.claims, name) {
		return true
	}
	for _, each := range d.Sources {
		for _, c := range []*call{each.list, each.get} {
			if c != nil && (held(c.query) || objectHolds(c.body, name) || objectHolds(c.variables, name)) {
				return true
			}
		}
	}
	return false
}

// checkUser checks a user name for basic authentication. It must not contain a colon,
// which ends the name.
func checkUser(s secret.Secret) error {
	if strings.ContainsAny(s.Reveal(), ":\r\n\x00") {
		return errors.New("contains a colon or a line break, which would end the name")
	}
	return nil
}
