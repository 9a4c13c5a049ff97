package definition

import (
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"export_status_exporter/config/yamlnode"
)

// Limits on definitions.
const (
	maxNodes   = 20000
	maxText    = 256 << 10 // of one definition, in which each account's secrets are searched
	maxSources = 32
	maxParams  = 32
)

// Load parses the mapping under apis: from names to definitions. Reserved names are not
// allowed. Problems are added to the decoder. A definition with a problem is marked as
// Broken, and only its name may be used.
func Load(d *yamlnode.Decoder, node *yaml.Node, path string, reserved []string) map[string]*Definition {
	all := make(map[string]*Definition)
	if !yamlnode.Small(node, maxNodes) {
		d.Problem(node, path, "holds more than %d values, aliases followed", maxNodes)
		return all
	}
	d.Each(node, path, func(key, value *yaml.Node, _ string) {
		switch {
		case !isName(key.Value):
			d.Problem(key, path, "the name %q must be of the form [a-z][a-z0-9_]{0,31}", yamlnode.Shown(key.Value))
		case slices.Contains(reserved, key.Value):
			d.Problem(key, path, "the name %q is taken by the exporter itself; choose another", key.Value)
		default:
			l := &loader{Decoder: d, def: &Definition{Name: key.Value, File: d.File, Line: key.Line}, before: d.Found}
			l.load(key, value, yamlnode.Join(path, key.Value))
			if l.def.text = canonical(value); len(l.def.text) > maxText {
				l.Problem(key, yamlnode.Join(path, key.Value), "has more than %d bytes", maxText)
			}
			l.def.Broken = d.Found > l.before
			all[key.Value] = l.def
		}
	})
	return all
}

// loader parses one definition.
type loader struct {
	*yamlnode.Decoder

	def     *Definition
	before  int  // number of problems before this definition
	idInAll bool // whether a fixed header contains {id}
}

// load parses a definition, beginning with the keys that its sources refer to.
func (l *loader) load(key, node *yaml.Node, path string) {
	if yamlnode.IsNull(node) {
		l.Problem(key, path, "must have auth and sources")
		return
	}
	var address, auth, headers, failIf, sources *yaml.Node
	later := func(to **yaml.Node) yamlnode.Setter { return func(node *yaml.Node, _ string) { *to = node } }
	l.Object(node, path, map[string]yamlnode.Setter{
		"url":              later(&address),
		"params":           l.params,
		"refresh_interval": l.interval,
		"auth":             later(&auth),
		"headers":          later(&headers),
		"fail_if":          later(&failIf),
		"sources":          later(&sources),
	})
	if node.Kind != yaml.MappingNode {
		return
	}
	if address != nil {
		l.url(address, path+".url")
	}
	if auth != nil {
		l.auth(auth, path+".auth")
	} else {
		l.Problem(key, path, "must have auth: none, bearer, basic, api_key or oauth2")
	}
	if headers != nil {
		l.def.headers = l.headers(headers, path+".headers")
	}
	if failIf != nil {
		l.def.failIf = l.failIf(failIf, path+".fail_if")
	}
	if sources == nil {
		l.Problem(key, path, "must have sources")
		return
	}
	l.Each(sources, path+".sources", func(key, node *yaml.Node, _ string) {
		if !isName(key.Value) {
			l.Problem(key, path+".sources", "the name of a source must be of the form [a-z][a-z0-9_]{0,31}")
			return
		}
		l.source(key, node, yamlnode.Join(path+".sources", key.Value))
	})
	if len(l.def.Sources) > maxSources {
		l.Problem(sources, path+".sources", "holds more than %d sources", maxSources)
	}
	if sources.Kind == yaml.MappingNode && len(sources.Content) == 0 {
		l.Problem(sources, path+".sources", "must hold at least one source")
	}
}

// params parses the names of the placeholders that an account must fill.
func (l *loader) params(node *yaml.Node, path string) {
	for i, name := range l.Texts(node, path) {
		switch {
		case !isName(name) || name == idParam:
			l.Problem(node, path, "param %d must be of the form [a-z][a-z0-9_]{0,31} and not id", i+1)
		case slices.Contains(credentials, name):
			l.Problem(node, path, "%q would be a secret, which is shown as a param: use auth, and give the secret in the account", name)
		case slices.Contains(l.def.Params, name):
			l.Problem(node, path, "%q is named twice", yamlnode.Shown(name))
		default:
			l.def.Params = append(l.def.Params, name)
		}
	}
	if len(l.def.Params) > maxParams {
		l.Problem(node, path, "holds more than %d params", maxParams)
	}
}

// interval parses refresh_interval.
func (l *loader) interval(node *yaml.Node, path string) {
	text, ok := l.Text(node, path)
	if !ok {
		return
	}
	hours := 1.0
	if days, isDays := strings.CutSuffix(text, "d"); isDays {
		text, hours = days+"h", 24
	}
	parsed, err := time.ParseDuration(text)
	interval := time.Duration(hours * float64(parsed))
	if err != nil || interval < time.Second || interval > 30*24*time.Hour {
		l.Problem(node, path, "must be a duration from 1s to 30d, such as 30s, 5m or 1h30m")
		return
	}
	l.def.RefreshInterval = interval
}

// declared reports whether a placeholder may be used, and adds a problem if not.
func (l *loader) declared(node *yaml.Node, path, name string, withID bool) bool {
	switch {
	case name == idParam && withID, slices.Contains(l.def.Params, name):
		return true
	case name == idParam:
		l.Problem(node, path, "{id} can be used only in get")
	default:
		l.Problem(node, path, "{%s} is not in params%s", name, yamlnode.Suggestion(name, l.def.Params))
	}
	return false
}

// value parses a text that may be a placeholder.
func (l *loader) value(node *yaml.Node, path string, withID bool) (value, bool) {
	text, ok := l.Text(node, path)
	if !ok {
		return value{}, false
	}
	names := placeholders(text)
	switch {
	case !oneLine(text):
		l.Problem(node, path, "must be one line")
		return value{}, false
	case len(names) == 0:
		return value{text: text}, true
	case text != "{"+names[0]+"}":
		l.Problem(node, path, "{%s} must be the whole value, and not a part of it", names[0])
		return value{}, false
	}
	return value{param: names[0]}, l.declared(node, path, names[0], withID)
}

// pairs parses a mapping of names to one or several values.
func (l *loader) pairs(node *yaml.Node, path string, withID bool) []pair {
	var pairs []pair
	l.Each(node, path, func(key, node *yaml.Node, at string) {
		if yamlnode.IsNull(node) {
			return
		}
		p := pair{name: key.Value}
		add := func(node *yaml.Node, path string) {
			if v, ok := l.value(node, path, withID); ok {
				l.onlyReads(node, path, v.text)
				p.values = append(p.values, v)
			}
		}
		if node.Kind == yaml.SequenceNode {
			l.List(node, at, add)
		} else {
			add(node, at)
		}
		l.parameter(key, at, key.Value)
		pairs = append(pairs, p)
	})
	return pairs
}
