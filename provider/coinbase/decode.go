package coinbase

import (
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
)

// list is the answer to the list call: an array, or an error.
type list struct {
	Reports apiclient.Items[wireReport]
	refusal
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom. An object whose keys are whole
// numbers is also a list, as in apiclient.Items.
func (l *list) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	*l = list{}
	if decoder.PeekKind() != jsontext.KindBeginObject {
		return json.UnmarshalDecode(decoder, &l.Reports)
	}
	l.Reports = apiclient.Items[wireReport]{}
	odd := false
	err := l.Reports.Read(decoder, func(name string) error {
		if strings.EqualFold(name, "message") {
			return l.Message.UnmarshalJSONFrom(decoder)
		}
		odd = true
		return decoder.SkipValue()
	})
	if err == nil && odd && len(l.Message) == 0 {
		return apiclient.ErrNoList
	}
	return err
}

// single is the answer about one report, or an error.
type single struct {
	wireReport
	refusal
}

// about reports whether the answer is about the report with the given id. An answer
// without an id is accepted if it has a status.
func (s *single) about(id string) bool {
	if s.ID == "" {
		return s.Status != ""
	}
	return plainID(string(s.ID)) == plainID(id)
}

// plainID returns an id without what the API ignores: case and dashes.
func plainID(id string) string { return strings.ToLower(strings.ReplaceAll(id, "-", "")) }

// wireReport holds the fields that are used of the page "Get a report". It omits on
// purpose: file_url (a secret link), user_id, file_count, and of params the e-mail
// address, the user and all ids.
type wireReport struct {
	ID          apiclient.Text `json:"id"`
	Type        apiclient.Text `json:"type"`
	Status      apiclient.Text `json:"status"`
	CreatedAt   apiclient.Time `json:"created_at"`
	CompletedAt apiclient.Time `json:"completed_at"`
	ExpiresAt   apiclient.Time `json:"expires_at"`
	Params      params         `json:"params"`
}

// draft converts the report.
func (w *wireReport) draft() provider.Draft {
	start, end := w.Params.span(w.CreatedAt.Moment)
	return provider.Draft{
		ID:              string(w.ID),
		Type:            string(w.Type),
		Format:          string(w.Params.Format),
		Status:          statuses.Status(string(w.Status)),
		Word:            string(w.Status),
		ExpiryEndsReady: true,
		Created:         w.CreatedAt.Moment,
		Completed:       w.CompletedAt.Moment,
		Expires:         w.ExpiresAt.Moment,
		DataStart:       start,
		DataEnd:         end,
	}
}
