package provider

// Draft is a report as an answer has it, before the rules that are common to
// all providers are applied. Texts are as answered, of any length. A Status
// that is StatusUnknown makes Word the report's ProviderStatus.
type Draft struct {
	ID, Type, Format string

	Status Status
	// Word is the provider's own word for the status.
	Word string
	// WasReady is as in Report; it counts only beside StatusExpired.
	WasReady bool
	// ExpiryEndsReady is as in Report.
	ExpiryEndsReady bool

	Created, Started, Completed, Failed, Expires Moment
	DataStart, DataEnd, LastEntry                Moment

	// ProgressRatio runs from 0 to 1 and ProgressPercent from 0 to 100; Done of
	// Total counts anything.
	ProgressRatio, ProgressPercent, Done, Total Number

	Rows, ProcessedRows, FailedItems, Size, Cost, PendingDeletion Number
}

// Report applies the rules that hold for every provider and counts what could
// not be read:
//
//   - every text is bounded;
//   - a completion belongs to a ready or expired report and a failure to a
//     failed or cancelled one: an end time on any other is the API's "last
//     modified";
//   - a count is not negative, and a size of 0 is one of a ready report only.
func (d *Draft) Report(unreadable *Unreadable) Report {
	r := Report{
		ID:              ReportID(d.ID),
		Type:            TypeName(d.Type),
		Format:          FormatName(d.Format),
		Status:          d.Status,
		WasReady:        d.Status == StatusExpired && d.WasReady,
		ExpiryEndsReady: d.ExpiryEndsReady,
		PendingDeletion: unreadable.Number(FieldPendingDeletion, d.PendingDeletion),
		Rows:            unreadable.Number(FieldRows, d.Rows).Count(),
		ProcessedRows:   unreadable.Number(FieldProcessedRows, d.ProcessedRows).Count(),
		FailedItems:     unreadable.Number(FieldFailedItems, d.FailedItems).Count(),
		SizeBytes:       unreadable.Number(FieldSize, d.Size).Count(),
		CostCredits:     unreadable.Number(FieldCost, d.Cost).Count(),
		Created:         unreadable.Moment(FieldCreated, d.Created),
		Started:         unreadable.Moment(FieldStarted, d.Started),
		Completed:       unreadable.Moment(FieldCompleted, d.Completed),
		Failed:          unreadable.Moment(FieldFailed, d.Failed),
		Expires:         unreadable.Moment(FieldExpires, d.Expires),
		DataStart:       unreadable.Moment(FieldDataStart, d.DataStart),
		DataEnd:         unreadable.Moment(FieldDataEnd, d.DataEnd),
		LastEntry:       unreadable.Moment(FieldLastEntry, d.LastEntry),
	}
	r.Progress = d.progress(unreadable, r.Rows, r.ProcessedRows)
	if d.Status == StatusUnknown {
		r.ProviderStatus = StatusWord(d.Word)
	}
	if d.Status != StatusReady && d.Status != StatusExpired {
		r.Completed = Moment{}.Time
	}
	if d.Status != StatusFailed && d.Status != StatusCancelled {
		r.Failed = Moment{}.Time
	}
	if r.SizeBytes.Value == 0 && d.Status != StatusReady {
		r.SizeBytes = Number{}
	}
	return r
}

// progress is the one rule for progress: ready is 1 and queued 0 whatever the
// provider says; else its ratio; else its percentage; else what is done of all;
// else processed of total rows; else unknown. The result lies in 0..1.
func (d *Draft) progress(unreadable *Unreadable, rows, processed Number) Number {
	ratio := unreadable.Number(FieldProgressRatio, d.ProgressRatio)
	percent := unreadable.Number(FieldProgressPercent, d.ProgressPercent)
	done := unreadable.Number(FieldDone, d.Done)
	total := unreadable.Number(FieldTotal, d.Total)
	switch {
	case d.Status == StatusReady:
		return Num(1)
	case d.Status == StatusQueued:
		return Num(0)
	case ratio.Known:
		return Num(clamp01(ratio.Value))
	case percent.Known:
		return Num(clamp01(percent.Value / 100))
	case done.Known && total.Known && total.Value > 0:
		return Num(clamp01(done.Value / total.Value))
	case processed.Known && rows.Known && rows.Value > 0:
		return Num(clamp01(processed.Value / rows.Value))
	default:
		return Number{}
	}
}

func clamp01(v float64) float64 { return min(max(v, 0), 1) }
