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

// Response is an answer whose body is read at most once and at most
// MaxBodyBytes far.
type Response struct {
	// Status is the HTTP status code.
	Status int
	Header http.Header
	// Sent and Received are the exporter's clock before the request and when
	// the answer's header was there.
	Sent, Received time.Time

	api        *API
	body       *body
	form       form
	serverTime time.Time
}

func newResponse(answer *http.Response, pay func(int64) error, sent, received time.Time) *Response {
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

// Body returns the bounded body, for errors that come as plain text.
func (r *Response) Body() io.Reader { return r.body }

// DecodeJSON reads one JSON value, and nothing but white space after it, into
// v, as the body arrives: what v has no field for is skipped and never kept.
// Names that stand twice and text that is not UTF-8 are taken as they are. Its
// errors are *provider.Error values that quote nothing of the body; what was
// read before the error stays in v.
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
		r.form = formForeign
	case r.body.err != nil && r.body.err != io.EOF, errors.Is(err, io.ErrUnexpectedEOF): //nolint:errorlint // A bare end of the body.
		r.form = formCut
	case !errors.As(err, &syntax):
		r.form = formJSON
	case r.body.first == '<':
		r.form = formForeign
		return foreign("a web page")
	case !strings.ContainsRune(`{["-0123456789tfn`, rune(r.body.first)):
		r.form = formForeign
		return foreign("a text")
	}
	return Malformed(err)
}

// Empty reports whether DecodeJSON found no body.
func (r *Response) Empty() bool { return r.form == formEmpty }

// form is what a body turned out to be.
type form uint8

const (
	formUnread form = iota
	formEmpty
	// formCut is an answer that did not come whole.
	formCut
	// formJSON is one whole JSON value, of the expected form or not.
	formJSON
	// formForeign is a web page, XML or plain text, or packed as no API of ours
	// packs its answers.
	formForeign
)

// foreign is the failure of an answer that is meant for people. Gateways and
// maintenance pages answer so, also with status 200.
func foreign(what string) *provider.Error {
	return &provider.Error{
		Reason: provider.ReasonMalformed,
		Detail: what + " came instead of the API's answer",
		Advice: notTheAPI,
	}
}

// notTheAPI is what to do about an answer that no API gives.
const notTheAPI = "wait: the API may be under maintenance; if it stays, check that base_url is the API and that no proxy answers in its place"

// byteOrderMark may stand before good JSON.
var byteOrderMark = []byte("\ufeff")

// unmarked reads a body without the byte order mark that it may begin with.
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
		err = nil // the body tells its end again
	}
	return n, err
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

// drain reads the little that may be left, so that the connection can be used
// again.
func (r *Response) drain() { _, _ = io.CopyN(io.Discard, r.body, 4<<10) }
