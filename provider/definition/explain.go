package definition

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"export_status_exporter/config/yamlnode"
	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
)

// Bounds on what a trial shows.
const (
	shownItems    = 3
	shownProblems = 20
	shownBytes    = 60
)

// explain says what each field of an item is, for the first ones, and notes
// which paths lead to something.
func (t *trying) explain(r *reader, each *item) {
	t.items++
	report := &r.source.report
	show := t.items <= shownItems
	if show {
		t.say("item %d", t.items)
	}
	line := func(name string, ps paths, moment bool, means func(apiclient.Scalar) string) {
		t.note(ps, &r.item)
		if !show || len(ps) == 0 {
			return
		}
		s, at := ps.find(&r.item, nothing)
		if moment {
			s, at = ps.find(&r.item, noMoment)
		}
		if at < 0 {
			t.say("  %-16s %-24s nothing", name, ps)
			return
		}
		t.say("  %-16s %-24s %-28s is %s", name, ps[at].text, stood(s), means(s))
	}
	text := func(s apiclient.Scalar) string {
		if s.Composite {
			return "no text"
		}
		return printable(short(string(s.Text)), shownBytes)
	}
	line("id", report.id, false, text)
	line("type", report.kind, false, text)
	line("format", report.format, false, text)
	line("status", report.status, false, func(apiclient.Scalar) string { return each.means() })
	for i := range report.fields {
		f := &report.fields[i]
		line(f.field.String(), f.paths, f.field <= provider.FieldLastEntry, func(s apiclient.Scalar) string { return meaning(f.field, s) })
	}
	if show && len(report.conditions) > 0 {
		t.say("  %-16s %-24s %-28s is %s", "statuses", "conditions", "", each.means())
	}
	for i := range report.conditions {
		t.note(report.conditions[i].paths, &r.item)
	}
	t.complain(r, each)
}

// complain notes what an item lacks.
func (t *trying) complain(r *reader, each *item) {
	if len(t.trial.Problems) >= shownProblems || each.ignored {
		return
	}
	name := fmt.Sprintf("item %d", t.items)
	if each.draft.ID != "" {
		name += " (" + printable(each.draft.ID, shownBytes) + ")"
	}
	report := &r.source.report
	if each.draft.ID == "" && len(report.id) > 0 && r.source.HasList() {
		t.problem("%s: no id at %s%s", name, report.id, t.hint(report.id))
	}
	switch {
	case each.matched:
	case each.draft.Word != "":
		t.problem("%s: the word %q has no status; add it to statuses", name, printable(each.draft.Word, shownBytes))
	case len(report.status) > 0:
		t.problem("%s: no status at %s%s", name, report.status, t.hint(report.status))
	default:
		t.problem("%s: no condition of statuses is met", name)
	}
}

// means is what an item's status turned out to be.
func (i *item) means() string {
	switch {
	case i.ignored:
		return "ignored: the item is left out"
	case !i.matched:
		return "unknown"
	default:
		return i.status.String()
	}
}

// meaning is what a value is read as.
func meaning(f provider.Field, s apiclient.Scalar) string {
	if f <= provider.FieldLastEntry {
		switch m := s.Moment(); {
		case m.Unreadable:
			return "no moment that can be read"
		case m.Time.IsZero():
			return "nothing"
		default:
			return m.Time.UTC().Format(time.RFC3339Nano)
		}
	}
	n := s.Number()
	if f == provider.FieldPendingDeletion {
		n = s.Bool().Number()
	}
	if !n.Known {
		return "no number that can be read"
	}
	return strconv.FormatFloat(n.Value, 'g', -1, 64)
}

// stood is a value as a person may see it.
func stood(s apiclient.Scalar) string {
	if s.Composite {
		return "an object or a list"
	}
	return strconv.Quote(printable(string(s.Text), shownBytes))
}

// printable is the beginning of a text, without what would move a terminal's
// cursor.
func printable(text string, limit int) string {
	runes := []rune(strings.ToValidUTF8(text, "\uFFFD"))
	if len(runes) > limit {
		runes = append(runes[:limit], '…')
	}
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, string(runes))
}

