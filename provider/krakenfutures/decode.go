package krakenfutures

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
)

// envelope holds what the three error dialects and the success of the
// derivatives API say at the top of the answer. Nothing deeper is ever read
// for the call's outcome.
type envelope struct {
	// Result is success or error (derivatives API).
	Result     apiclient.Word  `json:"result"`
	Error      apiclient.Words `json:"error"`
	ServerTime apiclient.Time  `json:"serverTime"`
	// Status and Reason are the history API's dialect.
	Status apiclient.Word `json:"status"`
	Reason apiclient.Word `json:"reason"`
	// Errors are the request validation's dialect.
	Errors apiclient.Lenient[apiclient.Items[message]] `json:"errors"`
}

// message is an error of the request validation: an object, or its bare text.
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

// history is the answer of a history stream. Rows are account log entries or
// elements.
type history struct {
	envelope
	Logs     rowList `json:"logs"`
	Elements rowList `json:"elements"`
}

// rowList is a list of rows. A list that is null is an empty one; one that is
// not there at all belongs to an answer of another kind.
type rowList struct {
	list  apiclient.Lenient[apiclient.Items[row]]
	there bool
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (l *rowList) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	l.there = true
	return l.list.UnmarshalJSONFrom(decoder)
}

// rows returns the rows of the list that belongs to the stream.
func (h *history) rows(stream string) ([]row, error) {
	list := &h.Elements
	if stream == streamAccountLog {
		list = &h.Logs
	}
	switch {
	case !list.there:
		return nil, &provider.Error{Reason: provider.ReasonMalformed, Detail: "the answer has no list of rows"}
	case list.list.Err != nil:
		return nil, apiclient.Malformed(list.list.Err)
	default:
		return list.list.Value, nil
	}
}

// row holds the two fields we need; everything else in a row is financial.
type row struct {
	// ID numbers account log rows, from 1.
	ID apiclient.Number `json:"id"`
	// Date is RFC 3339 (account log).
	Date apiclient.Time `json:"date"`
	// Timestamp is unix milliseconds, or seconds (the other streams).
	Timestamp apiclient.Time `json:"timestamp"`
}

// moment returns the time of the row.
func (r *row) moment() provider.Moment {
	if !r.Date.Time.IsZero() || r.Date.Unreadable {
		return r.Date.Moment
	}
	return r.Timestamp.Moment
}
