package provider

import "crypto/sha256"

// Trail holds the cursors that a refresh of a list has used, as hashes, because a cursor
// may be long.
type Trail map[[sha256.Size]byte]struct{}

// Step adds a cursor, and reports whether it is new. A used one leads to known pages.
func (t Trail) Step(cursor string) bool {
	key := sha256.Sum256([]byte(cursor))
	_, used := t[key]
	t[key] = struct{}{}
	return !used
}
