package exposition

import (
	"sync"
	"time"
)

// Cache holds the encoded samples of one group, in each format that was requested. A
// part is encoded again when it changes, or when the time comes at which it changes by
// itself. Any other scrape formats only the ages. A Cache is safe for concurrent use.
// The zero value is empty.
type Cache struct {
	mu      sync.Mutex
	formats [formats]encodedGroup
	// compressed is the compressed form of the last answer that began with this group.
	// There is only one, because it may take more memory than all formats, and scrapers
	// normally request the same format.
	compressed *compressed
}

// encodedGroup is a group in one format.
type encodedGroup struct{ steady, rest *block }

// get returns a group in a format. The caller should pass the result to release after
// use.
func (c *Cache) get(g *Group, f Format, families []Family, now time.Time) encodedGroup {
	c.mu.Lock()
	defer c.mu.Unlock()
	kept := &c.formats[f.at]
	last := *kept
	*kept = encodedGroup{} // after a panic, the old memory may have been overwritten
	fresh := encodedGroup{last.steady.current(g.Steady, f, families, now), last.rest.current(g.Rest, f, families, now)}
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
