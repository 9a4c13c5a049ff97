package coinbase

import (
	"strings"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
)

// wireReport holds the fields we use, of the page "Get a report". Left out on
// purpose: file_url (a secret link), user_id, file_count, and of params the
// e-mail address, the user and every id.
type wireReport struct {
	ID          apiclient.Text                `json:"id"`
	Type        apiclient.Text                `json:"type"`
	Status      apiclient.Text                `json:"status"`
	CreatedAt   apiclient.Time                `json:"created_at"`
	CompletedAt apiclient.Time                `json:"completed_at"`
	ExpiresAt   apiclient.Time                `json:"expires_at"`
	Params      apiclient.Lenient[wireParams] `json:"params"`
}

// wireParams is what was asked for.
type wireParams struct {
	Format    apiclient.Text `json:"format"`
	StartDate apiclient.Time `json:"start_date"`
	EndDate   apiclient.Time `json:"end_date"`
}

// report maps the wire to the domain.
func (w *wireReport) report() provider.Report {
	status := statusOf(string(w.Status))
	r := provider.Report{
		ID:              provider.ReportID(string(w.ID)),
		Type:            provider.TypeName(string(w.Type)),
		Format:          provider.FormatName(string(w.Params.Value.Format)),
		Status:          status,
		ExpiryEndsReady: true,
		Progress:        provider.Progress01(status, provider.Number{}, provider.Number{}, provider.Number{}),
		Created:         w.CreatedAt.Time,
		Completed:       w.CompletedAt.Time,
		Expires:         w.ExpiresAt.Time,
		DataStart:       w.Params.Value.StartDate.Time,
		DataEnd:         w.Params.Value.EndDate.Time,
	}
	if status == provider.StatusUnknown {
		r.ProviderStatus = provider.StatusWord(string(w.Status))
	}
	return r
}

// statusOf maps the three words that are documented, and those that the API
// may have for what it does not document. A ready report past its expires_at
// becomes expired later, by provider.Report.StatusAt.
func statusOf(word string) provider.Status {
	switch strings.ToLower(strings.TrimSpace(word)) {
	case "pending":
		return provider.StatusQueued
	case "creating":
		return provider.StatusProcessing
	case "ready":
		return provider.StatusReady
	case "failed":
		return provider.StatusFailed
	case "cancelled", "canceled":
		return provider.StatusCancelled
	case "expired":
		return provider.StatusExpired
	default:
		return provider.StatusUnknown
	}
}
