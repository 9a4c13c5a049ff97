package krakenfutures

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
)

// envelope holds the top level of an answer: the success of the derivatives API and the
// three forms of errors. Nothing deeper affects the call's outcome.
type envelope struct {
	// Result is "success" or "error" in the derivatives API.
	Result     apiclient.Word  `json:"result"`
	Error      apiclient.Words `json:"error"`
	ServerTime apiclient.Time  `json:"serverTime"`
	// Status and Reason are the error fields of the history API.
	Status apiclient.Word `json:"status"`
	Reason apiclient.Word `json:"reason"`
	// Errors is the error field of the request validation.
	Errors apiclient.Lenient[apiclient.Items[message]] `json:"errors"`
}

// message is an error of the request validation: an object, or only its text.
type message struct {
	Message apiclient.Word `json:"message"`
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (m *message) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	if decoder.PeekKind() == jsontext.KindString {
		return m.Message.UnmarshalJSONFrom(decoder)
	}
	type plain message
	return json.UnmarshalDecode(decoder, (*plain)(m))
}

// history is the answer of a history stream. The rows are under logs (account log) or
// elements (other streams).
type history struct {
	envelope
	Logs     rowList `json:"logs"`
	Elements rowList `json:"elements"`
}

// rowList is a list of rows. Null is an empty list; if the list is absent, the answer
// is of another kind.
type rowList = apiclient.Optional[apiclient.Lenient[apiclient.Items[row]]]

// rows returns the rows that belong to the stream.
func (h *history) rows(stream string) ([]row, error) {
	list := &h.Elements
	if stream == streamAccountLog {
		list = &h.Logs
	}
	switch {
	case !list.There:
		return nil, &provider.Error{Reason: provider.ReasonMalformed, Detail: "the answer has no list of rows"}
	case list.Value.Err != nil:
		return nil, apiclient.Malformed(list.Value.Err)
	default:
		return list.Value.Value, nil
	}
}

// row holds the two fields that are used. All other fields are financial data.
type row struct {
	// ID is the number of an account log row, beginning with 1.
	ID apiclient.Number `json:"id"`
	// Date is the time in RFC 3339 (account log).
	Date apiclient.Time `json:"date"`
	// Timestamp is Unix time in milliseconds or seconds (other streams).
	Timestamp apiclient.Time `json:"timestamp"`
}

// moment returns the time of the row.
func (r *row) moment() provider.Moment {
	if !r.Date.Time.IsZero() || r.Date.Unreadable {
		return r.Date.Moment
	}
	return r.Timestamp.Moment
}
