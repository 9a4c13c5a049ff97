package definition

import (
	"strings"

	"export_status_exporter/provider"
)

// short is what follows the last slash of an id or a type, the whole if nothing
// does.
func short(whole string) string {
	if at := strings.LastIndexByte(whole, '/'); at >= 0 && at+1 < len(whole) {
		return whole[at+1:]
	}
	return whole
}

// names shortens ids or types. Where two would become one, both stay whole,
// until the restart.
type names struct {
	wholes map[string]string   // by short name, of the present and the last refresh
	clash  map[string]struct{} // short names of several
}

// add takes the names of a refresh, before any of them is shortened.
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

// label is the name that is shown.
func (n *names) label(whole string) string {
	name := short(whole)
	if _, clashes := n.clash[name]; clashes {
		return whole
	}
	return name
}

// anySlash reports whether any name would be shortened.
func anySlash(wholes []string) bool {
	for _, whole := range wholes {
		if strings.IndexByte(whole, '/') >= 0 {
			return true
		}
	}
	return false
}

// rename gives reports their short names. Ids and types are whole, in the order
// of the reports; types is nil where the configuration names the types.
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
