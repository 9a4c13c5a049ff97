package provider

// Draft is a report as decoded from an answer, before Report applies the rules that all
// providers share. Texts may have any length. If Status is StatusUnknown, Word becomes
// the report's ProviderStatus.
type Draft struct {
	ID, Type, Format string

	Status Status
	// Word is the provider's own status word.
	Word string
	// WasReady is as in Report. It is ignored unless Status is StatusExpired.
	WasReady bool
	// ExpiryEndsReady is as in Report.
	ExpiryEndsReady bool
	// Echoes reports that Hide changed a text. It keeps the draft from a second Hide.
	Echoes, hid bool

	Created, Started, Completed, Failed, Expires Moment
	DataStart, DataEnd, LastEntry                Moment

	// ProgressRatio is between 0 and 1, ProgressPercent between 0 and 100. Done and
	// Total may count anything, such as accounts or pages.
	ProgressRatio, ProgressPercent, Done, Total Number

	Rows, ProcessedRows, FailedItems, Size, Cost, PendingDeletion Number
}

// Hide replaces the texts by what may be shown of them, unless it did so before. It must
// see the whole texts, because the rest of a secret that was cut may be too short to be
// recognized. A nil function changes nothing.
func (d *Draft) Hide(hide func(text string) string) {
	if hide == nil || d.hid {
		return
	}
	d.hid = true
	for _, text := range []*string{&d.ID, &d.Type, &d.Format, &d.Word} {
		if shown := hide(*text); shown != *text {
			*text, d.Echoes = shown, true
		}
	}
}

// echoed is the warning about a hidden text.
const echoed = "an export's id, type, format or status repeats a secret of the account; the secret is shown as <secret>"

// Report applies the rules that all providers share and counts unreadable values:
//
//   - Texts are cut to their maximum length.
//   - Only a ready or expired report has a completion time, and only a failed or
//     cancelled one has a failure time. On any other report, an end time is just the
//     API's "last modified".
//   - Numbers that cannot be true are unreadable; see Field.Check. Only a ready report
//     can have a size of 0.
func (d *Draft) Report(unreadable *Unreadable) Report {
	r := Report{
		ID:              ReportID(d.ID),
		Type:            TypeName(d.Type),
		Format:          FormatName(d.Format),
		Status:          d.Status,
		WasReady:        d.Status == StatusExpired && d.WasReady,
		ExpiryEndsReady: d.ExpiryEndsReady,
		PendingDeletion: unreadable.Number(FieldPendingDeletion, d.PendingDeletion),
		Rows:            unreadable.Number(FieldRows, d.Rows),
		ProcessedRows:   unreadable.Number(FieldProcessedRows, d.ProcessedRows),
		FailedItems:     unreadable.Number(FieldFailedItems, d.FailedItems),
		SizeBytes:       unreadable.Number(FieldSize, d.Size),
		CostCredits:     unreadable.Number(FieldCost, d.Cost),
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

// progress returns the report's progress between 0 and 1. A ready report is at 1 and a
// queued one at 0, whatever the provider sent. Otherwise the first known value wins:
// ratio, percentage, done/total, processed rows/rows. More than all is 1, because totals
// may be estimates.
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
		return ratio
	case percent.Known:
		return Num(percent.Value / 100)
	case done.Known && total.Known && total.Value > 0:
		return Num(min(done.Value/total.Value, 1))
	case processed.Known && rows.Known && rows.Value > 0:
		return Num(min(processed.Value/rows.Value, 1))
	default:
		return Number{}
	}
}
