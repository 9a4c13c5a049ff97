package definition

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"export_status_exporter/config/yamlnode"
	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
)

// markFound records which paths lead to a value.
func (t *dryRun) markFound(ps paths, values *apiclient.PathValues) {
	for i := range ps {
		if ps[i].literal != nil || !nothing(values.Get(ps[i].value)) {
			t.found[ps[i].text] = true
		}
	}
}

// warnUnusedPaths warns about paths that led to no value in any item.
func (t *dryRun) warnUnusedPaths(c *call) {
	report := &t.source.spec.report
	all := []paths{report.id, report.kind, report.format, report.status}
	for i := range report.fields {
		all = append(all, report.fields[i].paths)
	}
	for i := range report.conditions {
		all = append(all, report.conditions[i].paths)
	}
	var warned []string
	for _, ps := range all {
		for i := range ps {
			if !t.found[ps[i].text] && !slices.Contains(warned, ps[i].text) {
				warned = append(warned, ps[i].text)
				t.warn("%s: no value in any item%s", ps[i].text, t.suggestion(ps[i:i+1]))
			}
		}
	}
	for _, each := range c.quota {
		if at := each.paths.missing(t.tree, ofAnswer); at != "" {
			t.warn("quota %s: nothing at %s%s", each.field, each.paths, at)
		}
	}
	if f := c.failIf; f != nil && f.named {
		if at := f.at.missing(t.tree, ofAnswer); at != "" {
			t.warn("fail_if: nothing at %s, so no answer like this one is an error%s", f.at, at)
		}
	}
}

// whyLast prints why there is no next page, and warns if that may be a mistake: a path
// without a value is correct only on the last page.
func (t *dryRun) whyLast(n *next) string {
	if len(n.while) > 0 {
		if at := n.while.missing(t.tree, ofAnswer); at != "" {
			t.warn("next while: nothing at %s, so no page follows%s", n.while, at)
			return ""
		}
		for i := range n.while {
			value, missing := walk(t.tree, ofAnswer, n.while[i].keys)
			if missing != "" || value == nil {
				continue
			}
			if _, err := strconv.ParseBool(fmt.Sprint(value)); err != nil {
				t.warn("next while: the value at %s is neither true nor false, so no page follows", n.while[i].text)
			}
			return fmt.Sprintf(": %s is not true", n.while[i].text)
		}
		return ""
	}
	from, top := t.tree, ofAnswer
	if n.kind == nextLast {
		from, top = t.last, ofItem
	}
	if at := n.from.missing(from, top); at != "" && from != nil {
		t.warn("next %s: nothing at %s, which is correct only on the last page%s", n.kind, n.from, at)
		return ""
	}
	return fmt.Sprintf(": %s is empty", n.from)
}

// missing returns where the first path ends if none of the paths leads to a value, and
// otherwise an empty text.
func (ps paths) missing(tree any, top string) string {
	first := ""
	for i := range ps {
		if ps[i].literal != nil {
			return ""
		}
		_, at := walk(tree, top, ps[i].keys)
		if at == "" {
			return ""
		}
		if i == 0 {
			first = at
		}
	}
	return first
}

// suggestion returns where the first path ends in the first item.
func (t *dryRun) suggestion(ps paths) string {
	if len(ps) == 0 || ps[0].literal != nil || t.first == nil {
		return ""
	}
	_, text := walk(t.first, ofItem, ps[0].keys)
	return text
}

// explainFailure records why the answer could not be used.
func (t *dryRun) explainFailure(err error, c *call) {
	text := err.Error()
	if failed, ok := errors.AsType[*provider.Error](err); ok {
		text = failed.Detail + " (" + string(failed.Reason) + ")"
	}
	if t.tree != nil && len(c.items) > 0 {
		if _, suggestion := walk(t.tree, ofAnswer, c.items[0].keys); suggestion != "" {
			text += "; items " + c.items.String() + suggestion
		}
	}
	t.problem("%s", text)
}

// findFirst finds the first and the last item of the answer, for suggestions.
func (t *dryRun) findFirst(c *call) {
	for _, each := range c.items {
		at, missing := walk(t.tree, ofAnswer, each.keys)
		if missing != "" {
			continue
		}
		if list, ok := at.([]any); ok {
			if len(list) == 0 {
				return
			}
			at, t.last = list[0], list[len(list)-1]
		} else if object, ok := at.(map[string]any); ok {
			for _, key := range yamlnode.Sorted(object) {
				if apiclient.WholeNumber(key) {
					at = object[key]
					break
				}
			}
		}
		if t.last == nil {
			t.last = at
		}
		t.first = at
		return
	}
}

// Starting points of paths, as shown in suggestions.
const (
	ofAnswer = "at the top"
	ofItem   = "at the top of the item"
)

// walk follows keys through decoded JSON. If they lead nowhere, missing describes where
// they end and what is there instead.
func walk(tree any, top string, keys []string) (at any, missing string) {
	for i, key := range keys {
		var next any
		var found bool
		where := top
		if i > 0 {
			where = "under " + strings.Join(keys[:i], ".")
		}
		switch value := tree.(type) {
		case map[string]any:
			if next, found = value[key]; !found {
				known := yamlnode.Sorted(value)
				return nil, fmt.Sprintf(": no key %q %s%s; there is: %s", printable(key, shownBytes), where,
					yamlnode.Suggestion(key, known), printable(strings.Join(known, ", "), 300))
			}
		case []any:
			index, err := strconv.Atoi(key)
			if found = err == nil && index >= 0 && index < len(value); !found {
				return nil, fmt.Sprintf(": there is a list of %d %s, so %q must be an index in it", len(value), where, printable(key, shownBytes))
			}
			next = value[index]
		default:
			return nil, fmt.Sprintf(": the value %s has no key %q", where, printable(key, shownBytes))
		}
		tree = next
	}
	return tree, ""
}
