// Package provider defines the domain types: what a data export is (Report), what a
// provider answered (Snapshot), what is asked (Source) and why a call failed (Error).
// It knows no API and imports no other package of this project.
package provider

import "time"

// Report is one data export, in terms common to all providers. A zero time, an unknown
// Number and an empty Type or Format mean that the provider did not send the value. A
// report is immutable once it is part of a Snapshot. Providers build reports with
// Draft, which applies the rules that all providers share.
type Report struct {
	// ID is the provider's id of the report, shortened by ReportID.
	ID string
	// Type is what is exported: trades, fills, transactions, ...
	Type string
	// Format is the file format in the provider's spelling, such as CSV or pdf.
	Format string

	Status Status
	// ProviderStatus is the provider's own word if Status is unknown, otherwise empty.
	// It is shortened by StatusWord.
	ProviderStatus string
	// WasReady reports that the provider once called an expired report ready. A report
	// can also expire without ever being ready.
	WasReady bool
	// ExpiryEndsReady reports that a ready report counts as expired from Expires on. It
	// is false if the provider's expiry times are unreliable.
	ExpiryEndsReady bool
	// PendingDeletion is 1 or 0, or unknown.
	PendingDeletion Number

	// Progress is between 0 and 1.
	Progress Number
	// Rows is the size of the finished export, ProcessedRows the part done so far.
	Rows, ProcessedRows Number
	// FailedItems is the number of items missing from the file because they could not
	// be exported.
	FailedItems Number
	// SizeBytes is the size of the finished file.
	SizeBytes Number
	// CostCredits is the cost of this export in the provider's credits.
	CostCredits Number

	// Completed is known only for ready or expired reports, and Failed only for failed
	// or cancelled ones.
	Created, Started, Completed, Failed, Expires time.Time
	// DataStart and DataEnd are the time range of the exported data.
	DataStart, DataEnd time.Time
	// LastEntry is the time of the newest row of a stream.
	LastEntry time.Time
	// FirstSeen is when the exporter first saw the report. Changed is when it last saw
	// the report change, or zero if it never did. The account sets both; they are lost
	// on restart.
	FirstSeen, Changed time.Time
}

// StatusAt returns the status at the given time. A ready report with a reliable expiry
// is expired from that time on, even if the provider still calls it ready.
func (r *Report) StatusAt(now time.Time) Status {
	if r.Status == StatusReady && r.ExpiryEndsReady && !r.Expires.IsZero() && !now.Before(r.Expires) {
		return StatusExpired
	}
	return r.Status
}

// ProgressAt returns the progress at the given time. A report that has expired by then
// has no progress.
func (r *Report) ProgressAt(now time.Time) Number {
	if r.StatusAt(now) != r.Status {
		return Number{}
	}
	return r.Progress
}

// FinishedAt returns when the report reached its final status: its completion or
// failure time, otherwise its creation time. It is zero if none is known.
func (r *Report) FinishedAt() time.Time {
	switch {
	case !r.Completed.IsZero():
		return r.Completed
	case !r.Failed.IsZero():
		return r.Failed
	default:
		return r.Created
	}
}

// ReachedReady reports whether the provider calls or once called the report ready. Only
// such reports show how recent the exported data is.
func (r *Report) ReachedReady() bool { return r.Status == StatusReady || r.WasReady }

// Since returns when the wait for the report began: its creation time, or FirstSeen if
// the provider sends no creation time.
func (r *Report) Since() time.Time {
	if r.Created.IsZero() {
		return r.FirstSeen
	}
	return r.Created
}
