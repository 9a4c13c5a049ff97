package kraken

import (
	"strings"
	"time"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
)

// envelope is the answer of every private call: errors, and a result that is
// there only if the call worked. A result of another form hides no error.
type envelope struct {
	Error  apiclient.Words                                `json:"error,case:ignore"`
	Result apiclient.Lenient[apiclient.Items[wireReport]] `json:"result"`
}

// wireReport holds the fields we use, of the page "Get Export Report Status".
// Left out on purpose: descr (free text of the requester), subtype, fields,
// asset, asset_classes, endtm, flags, aclass.
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

// decode returns the reports and what Kraken warns about, or the error that it
// or its gateway told.
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

// draft maps the wire to the domain. The kind that was asked for stands in
// where the answer does not repeat it.
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
	// In a queued report Kraken writes the start of the data into starttm, which
	// lies before the request itself.
	if created := d.Created.Time; created.IsZero() || d.Started.Time.Before(created) {
		d.Started.Time = time.Time{}
	}
	return d
}

// status is what the report's word, its error and the mark of a pending
// deletion say together. A report that was deleted before it was ready is
// cancelled.
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

// ending is what the beginning of a report's error means for its status.
type ending struct {
	word string
	// ready is for a report that was ready, otherwise for any other.
	ready, otherwise provider.Status
}

// endings are the errors that are no failures: somebody ended the report.
var endings = []ending{
	{"EExport:Cancel", provider.StatusCancelled, provider.StatusCancelled},
	{"EExport:Delet", provider.StatusExpired, provider.StatusCancelled},
}

// noError is how Kraken writes what is not set.
const noError = "0"

// failure is the status of a report with an error, whatever its own status
// says: failed, unless every error says that a person ended it. A report that
// was deleted after it was ready has expired.
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
