package exposition

import (
	"sync"
	"time"
)

// Cache keeps the samples of one group as ready bytes, in each format that was
// asked for. A part is written anew when it is no longer the same, and when the
// clock passes a moment at which it changes by itself; a scrape in between adds
// only the ages. It is safe for concurrent use. The zero value is empty.
type Cache struct {
	mu      sync.Mutex
	formats [formats]rendered
	// packed is the compressed form of the last answers that began with this
	// group.
	packed [formats]*packed
}

// rendered is a group in one format.
type rendered struct{ steady, rest *block }

// block is one part of a group in one format. It is immutable once made, as
// long as anybody uses it.
type block struct {
	// users is how many answers show it; the cache's lock guards it.
	users int
	// from is what it was made from.
	from any
	// made and until bound the scrapes that it is right for, until excluded;
	// a zero until is for ever.
	made, until time.Time

	// ready are the samples by family.
	ready [][]byte
	// opened are the samples of the aged family without their values, one after another.
	opened []byte
	aged   []aged
}

// aged is one sample of the aged family: where it ends in block.opened, and since when.
type aged struct {
	end   int
	since time.Time
}

// of returns a group in a format. It is used until it is given to done.
func (c *Cache) of(g *Group, f Format, families []Family, now time.Time) rendered {
	c.mu.Lock()
	defer c.mu.Unlock()
	kept := &c.formats[f.at]
	last := *kept
	*kept = rendered{} // in case of a panic: what is made next may take its memory
	fresh := rendered{last.steady.of(g.Steady, f, families, now), last.rest.of(g.Rest, f, families, now)}
	fresh.steady.users++
	fresh.rest.users++
	*kept = fresh
	return fresh
}

// done ends the use of what of returned.
func (c *Cache) done(used rendered) {
	c.mu.Lock()
	defer c.mu.Unlock()
	used.steady.users--
	used.rest.users--
}

// of returns the block itself if it is still right, and else a new one in its
// place. The block may be nil.
func (b *block) of(p Part, f Format, families []Family, now time.Time) *block {
	if b.fits(now) && p.Same(b.from) {
		return b
	}
	fresh := b.next(len(families))
	fresh.made = now
	fresh.from, fresh.until = p.Write(&writer{block: fresh, encoding: f.encoding, families: families})
	return fresh
}

// next returns an empty block in place of another, which may be nil. What is
// made next is about as large as what it replaces, and takes its memory where
// nobody uses that any more.
func (b *block) next(families int) *block {
	fresh := &block{ready: make([][]byte, families)}
	if b == nil {
		return fresh
	}
	for at := range b.ready {
		fresh.ready[at] = successor(b.ready[at], b.users == 0)
	}
	fresh.opened = successor(b.opened, b.users == 0)
	fresh.aged = successor(b.aged, b.users == 0)
	return fresh
}

// successor is an empty list in place of another, in its memory if that is free
// and no more than twice what was needed.
func successor[T any](last []T, free bool) []T {
	if free && cap(last) <= 2*len(last) {
		return last[:0]
	}
	return make([]T, 0, len(last)+len(last)/16)
}

// fits reports whether there is a block that is right at a moment, if nothing
// else has changed.
func (b *block) fits(now time.Time) bool {
	return b != nil && !now.Before(b.made) && (b.until.IsZero() || now.Before(b.until))
}
