// Package provider is the domain: what a data export ("report") is, what a
// provider answered about its reports (Snapshot), who is asked (Source) and why
// asking failed (Error). It knows no API and imports nothing of this project.
package provider

import "time"

// Number is a value that a provider may leave out. The zero value is unknown,
// which becomes a missing series and never a 0.
type Number struct {
	Value float64
	Known bool
}

// Num returns a known number.
func Num(value float64) Number { return Number{Value: value, Known: true} }

// Report is one data export, in terms common to all providers. A zero time, an
// unknown Number and an empty Type or Format mean that the provider did not
// say. Values are immutable once they stand in a Snapshot.
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
	// ExpiryEndsReady says that a ready report is expired from Expires on. It
	// is false where the provider's expiry is not to be trusted.
	ExpiryEndsReady bool
	// PendingDeletion is 1 or 0 where the provider tells.
	PendingDeletion Number

	// Progress runs from 0 to 1.
	Progress Number
	// Rows is the size of the finished export, ProcessedRows what is done.
	Rows, ProcessedRows Number
	// CostCredits is what this export costs, in the provider's credits.
	CostCredits Number

	Created, Started, Completed, Failed, Expires time.Time
	// DataStart and DataEnd are the range of the data inside the report.
	DataStart, DataEnd time.Time
	// LastEntry is the time of the newest row of a stream.
	LastEntry time.Time
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
// no longer ready, so the 1 that ready implies is not there any more.
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
	case !r.Completed.IsZero() && r.Completed.After(r.Failed):
		return r.Completed
	case !r.Failed.IsZero():
		return r.Failed
	default:
		return r.Created
	}
}

// Progress01 is the one rule for progress: ready is 1 and queued 0 whatever the
// provider says; else its percentage; else processed of total rows; else
// unknown. The result lies in 0..1.
func Progress01(status Status, percent, processed, total Number) Number {
	switch {
	case status == StatusReady:
		return Num(1)
	case status == StatusQueued:
		return Num(0)
	case percent.Known:
		return Num(clamp01(percent.Value / 100))
	case processed.Known && total.Known && total.Value > 0:
		return Num(clamp01(processed.Value / total.Value))
	default:
		return Number{}
	}
}

func clamp01(v float64) float64 { return min(max(v, 0), 1) }
