package definition

import (
	"slices"
	"strings"

	"export_status_exporter/provider"
)

// short returns what follows the last slash of an id or type. If that is empty, it
// returns the whole.
func short(whole string) string {
	if at := strings.LastIndexByte(whole, '/'); at >= 0 && at+1 < len(whole) {
		return whole[at+1:]
	}
	return whole
}

// names shortens ids or types. If two would get the same short name, both stay whole
// until the exporter restarts.
type names struct {
	wholes map[string]string   // by short name, from the current and the last refresh
	clash  map[string]struct{} // short names that are ambiguous
}

// add registers the names of a refresh. It must be called before any of them is
// shortened.
func (n *names) add(wholes []string) {
	fresh := make(map[string]string)
	for _, whole := range wholes {
		name := short(whole)
		if other, known := fresh[name]; known && other != whole {
			n.mark(name)
		}
		if other, known := n.wholes[name]; known && other != whole {
			n.mark(name)
		}
		fresh[name] = whole
	}
	n.wholes = fresh
}

func (n *names) mark(name string) {
	if n.clash == nil {
		n.clash = make(map[string]struct{})
	}
	n.clash[name] = struct{}{}
}

// label returns the name to show.
func (n *names) label(whole string) string {
	name := short(whole)
	if _, clashes := n.clash[name]; clashes {
		return whole
	}
	return name
}

// anySlash reports whether any name could be shortened.
func anySlash(wholes []string) bool {
	return slices.ContainsFunc(wholes, func(whole string) bool { return strings.Contains(whole, "/") })
}

// rename shortens the reports' ids and types. The ids and types parameters are the
// whole names, in the order of the reports. Types is nil if the configuration lists the
// types.
func (s *source) rename(reports []provider.Report, ids, types []string) {
	if anySlash(ids) || len(s.ids.clash) > 0 {
		s.ids.add(ids)
		for i := range reports {
			reports[i].ID = provider.ReportID(s.ids.label(ids[i]))
		}
	}
	if types != nil && (anySlash(types) || len(s.types.clash) > 0) {
		s.types.add(types)
		for i := range reports {
			reports[i].Type = provider.TypeName(s.types.label(types[i]))
		}
	}
}
