package definition

import (
	"hash/maphash"
	"slices"
	"strings"

	"export_status_exporter/provider"
)

// short returns what follows the last slash of an id or type. If that is empty, it
// returns the whole.
func short(whole string) string {
	// The copy does not keep the whole in memory.
	if tail := afterSlash(whole); len(tail) < len(whole) {
		return strings.Clone(tail)
	}
	return whole
}

// afterSlash is short without a copy.
func afterSlash(whole string) string {
	if at := strings.LastIndexByte(whole, '/'); at >= 0 && at+1 < len(whole) {
		return whole[at+1:]
	}
	return whole
}

// names shortens ids or types. If several would get the same short name, it belongs to
// the one that had it in the last refresh, as long as that one is listed, and otherwise
// to none. All others stay whole.
type names struct {
	// owners holds, by the hash of each short name of the last refresh, the hash of the
	// whole that it belongs to, or nobody.
	owners map[uint64]uint64
	seed   maphash.Seed
}

// nobody is the owner of an ambiguous name.
const nobody = 0

// entryBytes is about the size of an entry in names.owners.
const entryBytes = 40

func (n *names) hash(text string) uint64 { return max(nobody+1, maphash.String(n.seed, text)) }

// add registers the names of a refresh. It must be called before any of them is
// shortened.
func (n *names) add(wholes []string) {
	if n.owners == nil {
		n.seed = maphash.MakeSeed()
	}
	fresh := make(map[uint64]uint64)
	for _, whole := range wholes {
		name, own := n.hash(afterSlash(whole)), n.hash(whole)
		last, known := n.owners[name]
		other, listed := fresh[name]
		switch {
		case known && last == own:
			fresh[name] = own
		case listed && (other == own || other == last):
		case known || listed:
			fresh[name] = nobody
		default:
			fresh[name] = own
		}
	}
	n.owners = fresh
}

// label returns the name to show.
func (n *names) label(whole string) string {
	if n.owners[n.hash(afterSlash(whole))] == n.hash(whole) {
		return short(whole)
	}
	return whole
}

// bytes estimates the memory used.
func (n *names) bytes() int64 { return int64(len(n.owners)) * entryBytes }

// anySlash reports whether any name could be shortened.
func anySlash(wholes []string) bool {
	return slices.ContainsFunc(wholes, func(whole string) bool { return strings.Contains(whole, "/") })
}

// rename shortens the reports' ids and types. The ids and types parameters are the
// whole names, in the order of the reports. Types is nil if the configuration lists the
// types.
func (s *source) rename(reports []provider.Report, ids, types []string) {
	if anySlash(ids) || len(s.ids.owners) > 0 {
		s.ids.add(ids)
		for i := range reports {
			reports[i].ID = provider.ReportID(s.ids.label(ids[i]))
		}
	}
	if types != nil && (anySlash(types) || len(s.types.owners) > 0) {
		s.types.add(types)
		for i := range reports {
			reports[i].Type = provider.TypeName(s.types.label(types[i]))
		}
	}
}
