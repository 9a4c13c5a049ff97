package exposition

import (
	"sync"
	"time"
)

// Cache holds the encoded samples of one group, in the format that was requested last:
// scrapers normally request the same one, and another needs as much memory again. A part
// is encoded again when it changes, or when the time comes at which it changes by itself.
// Any other scrape formats only the ages. A Cache is safe for concurrent use. The zero
// value is empty.
type Cache struct {
	mu       sync.Mutex
	encoding encoding
	kept     encodedGroup
	// compressed is the compressed form of the last answer that began with this group.
	compressed *compressed
}

// encodedGroup is a group in one format.
type encodedGroup struct{ steady, rest *block }

// get returns a group in a format. The caller should pass the result to release after
// use.
func (c *Cache) get(g *Group, f Format, families []Family, now time.Time) encodedGroup {
	c.mu.Lock()
	defer c.mu.Unlock()
	last, same := c.kept, c.encoding == f.encoding
	c.kept = encodedGroup{} // after a panic, the old memory may have been overwritten
	fresh := encodedGroup{last.steady.current(g.Steady, same, f, families, now), last.rest.current(g.Rest, same, f, families, now)}
	fresh.steady.users++
	fresh.rest.users++
	c.kept, c.encoding = fresh, f.encoding
	return fresh
}

// release ends the use of a result of get.
func (c *Cache) release(used encodedGroup) {
	c.mu.Lock()
	defer c.mu.Unlock()
	used.steady.users--
	used.rest.users--
}
