package web

import "math"

// Whole returns the document of a fleet with every account and every export, in
// the order of /exports, for who has no page.
func Whole(f Fleet, info Info) *Document {
	return build(f, query{page: 1, limit: math.MaxInt}, info)
}

// Urgencies are the values of Report.Urgency, the most urgent first.
func Urgencies() []string { return urgencyNames[:] }
