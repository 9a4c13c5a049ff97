package account

import (
	"slices"
	"strings"
	"time"

	"export_status_exporter/provider"
)

// ExpectedTypes returns the types of a source that have expectations, whether
// or not there are reports of them. These are the types that are fixed,
// configured or already seen, followed by those that the expectations name, up
// to provider.MaxTypes.
func (v *View) ExpectedTypes(source *SourceView) []string {
	var types []string
	if source.Past != nil {
		types = source.Types
	}
	named := v.Expect.Named(source.Name, source.AnyType)
	if len(named) == 0 {
		return types
	}
	known := make(map[string]struct{}, len(types))
	for _, each := range types {
		known[strings.ToLower(each)] = struct{}{}
	}
	all := slices.Clone(types)
	for _, each := range named {
		if _, ok := known[strings.ToLower(each)]; !ok && len(all) < provider.MaxTypes {
			all = append(all, each)
		}
	}
	return all
}

// Late describes data that is older than expected.
type Late struct {
	Type string
	// Newest is the end of the newest data that was ready. If no report states
	// the range of its data, it is when the last export was completed. It is
	// zero if none was ready.
	Newest time.Time
	// Within is the maximum age of the data.
	Within time.Duration
}

// Late returns the types of a source whose newest data is older than expected.
// A type of which nothing was ever ready counts from its first request; if
// there was none, it is late. Late returns nil while nothing is known about the
// source.
func (v *View) Late(source *SourceView) []Late {
	if source.Past == nil || source.Snapshot == nil && len(source.DataEnd) == 0 {
		return nil
	}
	var late []Late
	byType := source.Summaries(v.Now)
	for _, name := range v.ExpectedTypes(source) {
		within := v.Expect.Of(source.Name, name).DataWithin
		if within <= 0 {
			continue
		}
		newest := source.DataEnd[name]
		if of := byType[name]; newest.IsZero() && of != nil {
			newest = of.Completed
		}
		if newest.IsZero() && source.Snapshot == nil {
			continue // the stale snapshot may have had some
		}
		since := newest
		if newest.IsZero() && byType[name] != nil {
			since = source.firstRequest(name) // it may still be running
		}
		if v.Now.Sub(since) > within {
			late = append(late, Late{name, newest, within})
		}
	}
	return late
}

// firstRequest returns when the oldest report of a type was requested, or the
// zero time if that is unknown.
func (s *SourceView) firstRequest(kind string) time.Time {
	var first time.Time
	for i := range s.Snapshot.Reports {
		r := &s.Snapshot.Reports[i]
		if since := r.Since(); r.Type == kind && !since.IsZero() && (first.IsZero() || since.Before(first)) {
			first = since
		}
	}
	return first
}
