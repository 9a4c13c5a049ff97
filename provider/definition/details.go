package definition

import (
	"context"
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
			if each.draft.Echoes || left == 0 || finished && s.spec.afterList != detailAll || !fitsPath(each.draft.ID) {
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

// fitsPath reports whether an id may be used in a path.
func fitsPath(id string) bool { return apiclient.ValidSegment((params{idParam: id}).fill("{id}")) }
