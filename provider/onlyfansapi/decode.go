package onlyfansapi

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
)

// single is the answer about one export.
type single struct {
	refusal
	Data *wireExport             `json:"data"`
	Meta apiclient.Lenient[meta] `json:"_meta"`
}

// about reports whether the answer is about the export with the given id. An answer
// without an id is accepted if it has a status.
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

// list is the answer to the list call in any of its forms, or an error.
type list struct {
	refusal
	Exports apiclient.Items[wireExport]
	Paging  paging
	Meta    meta
}

// paging is the length of the list.
type paging struct {
	LastPage apiclient.Number `json:"last_page"`
	Total    apiclient.Number `json:"total"`
}

// pagingFields holds the places where the paging may be: in an object under one of two
// names, or directly next to the list.
type pagingFields struct {
	UnderMeta  apiclient.Lenient[paging] `json:"meta"`
	UnderPages apiclient.Lenient[paging] `json:"_pagination"`
	paging
}

// last returns the last paging that contains a page number.
func (t *pagingFields) last(before paging) paging {
	for _, each := range []paging{t.UnderMeta.Value, t.UnderPages.Value, t.paging} {
		if each.LastPage.Known {
			before = each
		}
	}
	return before
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom. The vendor's SDK nests the list
// ({"data": {"data": [...], "meta": {...}}, "_meta": {...}}), its other lists are flat
// ({"data": [...], "meta" or "_pagination": {...}}), and a plain array is accepted,
// too.
func (l *list) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	*l = list{}
	if decoder.PeekKind() == jsontext.KindBeginArray {
		return json.UnmarshalDecode(decoder, &l.Exports)
	}
	var outer struct {
		refusal
		pagingFields
		Data nested                  `json:"data"`
		Meta apiclient.Lenient[meta] `json:"_meta"`
	}
	if err := json.UnmarshalDecode(decoder, &outer); err != nil {
		return err
	}
	if outer.Data.exports == nil && len(outer.Error)+len(outer.Message) == 0 {
		return apiclient.ErrNoList
	}
	*l = list{refusal: outer.refusal, Exports: outer.Data.exports, Paging: outer.Data.last(outer.last(paging{})), Meta: outer.Meta.Value}
	return nil
}

// nested is the value of the outer data: the list, or an object that contains it.
// Exports is nil if it is neither.
type nested struct {
	exports apiclient.Items[wireExport]
	pagingFields
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (n *nested) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	*n = nested{}
	switch decoder.PeekKind() {
	case jsontext.KindBeginArray:
		return json.UnmarshalDecode(decoder, &n.exports)
	case jsontext.KindBeginObject:
		return n.object(decoder)
	default:
		return decoder.SkipValue()
	}
}

// object reads an object that contains the list under data, next to the paging, or that
// is the list itself: PHP encodes a list with gaps as an object with whole numbers as
// keys, and an empty one as {}.
func (n *nested) object(decoder *jsontext.Decoder) error {
	others := false
	err := n.exports.Read(decoder, func(name string) error {
		others = true
		return n.member(decoder, name)
	})
	if n.exports == nil && !others {
		n.exports = apiclient.Items[wireExport]{}
	}
	return err
}

func (n *nested) member(decoder *jsontext.Decoder, name string) error {
	var target any
	switch name {
	case "data":
		target = &n.exports
	case "meta":
		target = &n.UnderMeta
	case "_pagination":
		target = &n.UnderPages
	case "last_page":
		target = &n.LastPage
	case "total":
		target = &n.Total
	default:
		return decoder.SkipValue()
	}
	return json.UnmarshalDecode(decoder, target)
}

// wireExport holds the fields that are used of the page "Get Data Export Status". It
// omits on purpose: export_columns, accounts (personal), failed_reason, download_url (a
// secret link) and its expiry.
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
	FailedDownloads    apiclient.Number `json:"failed_downloads"`
	CreditCost         apiclient.Number `json:"credit_cost"`
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom. If an export occurs twice, nothing
// of the first one is left.
func (w *wireExport) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	type plain wireExport
	*w = wireExport{}
	return json.UnmarshalDecode(decoder, (*plain)(w))
}

// draft converts the export.
func (w *wireExport) draft() provider.Draft {
	return provider.Draft{
		ID:              string(w.ID),
		Type:            string(w.Type),
		Format:          string(w.FileType),
		Status:          statuses.Status(string(w.Status)),
		Word:            string(w.Status),
		ProgressPercent: w.ProgressPercentage.Number,
		Rows:            w.TotalRows.Number,
		ProcessedRows:   w.RowsProcessed.Number,
		FailedItems:     w.FailedDownloads.Number,
		Cost:            w.CreditCost.Number,
		Created:         w.CreatedAt.Moment,
		Completed:       w.CompletedAt.Moment,
		Failed:          w.FailedAt.Moment,
		DataStart:       w.StartDate.Moment,
		DataEnd:         w.EndDate.Moment,
	}
}
