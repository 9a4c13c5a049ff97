package account

import (
	"slices"
	"strings"
	"time"

	"export_status_exporter/provider"
)

// ExpectedTypes returns the types of a source of which something may be
// expected, whether or not there are reports of them: those that are fixed,
// configured or were seen, and those that the expectations name, as far as the
// bound on types leaves room for them.
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

// Late is data that does not go as far as is expected.
type Late struct {
	Type string
	// Newest is how far data goes that was ready, or else when the last export
	// was completed. Zero if none was ready.
	Newest time.Time
	// Within is how old it may be.
	Within time.Duration
}

// Late returns the types of a source whose data is older than expected, or of
// which none is ready although one was requested that long ago, or none at all;
// nil while nothing is known of the source.
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
			continue // what is too old to be shown may have told
		}
		since := newest
		if newest.IsZero() && byType[name] != nil {
			since = source.firstRequest(name) // it may be on its way
		}
		if v.Now.Sub(since) > within {
			late = append(late, Late{name, newest, within})
		}
	}
	return late
}

// firstRequest is when the oldest report of a type was requested, as far as that
// is known.
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
