// Package provider is the domain: what a data export ("report") is, what a
// provider answered about its reports (Snapshot), who is asked (Source) and why
// asking failed (Error). It knows no API and imports nothing of this project.
package provider

import "time"

// Report is one data export, in terms common to all providers. A zero time, an
// unknown Number and an empty Type or Format mean that the provider did not
// say. Values are immutable once they are part of a Snapshot. Providers make
// reports from a Draft, which holds the rules that are common to all.
type Report struct {
	// ID is what the provider calls the report; see ReportID for its bounds.
	ID string
	// Type says what is exported (trades, fills, transactions, ...).
	Type string
	// Format is the file's format (CSV, pdf, ...), as the provider spells it.
	Format string

	Status Status
	// ProviderStatus is the provider's own word while Status is unknown, else
	// empty; see StatusWord for its bounds.
	ProviderStatus string
	// WasReady says that an expired report was ready once, by the provider's own
	// word. By another word a report can be expired that never was ready.
	WasReady bool
	// ExpiryEndsReady says that a ready report is expired from Expires on. It
	// is false where the provider's expiry is not to be trusted.
	ExpiryEndsReady bool
	// PendingDeletion is 1 or 0 where the provider tells.
	PendingDeletion Number

	// Progress runs from 0 to 1.
	Progress Number
	// Rows is the size of the finished export, ProcessedRows what is done.
	Rows, ProcessedRows Number
	// FailedItems counts what the file lacks because it could not be exported.
	FailedItems Number
	// SizeBytes is the size of the finished file.
	SizeBytes Number
	// CostCredits is what this export costs, in the provider's credits.
	CostCredits Number

	// Completed is known only of reports that are ready or expired, Failed only
	// of those that are failed or cancelled.
	Created, Started, Completed, Failed, Expires time.Time
	// DataStart and DataEnd are the range of the data inside the report.
	DataStart, DataEnd time.Time
	// LastEntry is the time of the newest row of a stream.
	LastEntry time.Time
	// FirstSeen is when the exporter first saw the report, and Changed when it
	// last saw anything of it change, zero if it never did. Both are since the
	// start of the exporter; the account sets them.
	FirstSeen, Changed time.Time
}

// StatusAt is the status at a moment: a ready report whose expiry counts is
// expired from that expiry on, without the provider saying so.
func (r *Report) StatusAt(now time.Time) Status {
	if r.Status == StatusReady && r.ExpiryEndsReady && !r.Expires.IsZero() && !now.Before(r.Expires) {
		return StatusExpired
	}
	return r.Status
}

// ProgressAt is the progress at a moment. A report that has expired by then is
// no longer ready, so the 1 that ready implies is gone.
func (r *Report) ProgressAt(now time.Time) Number {
	if r.StatusAt(now) != r.Status {
		return Number{}
	}
	return r.Progress
}

// FinishedAt is when the report reached its final status: its completion or
// failure, else its creation. Zero if none is known.
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

// ReachedReady reports whether the report is or was ready, by the provider's
// own word. Only such reports tell how far exported data goes.
func (r *Report) ReachedReady() bool { return r.Status == StatusReady || r.WasReady }

// Since is when the wait for the report began: its creation, or the moment it
// was first seen where the provider tells no creation.
func (r *Report) Since() time.Time {
	if r.Created.IsZero() {
		return r.FirstSeen
	}
	return r.Created
}
