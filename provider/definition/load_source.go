package definition

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"export_status_exporter/config/yamlnode"
	"export_status_exporter/provider"
)

// source parses one source.
func (l *loader) source(key, node *yaml.Node, path string) {
	s := &Source{Name: key.Value, afterList: detailNever}
	var quota []field
	var statuses *yaml.Node
	var get *yaml.Node
	l.Object(node, path, map[string]yamlnode.Setter{
		"list":     func(node *yaml.Node, path string) { s.list = l.call(node, path, nil) },
		"next":     func(node *yaml.Node, path string) { s.next = l.next(node, path) },
		"get":      func(node *yaml.Node, path string) { get, s.get = node, l.call(node, path, &s.afterList) },
		"report":   func(node *yaml.Node, path string) { l.report(node, path, &s.report) },
		"statuses": func(node *yaml.Node, _ string) { statuses = node },
		"quota":    func(node *yaml.Node, path string) { quota = l.quota(node, path) },
	})
	before := l.Found
	words := 0
	if statuses != nil {
		words = l.statuses(statuses, path+".statuses", &s.report)
	}
	l.checkSource(key, path, s, words, l.Found > before)
	if get != nil && s.list == nil && s.afterList != detailNever {
		l.Problem(get, path+".get", "after_list requires list")
	}
	if l.Found == l.before {
		s.bind(l.def, quota)
	}
	l.def.Sources = append(l.def.Sources, s)
}

// checkSource checks for missing and conflicting keys.
func (l *loader) checkSource(key *yaml.Node, path string, s *Source, words int, broken bool) {
	r := &s.report
	switch {
	case s.list == nil && s.get == nil:
		l.Problem(key, path, "must have list or get")
	case s.list == nil && s.next != nil:
		l.Problem(key, path, "next requires list")
	case s.list != nil && len(r.id) == 0:
		l.Problem(key, path, "report.id must be the path of a listed item's id")
	}
	switch {
	case broken:
	case len(r.status) == 0 && words > 0:
		l.Problem(key, path, "report.status must be the path of the words in statuses")
	case words == 0 && len(r.conditions) == 0:
		l.Problem(key, path, "statuses must map the words of report.status, such as {ready: [done]}")
	}
	if s.get == nil && slices.ContainsFunc(r.conditions, func(c condition) bool { return c.kind == condHTTP }) {
		l.Problem(key, path, "a condition on http requires get: in a list, all items share one code")
	}
	if s.list != nil && l.idInAll {
		l.Problem(key, path, "headers contain {id}, which is not available in a list")
	}
}

// report parses the paths of an item's values.
func (l *loader) report(node *yaml.Node, path string, m *mapping) {
	keys := map[string]yamlnode.Setter{
		"id":     func(node *yaml.Node, path string) { m.id = l.paths(node, path, true) },
		"type":   func(node *yaml.Node, path string) { m.kind = l.paths(node, path, true) },
		"format": func(node *yaml.Node, path string) { m.format = l.paths(node, path, true) },
		"status": func(node *yaml.Node, path string) { m.status = l.paths(node, path, true) },
	}
	for _, f := range provider.Fields() {
		if f >= provider.FieldCreditsBalance {
			break
		}
		keys[f.String()] = func(node *yaml.Node, path string) {
			m.fields = append(m.fields, field{f, l.paths(node, path, true)})
			m.hasExpiry = m.hasExpiry || f == provider.FieldExpires
		}
	}
	l.Object(node, path, keys)
}

// quota parses the paths of an answer's credits and rate limits.
func (l *loader) quota(node *yaml.Node, path string) []field {
	var fields []field
	keys := make(map[string]yamlnode.Setter)
	for _, f := range provider.Fields() {
		if f >= provider.FieldCreditsBalance && f < provider.FieldID {
			keys[f.String()] = func(node *yaml.Node, path string) {
				fields = append(fields, field{f, l.paths(node, path, true)})
			}
		}
	}
	l.Object(node, path, keys)
	return fields
}

// paths parses a path or a list of paths.
func (l *loader) paths(node *yaml.Node, path string, literals bool) paths {
	var all paths
	add := func(node *yaml.Node, path string) {
		text, ok := l.Text(node, path)
		if !ok {
			return
		}
		p, err := parsePath(text)
		switch {
		case err != nil:
			l.Problem(node, path, "is not a path: %s", err)
		case p.literal != nil && !literals:
			l.Problem(node, path, "must be a path, not a literal")
		default:
			all = append(all, p)
		}
	}
	if node.Kind != yaml.SequenceNode {
		add(node, path)
		return all
	}
	if n := len(node.Content); n == 0 || n > maxPaths {
		l.Problem(node, path, "must hold 1 to %d paths", maxPaths)
		return nil
	}
	l.List(node, path, add)
	return all
}

// next parses the pagination of a list.
func (l *loader) next(node *yaml.Node, path string) *next {
	n := &next{first: 1}
	var kinds []string
	from := func(kind string) yamlnode.Setter {
		return func(node *yaml.Node, path string) {
			n.kind, n.from = kind, l.paths(node, path, false)
			kinds = append(kinds, kind)
		}
	}
	counted := func(kind string) yamlnode.Setter {
		return func(node *yaml.Node, path string) {
			n.kind = kind
			n.param, _ = l.Text(node, path)
			l.parameter(node, path, n.param)
			kinds = append(kinds, kind)
		}
	}
	flag := func(to *bool) yamlnode.Setter {
		return func(node *yaml.Node, path string) { *to, _ = l.Bool(node, path) }
	}
	param, hasFirst := "", false
	l.Object(node, path, map[string]yamlnode.Setter{
		nextCursor: from(nextCursor), nextLast: from(nextLast), nextURL: from(nextURL),
		nextOffset: counted(nextOffset), nextPage: counted(nextPage),
		"param": func(node *yaml.Node, path string) {
			param, _ = l.Text(node, path)
			l.parameter(node, path, param)
		},
		"first": func(node *yaml.Node, path string) {
			n.first, _ = l.Int(node, path)
			hasFirst = true
		},
		"while":        func(node *yaml.Node, path string) { n.while = l.paths(node, path, false) },
		"alone":        flag(&n.alone),
		"newest_first": flag(&n.newestFirst),
	})
	byParam := n.kind == nextCursor || n.kind == nextLast
	switch {
	case len(kinds) != 1:
		l.Problem(node, path, "must have exactly one of cursor, last, url, offset and page")
	case byParam && param == "":
		l.Problem(node, path, "%s needs param: the parameter that carries it", n.kind)
	case !byParam && param != "":
		l.Problem(node, path, "param cannot be used with %s", n.kind)
	case n.kind != nextPage && hasFirst:
		l.Problem(node, path, "first requires page")
	case !byParam && n.alone:
		l.Problem(node, path, "alone cannot be used with %s", n.kind)
	}
	if byParam {
		n.param = param
	}
	return n
}
