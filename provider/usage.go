package provider

import "context"

// The memory that a refresh is charged for, over all its answers. A refresh below both
// free limits is not charged, and is never refused for lack of memory. The sources of an
// account share the free items.
const (
	freeBytes = 64 << 10
	freeItems = 4 << 10
	// costOfByte covers the decoder, which buffers a whole value, and the texts.
	costOfByte = 3
	// costOfItem covers one list item: as decoded, as a report, and in sorted lists
	// that double as they grow.
	costOfItem = 1 << 10
	// maxItemBytes is more than the texts of an item that are kept.
	maxItemBytes = 1 << 10
)

// usage is a part of the answers of a refresh: bytes read, and list items.
type usage struct{ bytes, items int64 }

func (u usage) plus(bytes, items int64) usage { return usage{u.bytes + bytes, u.items + items} }

// cost returns what one of several sources is charged.
func (u usage) cost(sources int64) int64 {
	return costOfByte*max(u.bytes-freeBytes, 0) + costOfItem*max(u.items-freeItems/sources, 0)
}

// Read charges the share for what was read so far of the current answer, in addition to
// what the answers before it keep. It waits for free memory until ctx is done.
func (s *Share) Read(ctx context.Context, bytes, items int64) error {
	if s == nil {
		return nil
	}
	return s.Grow(ctx, s.kept.plus(bytes, items).cost(s.sources)-s.bytes)
}

// Add ends the current answer, of whose bytes only the texts of the items are kept. The
// memory that is not kept stays charged until Settle, because the caller still uses it.
func (s *Share) Add(bytes, items int64) {
	if s != nil {
		s.kept = s.kept.plus(min(bytes, items*maxItemBytes), items)
	}
}

// Settle reduces the share to what the answers so far keep.
func (s *Share) Settle() {
	if s != nil {
		s.Shrink(s.kept.cost(s.sources))
	}
}
