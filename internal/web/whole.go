package web

import "math"

// Whole returns the document with every account and export of a fleet, in the
// order of /exports, without pages.
func Whole(f Fleet, info Info) *Document {
	return build(f, query{page: 1, limit: math.MaxInt}, info)
}
