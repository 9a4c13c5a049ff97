package web

import (
	"maps"
	"slices"
	"strconv"

	"export_status_exporter/provider"
)

// maxOptions is the maximum number of options of a select field; with more, it
// becomes a text field.
const maxOptions = 300

// field is one field of the filter form.
type field struct {
	Name, Label string
	// Value is the value in the query. A free field is a text field, any other
	// a select field.
	Value string
	Free  bool
	// Hint is the placeholder of a free field.
	Hint    string
	Options []option
}

type option struct {
	Value, Text string
	Chosen      bool
}

// fields returns the form's fields. They offer all values of the fleet,
// whatever the filter, so that one filter can be exchanged for another without
// clearing it first.
func fields(f Fleet, q query) []field {
	providers, accounts, kinds := make(map[string]bool), make(map[string]bool), make(map[string]bool)
	for i := range f.Accounts {
		view := &f.Accounts[i]
		providers[view.Provider], accounts[view.Name] = true, true
		for j := range view.Sources {
			if past := view.Sources[j].Past; past != nil {
				for _, kind := range past.Types {
					kinds[kind] = true
				}
			}
		}
	}
	delete(kinds, "") // an export may have no type
	statuses := make([]string, 0, len(provider.Statuses()))
	for _, status := range provider.Statuses() {
		statuses = append(statuses, status.String())
	}
	return []field{
		{Name: bySearch, Label: "Search", Value: q.search, Free: true, Hint: "id, type or account"},
		newField(byProvider, "Provider", q.provider, slices.Sorted(maps.Keys(providers)), visible),
		newField(byAccount, "Account", q.account, slices.Sorted(maps.Keys(accounts)), visible),
		newField(byType, "Type", q.kind, slices.Sorted(maps.Keys(kinds)), visible),
		newField(byStatus, "Status", q.status, statuses, humanize),
		refreshField(q.refresh),
	}
}

func newField(name, label, value string, values []string, say func(string) string) field {
	f := field{Name: name, Label: label, Value: value, Free: len(values) > maxOptions}
	if f.Free {
		f.Hint = "all"
		return f
	}
	f.Options = append(f.Options, option{Text: "all", Chosen: value == ""})
	for _, each := range values {
		f.Options = append(f.Options, option{Value: each, Text: say(each), Chosen: each == value})
	}
	if value != "" && !slices.Contains(values, value) {
		// Keep showing the value of the query, even if nothing has it.
		f.Options = append(f.Options, option{Value: value, Text: visible(value) + " (none)", Chosen: true})
	}
	return f
}

func refreshField(chosen int) field {
	f := field{Name: "refresh", Label: "Reload", Value: refreshValue(chosen)}
	for _, each := range refreshChoices() {
		text := "every " + strconv.Itoa(each) + " s"
		switch {
		case each == 0:
			text = "never"
		case each >= 60:
			text = "every " + strconv.Itoa(each/60) + " min"
		}
		f.Options = append(f.Options, option{Value: refreshValue(each), Text: text, Chosen: each == chosen})
	}
	return f
}
