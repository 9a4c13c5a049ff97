package definition

import (
	"net/url"
	"slices"
	"strings"
)

// value is a text, or a placeholder for the whole of it.
type value struct{ text, param string }

// pair is a name with its values, of which a query may have several.
type pair struct {
	name   string
	values []value
}

// object is a JSON object with placeholders among its values, which are nil,
// bool, int64, uint64, float64, value, object or []any.
type object []member

type member struct {
	name  string
	value any
}

// params are the values of placeholders.
type params map[string]string

// of returns the text of a value.
func (p params) of(v value) string {
	if v.param != "" {
		return p[v.param]
	}
	return v.text
}

// with returns the params with an id.
func (p params) with(id string) params {
	all := make(params, len(p)+1)
	for name, text := range p {
		all[name] = text
	}
	all[idParam] = id
	return all
}

// fill puts the params into a path, each escaped.
func (p params) fill(template string) string {
	for _, name := range placeholders(template) {
		if text, ok := p[name]; ok {
			template = strings.ReplaceAll(template, "{"+name+"}", url.PathEscape(text))
		}
	}
	return template
}

// form returns the pairs as the values of a query or a form.
func (p params) form(pairs []pair) url.Values {
	values := make(url.Values, len(pairs))
	for _, each := range pairs {
		for _, v := range each.values {
			values.Add(each.name, p.of(v))
		}
	}
	return values
}

// json returns the object as values that marshal.
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

// placeholders are the names that stand in braces, each once.
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

// isName reports whether a text is a name: [a-z][a-z0-9_]{0,31}.
func isName(text string) bool {
	if text == "" || len(text) > 32 || text[0] < 'a' || text[0] > 'z' {
		return false
	}
	for _, c := range []byte(text) {
		if c != '_' && (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}

// oneLine reports whether a text has none of the characters that end a line or
// a text elsewhere.
func oneLine(text string) bool { return !strings.ContainsAny(text, "\r\n\x00") }
