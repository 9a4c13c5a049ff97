package coinbase

import (
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

// draft maps the wire to the domain.
func (w *wireReport) draft() provider.Draft {
	return provider.Draft{
		ID:              string(w.ID),
		Type:            string(w.Type),
		Format:          string(w.Params.Value.Format),
		Status:          statuses.Status(string(w.Status)),
		Word:            string(w.Status),
		ExpiryEndsReady: true,
		Created:         w.CreatedAt.Moment,
		Completed:       w.CompletedAt.Moment,
		Expires:         w.ExpiresAt.Moment,
		DataStart:       w.Params.Value.StartDate.Moment,
		DataEnd:         w.Params.Value.EndDate.Moment,
	}
}

// statuses are the three words that are documented, and those that the API may
// have for what it does not document. A ready report past its expires_at
// becomes expired later, by provider.Report.StatusAt.
var statuses = provider.MustStatusMap(map[provider.Status][]string{
	provider.StatusQueued:     {"pending"},
	provider.StatusProcessing: {"creating"},
	provider.StatusReady:      {"ready"},
	provider.StatusFailed:     {"failed"},
	provider.StatusCancelled:  {"cancelled", "canceled"},
	provider.StatusExpired:    {"expired"},
})
