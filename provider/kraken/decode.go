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
	Error  apiclient.Words                                `json:"error"`
	Result apiclient.Lenient[apiclient.Items[wireReport]] `json:"result"`
}

// wireReport holds the fields we use, of the page "Get Export Report Status".
// Left out on purpose: descr (free text of the requester), subtype, fields,
// asset, asset_classes, endtm, flags, aclass.
type wireReport struct {
	ID          apiclient.Text   `json:"id"`
	Format      apiclient.Text   `json:"format"`
	Report      apiclient.Text   `json:"report"`
	Status      apiclient.Text   `json:"status"`
	CreatedTM   apiclient.Number `json:"createdtm"`
	StartTM     apiclient.Number `json:"starttm"`
	CompletedTM apiclient.Number `json:"completedtm"`
	ExpireTM    apiclient.Number `json:"expiretm"`
	DataStartTM apiclient.Number `json:"datastarttm"`
	DataEndTM   apiclient.Number `json:"dataendtm"`
	Delete      apiclient.Bool   `json:"delete"`
}

// decode returns the reports, or the error that Kraken or its gateway told.
func decode(response *apiclient.Response) ([]wireReport, error) {
	var answer envelope
	err := response.DecodeJSON(&answer)
	switch err := judge(answer.Error, response, err); {
	case err != nil:
		return nil, err
	case answer.Result.Err != nil:
		return nil, apiclient.Malformed(answer.Result.Err) //nolint:wrapcheck // It is the domain's error.
	case answer.Result.Value == nil:
		return nil, &provider.Error{Reason: provider.ReasonMalformed, Detail: "the answer has neither an error nor a result"}
	default:
		return answer.Result.Value, nil
	}
}

// report maps the wire to the domain. The kind that was asked for stands in
// where the answer does not repeat it.
func (w *wireReport) report(kind string) provider.Report {
	status := statusOf(string(w.Status), w.Delete.Value)
	r := provider.Report{
		ID:              provider.ReportID(string(w.ID)),
		Type:            provider.TypeName(string(w.Report)),
		Format:          provider.FormatName(string(w.Format)),
		Status:          status,
		PendingDeletion: w.Delete.Number(),
		Progress:        provider.Progress01(status, provider.Number{}, provider.Number{}, provider.Number{}),
		Created:         w.CreatedTM.UnixTime(),
		Completed:       w.CompletedTM.UnixTime(),
		Expires:         w.ExpireTM.UnixTime(),
		DataStart:       w.DataStartTM.UnixTime(),
		DataEnd:         w.DataEndTM.UnixTime(),
	}
	if r.Type == "" {
		r.Type = kind
	}
	if status == provider.StatusUnknown {
		r.ProviderStatus = provider.StatusWord(string(w.Status))
	}
	r.Started = startOf(w.StartTM.UnixTime(), r.Created)
	return r
}

// startOf returns when processing began. In a queued report Kraken writes the
// start of the data there, which lies before the request itself.
func startOf(start, created time.Time) time.Time {
	if created.IsZero() || start.Before(created) {
		return time.Time{}
	}
	return start
}

// statusOf maps Kraken's three documented words, those it may have for what it
// does not document, and the mark of a pending deletion.
func statusOf(word string, pendingDeletion bool) provider.Status {
	switch strings.ToLower(strings.TrimSpace(word)) {
	case "queued":
		if pendingDeletion {
			return provider.StatusCancelled
		}
		return provider.StatusQueued
	case "processing":
		if pendingDeletion {
			return provider.StatusCancelled
		}
		return provider.StatusProcessing
	case "processed":
		if pendingDeletion {
			return provider.StatusExpired
		}
		return provider.StatusReady
	case "failed":
		return provider.StatusFailed
	case "cancelled", "canceled":
		return provider.StatusCancelled
	default:
		return provider.StatusUnknown
	}
}
