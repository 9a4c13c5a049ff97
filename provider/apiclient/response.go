package apiclient

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

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

	body       *boundedBody
	serverTime time.Time
}

func newResponse(answer *http.Response, sent, received time.Time) *Response {
	return &Response{
		Status:   answer.StatusCode,
		Header:   answer.Header,
		Sent:     sent,
		Received: received,
		body:     &boundedBody{from: answer.Body, left: MaxBodyBytes, announced: answer.ContentLength},
	}
}

// OK reports whether the HTTP status is 2xx.
func (r *Response) OK() bool { return r.Status >= 200 && r.Status <= 299 }

// Body returns the bounded body, for errors that come as plain text.
func (r *Response) Body() io.Reader { return r.body }

// DecodeJSON reads one JSON value, and nothing but white space after it, into
// v. Its errors are *provider.Error values that quote nothing of the body.
func (r *Response) DecodeJSON(v any) error {
	decoder := json.NewDecoder(r.body)
	if err := decoder.Decode(v); err != nil {
		return malformed(err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return &provider.Error{Reason: provider.ReasonMalformed, Detail: "the answer goes on after its JSON value"}
	}
	return nil
}

// malformed says where decoding failed. The JSON package's own texts quote the
// input, so only the offset is kept.
func malformed(err error) error {
	failed := &provider.Error{Reason: provider.ReasonMalformed, Detail: "the answer is not of the expected form"}
	var syntax *json.SyntaxError
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &wrong):
		failed.Detail = fmt.Sprintf("the answer has an unexpected JSON type at byte %d", wrong.Offset)
	case errors.As(err, &syntax):
		failed.Detail = fmt.Sprintf("the answer is not JSON, from byte %d on", syntax.Offset)
	case errors.Is(err, io.EOF):
		failed.Detail = "the answer is empty"
	case errors.Is(err, io.ErrUnexpectedEOF):
		failed.Detail = "the answer's JSON is cut short"
	}
	return failed
}

// drain reads the little that may be left, so that the connection can be used
// again.
func (r *Response) drain() { _, _ = io.CopyN(io.Discard, r.body, 4<<10) }

// errTooLarge marks a body beyond its bound.
var errTooLarge = errors.New("body too large")

// boundedBody reads at most left bytes and remembers how reading ended, which
// JSON decoders do not tell reliably.
type boundedBody struct {
	from      io.Reader
	left      int64
	announced int64
	err       error
}

// Read implements io.Reader.
func (b *boundedBody) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	if b.announced > b.left {
		b.err = errTooLarge
		return 0, b.err
	}
	b.announced = 0 // judged once, before anything is read
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.from.Read(p)
	if b.left -= int64(n); b.left < 0 {
		// Not a byte beyond the bound is handed on.
		n, err = n+int(b.left), errTooLarge
	}
	b.err = err
	return n, err
}
