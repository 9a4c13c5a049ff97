package kraken

import (
	"testing"

	"export_status_exporter/provider"
)

// reportErrors returns values of a report's error field, and the resulting statuses of
// reports with each status word. The values are from an enum in three clients of the
// API.
func reportErrors() []struct {
	value                         string
	queued, processing, processed provider.Status
} {
	const (
		queued, processing, ready     = provider.StatusQueued, provider.StatusProcessing, provider.StatusReady
		failed, cancelled, expired    = provider.StatusFailed, provider.StatusCancelled, provider.StatusExpired
		canceled, deleted, tooBig     = `"EExport:Canceled"`, `"EExport:Deleted"`, `"EExport:Exported size too big"`
		unexpectedError, internalWord = `"EExport:Unexpected error"`, `"EExport:Internal error"`
	)
	return []struct {
		value                         string
		queued, processing, processed provider.Status
	}{
		{tooBig, failed, failed, failed},
		{internalWord, failed, failed, failed},
		{unexpectedError, failed, failed, failed},
		{canceled, cancelled, cancelled, cancelled},
		{deleted, cancelled, cancelled, expired},
		// Different spellings.
		{`[` + tooBig + `]`, failed, failed, failed},
		{`"eexport:CANCELED"`, cancelled, cancelled, cancelled},
		{`"EExport:Cancelled"`, cancelled, cancelled, cancelled},
		{`" EExport : Canceled "`, cancelled, cancelled, cancelled},
		{`["EExport: Deleted"]`, cancelled, cancelled, expired},
		{`"EEXPORT :DELETED: by request"`, cancelled, cancelled, expired},
		{`{"0":"EExport:Deleted"}`, cancelled, cancelled, expired},
		{`{"code":"EExport:Internal error"}`, failed, failed, failed},
		// Several errors: the worst wins.
		{`[` + canceled + `,` + internalWord + `]`, failed, failed, failed},
		{`[` + deleted + `,` + canceled + `]`, cancelled, cancelled, cancelled},
		{`[` + canceled + `,` + deleted + `]`, cancelled, cancelled, cancelled},
		{`["",` + deleted + `,null]`, cancelled, cancelled, expired},
		// Values that are not in the enum.
		{`"ENew:Something"`, failed, failed, failed},
		{`"out of disk"`, failed, failed, failed},
		{`"WExport:Slow"`, failed, failed, failed},
		{`17`, failed, failed, failed},
		{`true`, failed, failed, failed},
		// No error.
		{`null`, queued, processing, ready},
		{`""`, queued, processing, ready},
		{`"  "`, queued, processing, ready},
		{`[]`, queued, processing, ready},
		{`{}`, queued, processing, ready},
		{`["",null,[],{}]`, queued, processing, ready},
		{`false`, queued, processing, ready},
		{`"0"`, queued, processing, ready},
		{`0`, queued, processing, ready},
	}
}

// TestReportErrors checks that a report with an error is never ready, and that its data
// range counts only if it was ready before a person deleted it.
func TestReportErrors(t *testing.T) {
	t.Parallel()
	for _, c := range reportErrors() {
		for word, want := range map[string]provider.Status{"Queued": c.queued, "Processing": c.processing, "Processed": c.processed} {
			got := one(t, `{"id":"A","status":"`+word+`","error":`+c.value+`,"completedtm":"1772366400"}`)
			if got.Status != want {
				t.Errorf("%s with error %s is %s, want %s", word, c.value, got.Status, want)
			}
			done := want == provider.StatusReady || want == provider.StatusExpired
			if got.ReachedReady() != done || got.Completed.IsZero() == done {
				t.Errorf("%s with error %s: completed %s, reached ready: %t", word, c.value, got.Completed, got.ReachedReady())
			}
		}
	}
}

// TestReportErrorBesideADeletion checks that a pending deletion does not change a
// failure.
func TestReportErrorBesideADeletion(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]provider.Status{
		`"EExport:Internal error"`: provider.StatusFailed,
		`"EExport:Canceled"`:       provider.StatusCancelled,
		`"EExport:Deleted"`:        provider.StatusExpired,
		`""`:                       provider.StatusExpired,
	} {
		got := one(t, `{"id":"A","status":"Processed","delete":true,"error":`+value+`}`)
		if got.Status != want || got.PendingDeletion != provider.Num(1) {
			t.Errorf("%s: %s, pending deletion %+v", value, got.Status, got.PendingDeletion)
		}
	}
}