// String is the paths as they are written.
func (ps paths) String() string {
	texts := make([]string, len(ps))
	for i := range ps {
		texts[i] = ps[i].text
	}
	return strings.Join(texts, ", ")
}

// note remembers which paths lead to something.
func (t *trying) note(ps paths, values *apiclient.PathValues) {
	for i := range ps {
		if ps[i].literal != nil || !nothing(values.Get(ps[i].value)) {
			t.found[ps[i].text] = true
		}
	}
}

// missed warns of paths that led to nothing in any item.
func (t *trying) missed(c *call) {
	report := &t.source.is.report
	all := []paths{report.id, report.kind, report.format, report.status}
	for i := range report.fields {
		all = append(all, report.fields[i].paths)
	}
	for i := range report.conditions {
		all = append(all, report.conditions[i].paths)
	}
	var told []string
	for _, ps := range all {
		for i := range ps {
			if !t.found[ps[i].text] && !slices.Contains(told, ps[i].text) {
				told = append(told, ps[i].text)
				t.trial.Warnings = append(t.trial.Warnings, fmt.Sprintf("%s: nothing there in any item%s", ps[i].text, t.hint(ps[i:i+1])))
			}
		}
	}
	for _, each := range c.quota {
		if _, at := walk(t.tree, each.paths[0].keys); at != "" {
			t.trial.Warnings = append(t.trial.Warnings, fmt.Sprintf("quota %s: nothing at %s%s", each.field, each.paths, at))
		}
	}
}

// hint says where the first of some paths ends in the first item.
func (t *trying) hint(ps paths) string {
	if len(ps) == 0 || ps[0].literal != nil || t.first == nil {
		return ""
	}
	_, text := walk(t.first, ps[0].keys)
	return text
}

// explainFailure says why the answer could not be used.
func (t *trying) explainFailure(err error, c *call) {
	text := err.Error()
	var failed *provider.Error
	if errors.As(err, &failed) {
		text = failed.Detail + " (" + string(failed.Reason) + ")"
	}
	if t.tree != nil && len(c.items) > 0 {
		if _, hint := walk(t.tree, c.items[0].keys); hint != "" {
			text += "; items " + c.items.String() + hint
		}
	}
	t.problem("%s", text)
}

// findFirst finds the first item in the tree, for hints.
func (t *trying) findFirst(c *call) {
	for _, each := range c.items {
		at, missing := walk(t.tree, each.keys)
		if missing != "" {
			continue
		}
		if list, ok := at.([]any); ok {
			if len(list) == 0 {
				return
			}
			at = list[0]
		} else if object, ok := at.(map[string]any); ok {
			for _, key := range yamlnode.Sorted(object) {
				if apiclient.WholeNumber(key) {
					at = object[key]
					break
				}
			}
		}
		t.first = at
		return
	}
}

// walk follows keys down a tree. Where they end it says so, and what is there
// instead.
func walk(tree any, keys []string) (at any, missing string) {
	for i, key := range keys {
		var next any
		var found bool
		where := "at the top"
		if i > 0 {
			where = "under " + strings.Join(keys[:i], ".")
		}
		switch value := tree.(type) {
		case map[string]any:
			if next, found = value[key]; !found {
				return nil, fmt.Sprintf(": no key %q %s%s; there is: %s", printable(key, shownBytes), where,
					yamlnode.Suggestion(key, value), printable(strings.Join(yamlnode.Sorted(value), ", "), 300))
			}
		case []any:
			index, err := strconv.Atoi(key)
			if found = err == nil && index >= 0 && index < len(value); !found {
				return nil, fmt.Sprintf(": a list of %d stands %s, so %q must be an index in it", len(value), where, printable(key, shownBytes))
			}
			next = value[index]
		default:
			return nil, fmt.Sprintf(": what stands %s holds no key %q", where, printable(key, shownBytes))
		}
		tree = next
	}
	return tree, ""
}
