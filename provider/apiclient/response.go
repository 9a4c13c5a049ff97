package apiclient

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"export_status_exporter/provider"
)

// Response is an answer. At most MaxBodyBytes of its body can be read, once.
type Response struct {
	// Status is the HTTP status code.
	Status int
	Header http.Header
	// Sent and Received are the local times before the request was sent and when the
	// answer's header arrived.
	Sent, Received time.Time

	api        *API
	body       *body
	form       form
	serverTime time.Time
}

func newResponse(answer *http.Response, pay func(bytes, items int64) error, sent, received time.Time) *Response {
	return &Response{
		Status:   answer.StatusCode,
		Header:   answer.Header,
		Sent:     sent,
		Received: received,
		api:      &API{},
		body:     newBody(answer, pay),
	}
}

// OK reports whether the HTTP status is 2xx.
func (r *Response) OK() bool { return r.Status >= 200 && r.Status <= 299 }

// Items charges the memory budget for the number of list items decoded so far. Without
// it, every object of the answer counts as an item. The error is one of the budget.
func (r *Response) Items(n int) error { return r.body.count(int64(n)) }

// Body returns the limited body, for errors that are plain text.
func (r *Response) Body() io.Reader { return r.body }

// DecodeJSON decodes the body, which must be a single JSON value, into v while the body
// arrives. Values without a field in v are skipped and not kept in memory. Duplicate
// names and invalid UTF-8 are accepted. Errors are *provider.Error values that do not
// quote the body; v then holds what was decoded before the error.
func (r *Response) DecodeJSON(v any) error {
	err := json.UnmarshalRead(&unmarked{body: r.body}, v, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	var syntax *jsontext.SyntacticError
	switch {
	case err == nil:
		r.form = formJSON
		return nil
	case errors.Is(err, io.ErrUnexpectedEOF) && r.body.blank:
		r.form = formEmpty
		return &provider.Error{Reason: provider.ReasonMalformed, Detail: "the answer is empty", Advice: notTheAPI}
	case r.body.strange():
		r.form = formNotJSON
	case r.body.err != nil && r.body.err != io.EOF, errors.Is(err, io.ErrUnexpectedEOF): //nolint:errorlint // A bare end of the body.
		r.form = formCut
	case !errors.As(err, &syntax):
		r.form = formJSON
	case r.body.first == '<':
		r.form = formNotJSON
		return notJSONError("a web page")
	case !strings.ContainsRune(`{["-0123456789tfn`, rune(r.body.first)):
		r.form = formNotJSON
		return notJSONError("a text")
	}
	return Malformed(err)
}

// Empty reports whether DecodeJSON found no body.
func (r *Response) Empty() bool { return r.form == formEmpty }

// form is the kind of content that a body has.
type form uint8

const (
	formUnread form = iota
	formEmpty
	// formCut is an incomplete answer.
	formCut
	// formJSON is one complete JSON value, whether or not it has the expected form.
	formJSON
	// formNotJSON is a web page, XML, plain text, or data in a compression that was not
	// requested.
	formNotJSON
)

// notJSONError returns the failure for an answer that is meant for people, such as a
// gateway or maintenance page. These may come with status 200.
func notJSONError(what string) *provider.Error {
	return &provider.Error{
		Reason: provider.ReasonMalformed,
		Detail: what + " came instead of the API's answer",
		Advice: notTheAPI,
	}
}

// notTheAPI is the advice for an answer that does not come from the API.
const notTheAPI = "wait: the API may be under maintenance; if this persists, check that base_url is the API and that no proxy answers in its place"

// byteOrderMark may precede valid JSON.
var byteOrderMark = []byte("\ufeff")

// unmarked reads a body without its byte order mark.
type unmarked struct {
	body  io.Reader
	begun bool
}

// Read implements io.Reader.
func (u *unmarked) Read(p []byte) (int, error) {
	if u.begun || len(p) < len(byteOrderMark) {
		return u.body.Read(p)
	}
	u.begun = true
	n, err := io.ReadAtLeast(u.body, p, len(byteOrderMark))
	if bytes.HasPrefix(p[:n], byteOrderMark) {
		n = copy(p, p[len(byteOrderMark):n])
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil // the next read returns the body's error again
	}
	return n, err
}

// Malformed returns a failure that says where decoding failed. The texts of the JSON
// package quote the input, so only the offset is used.
func Malformed(err error) *provider.Error {
	failed := &provider.Error{Reason: provider.ReasonMalformed, Detail: "the answer does not have the expected form"}
	var syntax *jsontext.SyntacticError
	var wrong *json.SemanticError
	switch {
	case errors.Is(err, errTooMany):
		failed.Reason = provider.ReasonTooLarge
		failed.Detail = fmt.Sprintf("the answer lists more than %d items", MaxItems)
	case errors.Is(err, io.ErrUnexpectedEOF):
		failed.Detail = "the answer's JSON is cut short"
	case errors.Is(err, ErrNoList), errors.As(err, &wrong) && wrong.Err == nil:
		failed.Detail = "the answer has an unexpected JSON type"
		if errors.As(err, &wrong) {
			failed.Detail += fmt.Sprintf(" at byte %d", wrong.ByteOffset+1)
		}
	case errors.As(err, &syntax):
		failed.Detail = fmt.Sprintf("the answer is not one JSON value, from byte %d on", syntax.ByteOffset+1)
	}
	return failed
}

// drain reads a short rest of the body, so that the connection can be reused.
func (r *Response) drain() { _, _ = io.CopyN(io.Discard, r.body, 4<<10) }
