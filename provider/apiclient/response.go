package apiclient

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"export_status_exporter/provider"
)

// Response is an answer whose body is read at most once and at most
// MaxBodyBytes far.
type Response struct {
	// Status is the HTTP status code.
	Status int
	Header http.Header
	// Sent and Received are the exporter's clock before the request and when
	// the answer's header was there.
	Sent, Received time.Time

	body       *body
	serverTime time.Time
}

func newResponse(answer *http.Response, pay func(int64) error, sent, received time.Time) *Response {
	return &Response{
		Status:   answer.StatusCode,
		Header:   answer.Header,
		Sent:     sent,
		Received: received,
		body:     newBody(answer, pay),
	}
}

// OK reports whether the HTTP status is 2xx.
func (r *Response) OK() bool { return r.Status >= 200 && r.Status <= 299 }

// Body returns the bounded body, for errors that come as plain text.
func (r *Response) Body() io.Reader { return r.body }

// DecodeJSON reads one JSON value, and nothing but white space after it, into
// v, as the body arrives: what v has no field for is skipped and never kept.
// Names that stand twice and text that is not UTF-8 are taken as they are. Its
// errors are *provider.Error values that quote nothing of the body; what was
// read before the error stays in v.
func (r *Response) DecodeJSON(v any) error {
	err := json.UnmarshalRead(r.body, v, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	switch {
	case err == nil:
		return nil
	case errors.Is(err, io.ErrUnexpectedEOF) && r.body.blank:
		return &provider.Error{Reason: provider.ReasonMalformed, Detail: "the answer is empty"}
	default:
		return Malformed(err)
	}
}

// Malformed says where decoding failed. The JSON package's own texts quote the
// input, so only the offset is kept.
func Malformed(err error) *provider.Error {
	failed := &provider.Error{Reason: provider.ReasonMalformed, Detail: "the answer is not of the expected form"}
	var syntax *jsontext.SyntacticError
	var wrong *json.SemanticError
	switch {
	case errors.Is(err, errTooMany):
		failed.Reason = provider.ReasonTooLarge
		failed.Detail = fmt.Sprintf("the answer lists more than %d items", MaxItems)
	case errors.Is(err, io.ErrUnexpectedEOF):
		failed.Detail = "the answer's JSON is cut short"
	case errors.As(err, &wrong) && wrong.Err == nil:
		failed.Detail = fmt.Sprintf("the answer has an unexpected JSON type at byte %d", wrong.ByteOffset+1)
	case errors.As(err, &syntax):
		failed.Detail = fmt.Sprintf("the answer is not one JSON value, from byte %d on", syntax.ByteOffset+1)
	}
	return failed
}

// drain reads the little that may be left, so that the connection can be used
// again.
func (r *Response) drain() { _, _ = io.CopyN(io.Discard, r.body, 4<<10) }
