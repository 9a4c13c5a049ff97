package definition

import (
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// value is a text, or a placeholder that stands for a whole value.
type value struct{ text, param string }

// pair is a name and its values. Only a query may have several.
type pair struct {
	name   string
	values []value
}

// object is a JSON object that may contain placeholders. Its values are nil, bool,
// int64, uint64, float64, value, object or []any.
type object []member

type member struct {
	name  string
	value any
}

// params maps placeholders to their values.
type params map[string]string

// of returns the text of a value.
func (p params) of(v value) string {
	if v.param != "" {
		return p[v.param]
	}
	return v.text
}

// with returns a copy of the params with the id added.
func (p params) with(id string) params {
	all := make(params, len(p)+1)
	maps.Copy(all, p)
	all[idParam] = id
	return all
}

// fill replaces the placeholders in a path with escaped values.
func (p params) fill(template string) string {
	for _, name := range placeholders(template) {
		if text, ok := p[name]; ok {
			template = strings.ReplaceAll(template, "{"+name+"}", url.PathEscape(text))
		}
	}
	return template
}

// form returns the pairs as url.Values for a query or a form.
func (p params) form(pairs []pair) url.Values {
	values := make(url.Values, len(pairs))
	for _, each := range pairs {
		for _, v := range each.values {
			values.Add(each.name, p.of(v))
		}
	}
	return values
}

// json returns the object with its placeholders filled, ready for marshaling.
func (p params) json(o object) map[string]any {
	filled := make(map[string]any, len(o))
	for _, each := range o {
		filled[each.name] = p.jsonValue(each.value)
	}
	return filled
}

func (p params) jsonValue(v any) any {
	switch v := v.(type) {
	case value:
		return p.of(v)
	case object:
		return p.json(v)
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = p.jsonValue(v[i])
		}
		return list
	default:
		return v
	}
}

// placeholders returns the names in braces, each once.
func placeholders(text string) []string {
	var names []string
	for rest := text; ; {
		_, after, ok := strings.Cut(rest, "{")
		if !ok {
			return names
		}
		name, _, ok := strings.Cut(after, "}")
		if ok && isName(name) && !slices.Contains(names, name) {
			names = append(names, name)
		}
		rest = after
	}
}

// nameForm matches the names in definitions.
var nameForm = regexp.MustCompile(`^[a-z][a-z0-9_]{0,31}$`)

// isName reports whether a text is a name.
func isName(text string) bool { return nameForm.MatchString(text) }

// oneLine reports whether a text is free of line breaks and NUL.
func oneLine(text string) bool { return !strings.ContainsAny(text, "\r\n\x00") }
