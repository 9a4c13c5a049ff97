package krakenfutures

import (
	"encoding/json"
	"time"

	"export_status_exporter/provider/apiclient"
)

// envelope holds what the three error dialects and the success of the
// derivatives API say at the top of the answer. Nothing deeper is ever read
// for the call's outcome.
type envelope struct {
	// Result is success or error (derivatives API).
	Result     apiclient.Text `json:"result"`
	Error      apiclient.Text `json:"error"`
	ServerTime apiclient.Time `json:"serverTime"`
	// Status and Reason are the history API's dialect.
	Status apiclient.Text `json:"status"`
	// Errors are the request validation's dialect.
	Errors apiclient.Lenient[[]struct {
		Message apiclient.Text `json:"message"`
	}] `json:"errors"`
}

// history is the answer of a history stream. Rows are account log entries or
// elements; a nil list is an answer of another kind.
type history struct {
	envelope
	Logs     rowList `json:"logs"`
	Elements rowList `json:"elements"`
}

// rowList is a list of rows. A list that is null is an empty one; one that is
// not there at all belongs to an answer of another kind.
type rowList struct{ rows *[]row }

// UnmarshalJSON implements json.Unmarshaler.
func (l *rowList) UnmarshalJSON(raw []byte) error {
	l.rows = &[]row{}
	return json.Unmarshal(raw, l.rows) //nolint:wrapcheck // Judged by type further up.
}

// rows returns the list that belongs to the stream.
func (h *history) rows(stream string) *[]row {
	if stream == streamAccountLog {
		return h.Logs.rows
	}
	return h.Elements.rows
}

// row holds the two fields we need; everything else in a row is financial.
type row struct {
	// ID numbers account log rows, from 1.
	ID apiclient.Number `json:"id"`
	// Date is RFC 3339 (account log).
	Date apiclient.Time `json:"date"`
	// Timestamp is unix milliseconds (the other streams).
	Timestamp apiclient.Number `json:"timestamp"`
}

// moment returns the time of the row.
func (r *row) moment() time.Time {
	if !r.Date.IsZero() {
		return r.Date.Time
	}
	seconds := r.Timestamp
	seconds.Value /= 1000
	return seconds.UnixTime()
}
