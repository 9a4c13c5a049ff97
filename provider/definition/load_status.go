package definition

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"export_status_exporter/config/yamlnode"
	"export_status_exporter/provider"
)

const ignoredStatus = "ignored"

// statuses parses the status words and conditions, and returns the number of words.
func (l *loader) statuses(node *yaml.Node, path string, m *mapping) int {
	words := make(map[provider.Status][]string)
	taken := make(map[string]string) // the status of each folded word
	keys := make(map[string]yamlnode.Setter)
	for _, status := range provider.Statuses() {
		// No word maps to unknown, so its place is used for ignored.
		name, ignored := status.String(), status == provider.StatusUnknown
		if ignored {
			name = ignoredStatus
		}
		keys[name] = func(node *yaml.Node, path string) {
			l.List(node, path, func(node *yaml.Node, path string) {
				if node.Kind == yaml.MappingNode {
					c := l.condition(node, path)
					c.status, c.ignored = status, ignored
					m.conditions = append(m.conditions, c)
					return
				}
				word, ok := l.Text(node, path)
				if !ok {
					return
				}
				folded := provider.FoldWord(word)
				switch other := taken[folded]; {
				case folded == "":
					l.Problem(node, path, "an empty word counts as absent; use {absent: PATH}")
				case other != "" && other != name:
					l.Problem(node, path, "%q means both %s and %s", provider.Clip(word), other, name)
				case ignored:
					m.ignored = append(m.ignored, folded)
				default:
					words[status] = append(words[status], word)
				}
				taken[folded] = name
			})
		}
	}
	l.Object(node, path, keys)
	m.words, _ = provider.NewStatusMap(words) // errors were reported above, with line numbers
	return len(taken)
}

// condition parses a condition for a status.
func (l *loader) condition(node *yaml.Node, path string) condition {
	var c condition
	var kinds []string
	hasPath := false
	at := func(kind string) yamlnode.Setter {
		return func(node *yaml.Node, path string) {
			c.paths, c.kind = l.paths(node, path, false), kind
			kinds = append(kinds, kind)
		}
	}
	l.Object(node, path, map[string]yamlnode.Setter{
		condPresent: at(condPresent),
		condAbsent:  at(condAbsent),
		"path":      func(node *yaml.Node, path string) { c.paths, hasPath = l.paths(node, path, false), true },
		condIs: func(node *yaml.Node, path string) {
			text, _ := l.Text(node, path)
			c.is, c.kind = provider.FoldWord(text), condIs
			if kinds = append(kinds, condIs); c.is == "" {
				l.Problem(node, path, "an empty text counts as absent; use {absent: PATH}")
			}
		},
		condHTTP: func(node *yaml.Node, path string) {
			code, ok := l.Int(node, path)
			c.code, c.kind = code, condHTTP
			if kinds = append(kinds, condHTTP); ok && (code < 200 || code > 599) {
				l.Problem(node, path, "must be an HTTP status code from 200 to 599")
			}
		},
	})
	if len(kinds) != 1 || hasPath != slices.Contains(kinds, condIs) {
		l.Problem(node, path, "must be one of {present: PATH}, {absent: PATH}, {path: PATH, is: VALUE} and {http: CODE}")
	}
	return c
}

// failIf parses the conditions under which an answer is an error.
func (l *loader) failIf(node *yaml.Node, path string) *failIf {
	f := &failIf{reasons: make(map[string]provider.Reason)}
	var kinds int
	at := func(node *yaml.Node, path string) { f.at = l.paths(node, path, false); kinds++ }
	present := false
	l.Object(node, path, map[string]yamlnode.Setter{
		"path":    at,
		"present": func(node *yaml.Node, path string) { at(node, path); present = true },
		"unless": func(node *yaml.Node, path string) {
			f.named = true
			for _, word := range l.Texts(node, path) {
				f.unless = append(f.unless, provider.FoldWord(word))
			}
		},
		"word":    func(node *yaml.Node, path string) { f.word = l.paths(node, path, false) },
		"reasons": func(node *yaml.Node, path string) { l.reasons(node, path, f) },
	})
	switch {
	case kinds != 1:
		l.Problem(node, path, "must have exactly one of path and present")
	case present && f.named:
		l.Problem(node, path, "unless goes with path, not with present")
	}
	if f.word == nil {
		f.word = slices.Clone(f.at)
	}
	return f
}

// reasons parses the error words of each reason.
func (l *loader) reasons(node *yaml.Node, path string, f *failIf) {
	var known []string
	for _, reason := range provider.Reasons() {
		known = append(known, string(reason))
	}
	l.Each(node, path, func(key, node *yaml.Node, at string) {
		if !slices.Contains(known, key.Value) {
			l.Problem(key, path, "unknown reason %q%s", yamlnode.Shown(key.Value), yamlnode.Suggestion(key.Value, known))
			return
		}
		if yamlnode.IsNull(node) {
			return
		}
		for _, word := range l.Texts(node, at) {
			folded := provider.FoldWord(word)
			if other, taken := f.reasons[folded]; taken && other != provider.Reason(key.Value) {
				l.Problem(node, at, "%q means both %s and %s", provider.Clip(word), other, key.Value)
			}
			f.reasons[folded] = provider.Reason(key.Value)
		}
	})
}
