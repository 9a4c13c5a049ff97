package definition

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"export_status_exporter/config/yamlnode"
)

// call parses a list or, if afterList is set, a get.
func (l *loader) call(node *yaml.Node, path string, afterList *string) *call {
	c := &call{}
	isGet := afterList != nil
	has := make(map[string]bool)
	keys := map[string]yamlnode.Setter{
		"path": func(node *yaml.Node, path string) { c.path = l.path(node, path, isGet) },
		"method": func(node *yaml.Node, path string) {
			c.method = l.oneOf(node, path, "must be GET or POST: a definition only reads", methodGet, methodPost)
		},
		"query": func(node *yaml.Node, path string) { c.query = l.pairs(node, path, isGet) },
		"body":  func(node *yaml.Node, path string) { c.body = l.object(node, path, isGet, true) },
		"graphql": func(node *yaml.Node, path string) {
			c.graphql, _ = l.Text(node, path)
			if err := checkGraphQL(c.graphql); err != nil {
				l.Problem(node, path, "%s", err)
			}
		},
		"variables":      func(node *yaml.Node, path string) { c.variables = l.object(node, path, isGet, false) },
		"items":          func(node *yaml.Node, path string) { c.items = l.paths(node, path, false) },
		"items_optional": func(node *yaml.Node, path string) { c.itemsOptional, _ = l.Bool(node, path) },
	}
	for name, set := range keys {
		keys[name] = func(node *yaml.Node, path string) { has[name] = true; set(node, path) }
	}
	if isGet {
		keys["after_list"] = func(node *yaml.Node, path string) {
			*afterList = l.oneOf(node, path, "must be never, unfinished or all", detailNever, detailUnfinished, detailAll)
		}
	}
	before := l.Found
	l.Object(node, path, keys)
	if node.Kind != yaml.MappingNode {
		return c
	}
	if len(c.items) == 0 {
		c.items = paths{{text: "."}}
	}
	switch {
	case !has["path"]:
		l.Problem(node, path, "must have a path")
	case isGet && l.Found == before && !c.holdsID() && !l.idInAll:
		l.Problem(node, path, "must contain {id} in path, query, body or variables")
	}
	l.checkMethod(node, path, c, has)
	return c
}

// checkMethod checks that the keys of a call are allowed for its method.
func (l *loader) checkMethod(node *yaml.Node, path string, c *call, has map[string]bool) {
	switch {
	case has["graphql"] && c.method == methodGet:
		l.Problem(node, path, "graphql is always a POST; leave method out")
	case has["graphql"] && has["body"]:
		l.Problem(node, path, "body cannot be used with graphql; use variables")
	case has["variables"] && !has["graphql"]:
		l.Problem(node, path, "variables require graphql")
	case has["body"] && c.method != methodPost:
		l.Problem(node, path, "a body needs method: POST, which must be written, since a POST may change something")
	}
	switch {
	case has["graphql"]:
		c.method = methodPost
	case c.method == "":
		c.method = methodGet
	}
}

// object parses a JSON object. Names in a body must not override the HTTP method or
// carry secrets.
func (l *loader) object(node *yaml.Node, path string, withID, body bool) object {
	o := object{}
	l.Each(node, path, func(key, node *yaml.Node, at string) {
		if body {
			l.parameter(key, at, key.Value)
		}
		o = append(o, member{key.Value, l.jsonValue(node, at, withID, body)})
	})
	return o
}

func (l *loader) jsonValue(node *yaml.Node, path string, withID, body bool) any {
	switch {
	case yamlnode.IsNull(node):
		return nil
	case node.Kind == yaml.MappingNode:
		return l.object(node, path, withID, body)
	case node.Kind == yaml.SequenceNode:
		list := []any{}
		l.List(node, path, func(node *yaml.Node, path string) {
			list = append(list, l.jsonValue(node, path, withID, body))
		})
		return list
	case node.Tag == "!!bool" || node.Tag == "!!int" || node.Tag == "!!float":
		var v any
		if err := node.Decode(&v); err != nil || !isJSON(v) {
			l.Problem(node, path, "cannot be encoded as JSON")
			return nil
		}
		return v
	}
	if names := placeholders(node.Value); len(names) == 0 {
		if body {
			l.onlyReads(node, path, node.Value)
		}
		return node.Value // JSON text may have several lines
	}
	v, _ := l.value(node, path, withID)
	return v
}

// holdsID reports whether the call contains the placeholder for the requested id.
func (c *call) holdsID() bool {
	if c.idInPath() || objectHolds(c.body, idParam) || objectHolds(c.variables, idParam) {
		return true
	}
	for _, each := range c.query {
		for _, v := range each.values {
			if v.param == idParam {
				return true
			}
		}
	}
	return false
}

// objectHolds reports whether a placeholder occurs in an object.
func objectHolds(v any, name string) bool {
	switch v := v.(type) {
	case value:
		return v.param == name
	case object:
		return slices.ContainsFunc(v, func(m member) bool { return objectHolds(m.value, name) })
	case []any:
		return slices.ContainsFunc(v, func(each any) bool { return objectHolds(each, name) })
	default:
		return false
	}
}
