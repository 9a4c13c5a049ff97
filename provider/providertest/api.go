// Package providertest contains helpers for the tests of the provider packages: a
// scripted API that records its requests, a clock, an observer and secrets.
package providertest

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing/iotest"
)

// Answer is one answer of an API. A zero Status means 200.
type Answer struct {
	Status int
	Header http.Header
	Body   string
	// Cut breaks the connection after the body, before the answer is complete.
	Cut bool
	// Err fails the request without any HTTP answer.
	Err error
}

// Asked is one recorded request.
type Asked struct {
	Method, URL string
	Header      http.Header
	Body        string
}

// API is an http.RoundTripper that returns its answers in order, repeats the last one,
// and records every request. It is safe for concurrent use.
type API struct {
	mu      sync.Mutex
	answers []Answer
	asked   []Asked
}

// Answers returns an API with the given answers.
func Answers(answers ...Answer) *API { return &API{answers: answers} }

// JSON returns an API that answers with the given bodies and status 200.
func JSON(bodies ...string) *API {
	api := &API{}
	for _, body := range bodies {
		api.answers = append(api.answers, Answer{Body: body})
	}
	return api
}

// Asked returns the requests recorded so far.
func (a *API) Asked() []Asked {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]Asked(nil), a.asked...)
}

// RoundTrip implements http.RoundTripper.
func (a *API) RoundTrip(request *http.Request) (*http.Response, error) {
	var body []byte
	if request.Body != nil {
		var err error
		if body, err = io.ReadAll(request.Body); err != nil {
			return nil, fmt.Errorf("read the request's body: %w", err)
		}
		_ = request.Body.Close()
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.asked = append(a.asked, Asked{
		Method: request.Method, URL: request.URL.String(), Header: request.Header.Clone(), Body: string(body),
	})
	answer := a.answers[min(len(a.asked), len(a.answers))-1]
	if answer.Err != nil {
		return nil, answer.Err
	}
	if answer.Status == 0 {
		answer.Status = http.StatusOK
	}
	if answer.Header == nil {
		answer.Header = http.Header{}
	}
	return &http.Response{
		StatusCode: answer.Status, Header: answer.Header, ContentLength: -1, Request: request,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Body: io.NopCloser(answer.reader()),
	}, nil
}

func (a *Answer) reader() io.Reader {
	if a.Cut {
		return io.MultiReader(strings.NewReader(a.Body), iotest.ErrReader(io.ErrUnexpectedEOF))
	}
	return strings.NewReader(a.Body)
}
