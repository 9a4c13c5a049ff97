package definition

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"unsafe"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
)

// maxDetails is the maximum number of detail calls in one refresh.
const maxDetails = 60

// keptDetail is the detail of a finished report.
type keptDetail struct {
	item item
	// listed is the report's status in the list at that time. If the status changes,
	// the detail is requested again.
	listed provider.Status
}

// KeptBytes implements provider.Keeper.
func (s *source) KeptBytes() int64 {
	total := s.ids.bytes() + s.types.bytes()
	for id, each := range s.kept {
		d := &each.item.draft
		total += int64(unsafe.Sizeof(*each)) + int64(len(id)+len(d.ID)+len(d.Type)+len(d.Format)+len(d.Word)) + entryBytes
	}
	return total
}

// Forget implements provider.Keeper.
func (s *source) Forget() { s.ids, s.types, s.kept = names{}, names{}, nil }

// details requests the details of the listed reports, unfinished ones first, and merges
// them.
func (s *source) details(ctx context.Context, g *gathering) error {
	left := maxDetails
	kept := make(map[string]*keptDetail, len(s.kept))
	r := &reader{source: s.spec}
	statuses := make([]provider.Status, len(g.items))
	for i := range g.items {
		statuses[i] = g.items[i].status
	}
	for _, finished := range []bool{false, true} {
		for i := range g.items {
			each := &g.items[i]
			listed := statuses[i]
			if each.ignored || listed.Finished() != finished || !s.wants(each.draft.Type) {
				continue
			}
			if known := s.kept[each.draft.ID]; known != nil && known.listed == listed {
				kept[each.draft.ID] = known
				each.merge(&known.item)
				continue
			}
			if each.draft.Echoes || finished && s.spec.afterList != detailAll {
				continue
			}
			if !s.requestable(each.draft.ID) {
				g.list.Snapshot.Unreadable[provider.FieldID]++
				continue
			}
			if left == 0 {
				continue
			}
			left--
			detail, err := s.fetchOne(ctx, r, each.draft.ID)
			switch {
			case provider.Missing(err):
				continue
			case err != nil:
				return err
			}
			r.quotaOf(s.spec.get, &g.list.Snapshot)
			each.merge(detail)
			if s.spec.afterList == detailAll && each.status.Finished() {
				kept[each.draft.ID] = &keptDetail{*detail, listed}
			}
		}
	}
	s.kept = kept
	return nil
}

// requestable reports whether a request may carry a listed id.
func (s *source) requestable(id string) bool {
	inHeader := slices.ContainsFunc(s.def.headers, func(p pair) bool { return p.values[0].param == idParam })
	return s.spec.get.takes(id) && !isMutation(id) && (!inHeader || headerText(id))
}

// takes reports whether an id may be used in a call. One that is too long was cut.
func (c *call) takes(id string) bool {
	if c.idInPath() {
		return apiclient.ValidSegment(url.PathEscape(id))
	}
	return id != "" && len(id) <= apiclient.MaxEscapedBytes && oneLine(id)
}

// wantedID tells which ids a call takes.
func (c *call) wantedID() string {
	if c.idInPath() {
		return "in a path, an id has only letters, digits, spaces and -._~!$&'()*+,=:@, no two dots in a row, and at most 512 bytes once escaped"
	}
	return "an id is one line of at most 512 bytes"
}

func (c *call) idInPath() bool { return strings.Contains(c.path, "{"+idParam+"}") }
