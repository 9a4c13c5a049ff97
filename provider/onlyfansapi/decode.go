package onlyfansapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
)

// single is the answer about one export.
type single struct {
	Data *wireExport             `json:"data"`
	Meta apiclient.Lenient[meta] `json:"_meta"`
}

// about reports whether the answer is about the export of an id. An answer
// without an id is taken for it if it has a status.
func (s *single) about(id string) bool {
	switch {
	case s.Data == nil:
		return false
	case s.Data.ID == "":
		return s.Data.Status != ""
	default:
		return string(s.Data.ID) == id
	}
}

// list is the answer about all exports, in whichever shape it came.
type list struct {
	Exports []wireExport
	Paging  paging
	Meta    meta
}

// paging says how long the list is.
type paging struct {
	LastPage apiclient.Number `json:"last_page"`
	Total    apiclient.Number `json:"total"`
}

// errShape is a list in none of the known shapes.
var errShape = errors.New("no list of exports")

// UnmarshalJSON implements json.Unmarshaler. The vendor's SDK nests the list
// ({"data": {"data": [...], "meta": {...}}, "_meta": {...}}), its other lists
// are flat ({"data": [...], "meta" or "_pagination": {...}}), and a plain array
// is taken as well.
func (l *list) UnmarshalJSON(raw []byte) error {
	*l = list{}
	if bytes.HasPrefix(raw, []byte("[")) {
		return json.Unmarshal(raw, &l.Exports) //nolint:wrapcheck // Judged by type further up.
	}
	var outer struct {
		Data       json.RawMessage           `json:"data"`
		Paging     apiclient.Lenient[paging] `json:"meta"`
		Pagination apiclient.Lenient[paging] `json:"_pagination"`
		paging
		Meta apiclient.Lenient[meta] `json:"_meta"`
	}
	if err := json.Unmarshal(raw, &outer); err != nil {
		return err //nolint:wrapcheck // Judged by type further up.
	}
	l.Meta = outer.Meta.Value
	told := []paging{outer.Paging.Value, outer.Pagination.Value, outer.paging}
	data := outer.Data
	if bytes.HasPrefix(data, []byte("{")) {
		var inner struct {
			Data   json.RawMessage           `json:"data"`
			Paging apiclient.Lenient[paging] `json:"meta"`
			paging
		}
		if err := json.Unmarshal(data, &inner); err != nil {
			return err //nolint:wrapcheck // Judged by type further up.
		}
		data = inner.Data
		told = append(told, inner.Paging.Value, inner.paging)
	}
	if !bytes.HasPrefix(data, []byte("[")) {
		return errShape
	}
	for _, each := range told {
		if each.LastPage.Known {
			l.Paging = each
		}
	}
	return json.Unmarshal(data, &l.Exports) //nolint:wrapcheck // Judged by type further up.
}

// wireExport holds the fields we use, of the page "Get Data Export Status".
// Left out on purpose: export_columns, accounts (personal), failed_reason,
// download_url (a secret link) and its expiry, failed_downloads.
type wireExport struct {
	ID                 apiclient.Text   `json:"id"`
	Type               apiclient.Text   `json:"type"`
	Status             apiclient.Text   `json:"status"`
	FileType           apiclient.Text   `json:"file_type"`
	StartDate          apiclient.Time   `json:"start_date"`
	EndDate            apiclient.Time   `json:"end_date"`
	CreatedAt          apiclient.Time   `json:"created_at"`
	CompletedAt        apiclient.Time   `json:"completed_at"`
	FailedAt           apiclient.Time   `json:"failed_at"`
	TotalRows          apiclient.Number `json:"total_rows"`
	RowsProcessed      apiclient.Number `json:"rows_processed"`
	ProgressPercentage apiclient.Number `json:"progress_percentage"`
	CreditCost         apiclient.Number `json:"credit_cost"`
}

// report maps the wire to the domain.
func (w *wireExport) report() provider.Report {
	status := statusOf(string(w.Status))
	r := provider.Report{
		ID:            provider.ReportID(string(w.ID)),
		Type:          provider.TypeName(string(w.Type)),
		Format:        provider.FormatName(string(w.FileType)),
		Status:        status,
		Progress:      provider.Progress01(status, w.ProgressPercentage.Number, w.RowsProcessed.Number, w.TotalRows.Number),
		Rows:          w.TotalRows.Count(),
		ProcessedRows: w.RowsProcessed.Count(),
		CostCredits:   w.CreditCost.Count(),
		Created:       w.CreatedAt.Time,
		Completed:     w.CompletedAt.Time,
		Failed:        w.FailedAt.Time,
		DataStart:     w.StartDate.Time,
		DataEnd:       w.EndDate.Time,
	}
	if status == provider.StatusUnknown {
		r.ProviderStatus = provider.StatusWord(string(w.Status))
	}
	return r
}

// statusOf maps the seven words of the vendor's SDK, and those that the API
// may have for a cancelled or expired export.
func statusOf(word string) provider.Status {
	switch strings.ToLower(strings.TrimSpace(word)) {
	case "calculating_credits", "pending":
		return provider.StatusQueued
	case "calculating_credits_completed":
		// Waits for a person to start it, which is what charges credits.
		return provider.StatusAwaitingStart
	case "in_progress":
		return provider.StatusProcessing
	case "completed":
		return provider.StatusReady
	case "failed", "calculating_credits_failed":
		return provider.StatusFailed
	case "cancelled", "canceled":
		return provider.StatusCancelled
	case "expired":
		return provider.StatusExpired
	default:
		return provider.StatusUnknown
	}
}
