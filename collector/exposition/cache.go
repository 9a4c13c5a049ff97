package exposition

import (
	"sync"
	"time"
)

// Cache holds the rendered samples of one group, in each format that was requested. A
// part is rendered again when it changes, or when the time comes at which it changes by
// itself. Any other scrape renders only the ages. A Cache is safe for concurrent use.
// The zero value is empty.
type Cache struct {
	mu      sync.Mutex
	formats [formats]encodedGroup
	// compressed holds the compressed form of the last answers that began with this
	// group.
	compressed [formats]*compressed
}

// encodedGroup is a group in one format.
type encodedGroup struct{ steady, rest *block }

// block is one part of a group in one format. It is immutable as long as it is in use.
type block struct {
	// users is the number of answers that use the block. The cache's lock guards it.
	users int
	// from is the data that the block was made from.
	from any
	// The block is valid for scrapes from made until before until. A zero until means
	// forever.
	made, until time.Time

	// encoded holds the samples by family.
	encoded [][]byte
	// opened holds the samples of the aged family without their values, one after
	// another.
	opened []byte
	aged   []aged
}

// aged is one sample of the aged family: its end in block.opened, and the time from
// which its age counts.
type aged struct {
	end   int
	since time.Time
}

// get returns a group in a format. The caller must pass the result to release after use.
func (c *Cache) get(g *Group, f Format, families []Family, now time.Time) encodedGroup {
	c.mu.Lock()
	defer c.mu.Unlock()
	kept := &c.formats[f.at]
	last := *kept
	*kept = encodedGroup{} // after a panic, the old memory may have been overwritten
	fresh := encodedGroup{last.steady.reuseOrEncode(g.Steady, f, families, now), last.rest.reuseOrEncode(g.Rest, f, families, now)}
	fresh.steady.users++
	fresh.rest.users++
	*kept = fresh
	return fresh
}

// release ends the use of a result of get.
func (c *Cache) release(used encodedGroup) {
	c.mu.Lock()
	defer c.mu.Unlock()
	used.steady.users--
	used.rest.users--
}

// reuseOrEncode returns b if it is still valid, and otherwise a new block. b may be nil.
func (b *block) reuseOrEncode(p Part, f Format, families []Family, now time.Time) *block {
	if b.valid(now) && p.Same(b.from) {
		return b
	}
	fresh := b.next(len(families))
	fresh.made = now
	fresh.from, fresh.until = p.Write(&writer{block: fresh, encoding: f.encoding, families: families})
	return fresh
}

// next returns an empty block to replace b, which may be nil. The new block will be
// about as large as b, and reuses its memory if b is not in use.
func (b *block) next(families int) *block {
	fresh := &block{encoded: make([][]byte, families)}
	if b == nil {
		return fresh
	}
	for at := range b.encoded {
		fresh.encoded[at] = successor(b.encoded[at], b.users == 0)
	}
	fresh.opened = successor(b.opened, b.users == 0)
	fresh.aged = successor(b.aged, b.users == 0)
	return fresh
}

// successor returns an empty slice to replace last. It reuses the memory if that is
// free and at most twice as large as needed.
func successor[T any](last []T, free bool) []T {
	if free && cap(last) <= 2*len(last) {
		return last[:0]
	}
	return make([]T, 0, len(last)+len(last)/16)
}

// valid reports whether the block is valid at the given time if its data did not change.
func (b *block) valid(now time.Time) bool {
	return b != nil && !now.Before(b.made) && (b.until.IsZero() || now.Before(b.until))
}
