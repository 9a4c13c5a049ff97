package account

import (
	"slices"
	"strings"

	"export_status_exporter/provider"
)

// ExpectedTypes returns the types of a source of which something may be
// expected, whether or not there are reports of them: those that are fixed,
// configured or were seen, and those that the expectations name, as far as the
// bound on types leaves room for them.
func (v *View) ExpectedTypes(source *SourceView) []string {
	var types []string
	if source.Past != nil {
		types = source.Types
	}
	named := v.Expect.Named(source.Name, source.AnyType)
	if len(named) == 0 {
		return types
	}
	known := make(map[string]struct{}, len(types))
	for _, each := range types {
		known[strings.ToLower(each)] = struct{}{}
	}
	all := slices.Clone(types)
	for _, each := range named {
		if _, ok := known[strings.ToLower(each)]; !ok && len(all) < provider.MaxTypes {
			all = append(all, each)
		}
	}
	return all
}
