package collector

import (
	"time"

	"export_status_exporter/account"
)

// expected writes the expectations for a source's exports. They are always present, so
// that joins by type find them.
func (e emit) expected(view *account.View, source *account.SourceView) {
	for _, name := range view.ExpectedTypes(source) {
		want := view.Expect.Of(source.Name, name)
		e.Begin(ofType, view.Provider, view.Name, source.Name, name)
		e.span(expectedReady, want.ReadyWithin)
		e.span(expectedData, want.DataWithin)
		e.span(expectedFetch, want.FetchBeforeExpiry)
	}
}

// span writes a duration in seconds unless it is 0.
func (e emit) span(at id, d time.Duration) {
	if d != 0 {
		e.value(at, d.Seconds())
	}
}
