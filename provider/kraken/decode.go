package kraken

import (
	"strings"
	"time"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
)

// envelope is the answer to every private call: errors, and a result if the call
// succeeded. A result of an unexpected form does not hide the errors.
type envelope struct {
	Error  apiclient.Words                                `json:"error,case:ignore"`
	Result apiclient.Lenient[apiclient.Items[wireReport]] `json:"result"`
}

// wireReport holds the fields that are used of the page "Get Export Report Status". It
// omits on purpose: descr (free text by the requester), subtype, fields, asset,
// asset_classes, endtm, flags, aclass.
type wireReport struct {
	ID          apiclient.Text  `json:"id"`
	Format      apiclient.Text  `json:"format"`
	Report      apiclient.Text  `json:"report"`
	Status      apiclient.Text  `json:"status"`
	Error       apiclient.Words `json:"error,case:ignore"`
	CreatedTM   apiclient.Time  `json:"createdtm"`
	StartTM     apiclient.Time  `json:"starttm"`
	CompletedTM apiclient.Time  `json:"completedtm"`
	ExpireTM    apiclient.Time  `json:"expiretm"`
	DataStartTM apiclient.Time  `json:"datastarttm"`
	DataEndTM   apiclient.Time  `json:"dataendtm"`
	Delete      apiclient.Bool  `json:"delete"`
}

// decode returns the reports and Kraken's warnings, or the error that Kraken or its
// gateway sent.
func decode(response *apiclient.Response) (reports []wireReport, warnings []string, failed error) {
	var answer envelope
	err := response.DecodeJSON(&answer)
	switch err := judge(answer.Error, response, err); {
	case err != nil:
		return nil, nil, err
	case answer.Result.Err != nil:
		return nil, nil, apiclient.Malformed(answer.Result.Err)
	case answer.Result.Value == nil:
		return nil, nil, &provider.Error{Reason: provider.ReasonMalformed, Detail: "the answer has neither an error nor a result"}
	default:
		return answer.Result.Value, warningsOf(answer.Error, response), nil
	}
}

// draft converts the report. If the answer does not repeat the kind, the requested one
// is used.
func (w *wireReport) draft(kind string) provider.Draft {
	word := string(w.Status)
	d := provider.Draft{
		ID:              string(w.ID),
		Type:            string(w.Report),
		Format:          string(w.Format),
		Status:          w.status(),
		Word:            word,
		WasReady:        statuses.Status(word) == provider.StatusReady,
		PendingDeletion: w.Delete.Number(),
		Created:         w.CreatedTM.Moment,
		Started:         w.StartTM.Moment,
		Completed:       w.CompletedTM.Moment,
		Expires:         w.ExpireTM.Moment,
		DataStart:       w.DataStartTM.Moment,
		DataEnd:         w.DataEndTM.Moment,
	}
	if d.Type == "" {
		d.Type = kind
	}
	// For a queued report, starttm is the start of the data, which is before the
	// request itself.
	if created := d.Created.Time; created.IsZero() || d.Started.Time.Before(created) {
		d.Started.Time = time.Time{}
	}
	return d
}

// status determines the status from the report's status word, its errors and the flag
// of a pending deletion. A report that was deleted before it was ready is cancelled.
func (w *wireReport) status() provider.Status {
	status := statuses.Status(string(w.Status))
	if failed, ok := w.failure(status); ok {
		return failed
	}
	if !w.Delete.Value {
		return status
	}
	switch status {
	case provider.StatusQueued, provider.StatusProcessing:
		return provider.StatusCancelled
	case provider.StatusReady:
		return provider.StatusExpired
	default:
		return status
	}
}

// ending maps the beginning of a report's error to a status.
type ending struct {
	word string
	// ready applies to a report that was ready, otherwise to any other.
	ready, otherwise provider.Status
}

// endings are errors that are not failures: somebody cancelled or deleted the report.
var endings = []ending{
	{"EExport:Cancel", provider.StatusCancelled, provider.StatusCancelled},
	{"EExport:Delet", provider.StatusExpired, provider.StatusCancelled},
}

// noError is Kraken's value for a field that is not set.
const noError = "0"

// failure returns the status of a report with an error, whatever its status word says.
// It is failed, unless every error says that a person ended the report. A report that
// was deleted after it was ready is expired.
func (w *wireReport) failure(status provider.Status) (ended provider.Status, ok bool) {
	for _, word := range w.Error {
		if strings.TrimSpace(string(word)) == noError {
			continue
		}
		means := provider.StatusFailed
		for _, each := range endings {
			if !strings.HasPrefix(provider.FoldErrorWord(string(word)), provider.FoldErrorWord(each.word)) {
				continue
			}
			means = each.otherwise
			if status == provider.StatusReady {
				means = each.ready
			}
		}
		if !ok || ended == provider.StatusExpired || means == provider.StatusFailed {
			ended = means
		}
		ok = true
	}
	return ended, ok
}
