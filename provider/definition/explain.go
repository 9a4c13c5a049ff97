package definition

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"export_status_exporter/internal/human"
	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
)

// Limits on the output of a trial.
const (
	shownItems    = 3
	shownProblems = 20
	shownBytes    = 60
)

// explain prints the fields of the first items, and records which paths lead to a
// value.
func (t *dryRun) explain(r *reader, each *item) {
	t.items++
	report := &r.source.report
	shown := each.draft.Report(&provider.Unreadable{})
	show := t.items <= shownItems
	if show {
		t.print("item %d", t.items)
	}
	line := func(name string, ps paths, moment bool, means func(apiclient.Scalar) string) {
		t.markFound(ps, &r.item)
		if !show || len(ps) == 0 {
			return
		}
		s, at := ps.find(&r.item, nothing)
		if moment {
			s, at = ps.find(&r.item, noMoment)
		}
		if at < 0 {
			t.print("  %-16s %-24s nothing", name, ps)
			return
		}
		t.print("  %-16s %-24s %-28s is %s", name, ps[at].text, describeValue(s), means(s))
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
	status := each.means(&shown, t.options.Now)
	line("status", report.status, false, func(apiclient.Scalar) string { return status })
	for i := range report.fields {
		f := &report.fields[i]
		line(f.field.String(), f.paths, f.field <= provider.FieldLastEntry, func(s apiclient.Scalar) string {
			text, _ := meaning(f.field, s)
			if each.matched && !each.status.Finished() && isEndTime(f.field) && !s.Moment().Time.IsZero() {
				text += ", which does not count while " + each.status.String()
			}
			return text
		})
		t.warnUnreadable(f, &r.item)
	}
	if show && len(report.conditions) > 0 {
		t.print("  %-16s %-24s %-28s is %s", "statuses", "conditions", "", status)
	}
	for i := range report.conditions {
		t.markFound(report.conditions[i].paths, &r.item)
	}
	t.checkItem(r, each)
}

// checkItem records missing ids and statuses as problems.
func (t *dryRun) checkItem(r *reader, each *item) {
	if len(t.trial.Problems) >= shownProblems || each.ignored {
		return
	}
	name := fmt.Sprintf("item %d", t.items)
	if each.draft.ID != "" {
		name += " (" + printable(each.draft.ID, shownBytes) + ")"
	}
	report := &r.source.report
	if each.draft.ID == "" && len(report.id) > 0 && r.source.HasList() {
		t.problem("%s: %s", name, t.describeMissing("id", report.id, &r.item))
	}
	if each.draft.ID != "" && r.source.HasList() && r.source.afterList != detailNever && !t.source.requestable(each.draft.ID) {
		t.warn("%s: no request can carry this id, so its details are not read: %s", name, r.source.get.wantedID())
	}
	switch {
	case each.matched:
	case each.draft.Word != "":
		t.problem("%s: the word %q has no status; add it to statuses", name, printable(each.draft.Word, shownBytes))
	case len(report.status) > 0:
		t.problem("%s: %s", name, t.describeMissing("status", report.status, &r.item))
	default:
		t.problem("%s: no condition of statuses is met", name)
	}
}

// describeMissing returns why an item has no id or no status.
func (t *dryRun) describeMissing(what string, ps paths, values *apiclient.PathValues) string {
	if s, at := ps.find(values, nothing); at >= 0 && s.Composite {
		return fmt.Sprintf("the value at %s is an object or a list, so it cannot be the %s", ps[at].text, what)
	}
	return fmt.Sprintf("no %s at %s%s", what, ps, t.suggestion(ps))
}

// warnUnreadable warns about the first unreadable value of a field.
func (t *dryRun) warnUnreadable(f *field, values *apiclient.PathValues) {
	s, at := f.paths.find(values, nothing)
	if f.field <= provider.FieldLastEntry {
		s, at = f.paths.find(values, noMoment)
	}
	if at < 0 || t.unreadable[f.field] {
		return
	}
	if text, readable := meaning(f.field, s); !readable {
		t.unreadable[f.field] = true
		t.warn("%s: item %d has %s at %s, which is %s", f.field, t.items, describeValue(s), f.paths[at].text, text)
	}
}

// means returns the status of an item for the output.
func (i *item) means(r *provider.Report, now time.Time) string {
	switch at := r.StatusAt(now); {
	case i.ignored:
		return "ignored: the item is left out"
	case !i.matched:
		return "unknown"
	case at != i.status:
		return fmt.Sprintf("%s, but %s now, because its expiry has passed", i.status, at)
	default:
		return i.status.String()
	}
}

// meaning returns the parsed value for the output, and whether it could be parsed.
func meaning(f provider.Field, s apiclient.Scalar) (text string, readable bool) {
	if f <= provider.FieldLastEntry {
		switch m := s.Moment(); {
		case m.Unreadable:
			return "not a readable time", false
		case m.Time.IsZero():
			return "nothing", true
		default:
			return m.Time.UTC().Format(time.RFC3339Nano), true
		}
	}
	n := s.Number()
	if f == provider.FieldPendingDeletion {
		n = s.Bool().Number()
	}
	checked := f.Check(n)
	switch {
	case n.Known && checked.Unreadable:
		return "a number that cannot be true", false
	case !n.Known:
		return "not a readable number", false
	case !checked.Known:
		return "nothing", true
	}
	return strconv.FormatFloat(checked.Value, 'f', -1, 64), true
}

// isEndTime reports whether a field is an end time. End times count only for exports that
// have ended: before that, many APIs put the time of the last change there.
func isEndTime(f provider.Field) bool {
	return f == provider.FieldCompleted || f == provider.FieldFailed
}

// describeValue returns a value for the output.
func describeValue(s apiclient.Scalar) string {
	if s.Composite {
		return "an object or a list"
	}
	return strconv.Quote(printable(string(s.Text), shownBytes))
}

// printable returns the beginning of a text without terminal control characters.
func printable(text string, limit int) string {
	if runes := []rune(text); len(runes) > limit {
		text = string(runes[:limit]) + "…"
	}
	return human.Printable(text)
}

// String returns the paths as written in the definition.
func (ps paths) String() string {
	texts := make([]string, len(ps))
	for i := range ps {
		texts[i] = ps[i].text
	}
	return strings.Join(texts, ", ")
}
