package collector

import (
	"time"

	"export_status_exporter/account"
)

// expected writes the expectations for a source's exports. They are always present, so
// that joins by type find them.
func (s sampler) expected(view *account.View, source *account.SourceView) {
	for _, name := range view.ExpectedTypes(source) {
		want := view.Expect.Of(source.Name, name)
		s.Begin(typeLabels, view.Provider, view.Name, source.Name, name)
		s.span(expectedReady, want.ReadyWithin)
		s.span(expectedData, want.DataWithin)
		s.span(expectedFetch, want.FetchBeforeExpiry)
	}
}

// span writes a duration in seconds unless it is 0.
func (s sampler) span(at metricID, d time.Duration) {
	if d != 0 {
		s.value(at, d.Seconds())
	}
}
