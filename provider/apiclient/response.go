package apiclient

import (
	"bytes"
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

	api        *API
	body       *boundedBody
	form       form
	serverTime time.Time
}

func newResponse(answer *http.Response, sent, received time.Time) *Response {
	return &Response{
		Status:   answer.StatusCode,
		Header:   answer.Header,
		Sent:     sent,
		Received: received,
		api:      &API{},
		body:     &boundedBody{from: answer.Body, left: MaxBodyBytes, announced: answer.ContentLength, blank: true},
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
	body := skipMark(r.body)
	err := json.UnmarshalRead(body, v, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	var syntax *jsontext.SyntacticError
	switch {
	case err == nil:
		r.form = formJSON
		return nil
	case errors.Is(err, io.ErrUnexpectedEOF) && r.body.blank:
		r.form = formEmpty
		return &provider.Error{Reason: provider.ReasonMalformed, Detail: "the answer is empty"}
	case r.body.err != nil && r.body.err != io.EOF, errors.Is(err, io.ErrUnexpectedEOF): //nolint:errorlint // A bare end of the body.
		r.form = formCut
	case !errors.As(err, &syntax):
		r.form = formJSON
	case r.body.first == '<':
		r.form = formForeign
		return webPage()
	case syntax.ByteOffset == 0:
		r.form = formForeign
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
	// formForeign is a web page, XML or plain text.
	formForeign
)

// webPage is the failure of an answer that is a page for people. Gateways and
// maintenance pages answer so, also with status 200.
func webPage() *provider.Error {
	return &provider.Error{
		Reason: provider.ReasonMalformed,
		Detail: "a web page came instead of the API's answer",
		Advice: "wait: the API may be under maintenance; if it stays, check that base_url is the API and that no proxy answers in its place",
	}
}

// byteOrderMark may stand before good JSON.
var byteOrderMark = []byte("\ufeff")

// skipMark returns a reader without the byte order mark that the body may
// begin with.
func skipMark(body io.Reader) io.Reader {
	var first [3]byte
	n, _ := io.ReadFull(body, first[:])
	if bytes.Equal(first[:n], byteOrderMark) {
		return body
	}
	// At an end or a failure the body tells it again.
	return io.MultiReader(bytes.NewReader(first[:n]), body)
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
	case errors.Is(err, errNoList), errors.As(err, &wrong) && wrong.Err == nil:
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

// errTooLarge marks a body beyond its bound.
var errTooLarge = errors.New("body too large")

// boundedBody reads at most left bytes and remembers how reading ended, which
// JSON decoders do not tell reliably.
type boundedBody struct {
	from      io.Reader
	left      int64
	announced int64
	// blank is true as long as nothing but white space was read; first is what
	// came after it.
	blank bool
	first byte
	err   error
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
	if b.blank {
		if text := bytes.TrimLeft(p[:n], " \t\r\n\ufeff"); len(text) > 0 {
			b.blank, b.first = false, text[0]
		}
	}
	b.err = err
	return n, err
}
