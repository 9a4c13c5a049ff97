package apiclient_test

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"export_status_exporter/provider/apiclient"
	"export_status_exporter/provider/providertest"
)

func canary() string {
	raw := make([]byte, 12)
	_, _ = rand.Read(raw) // never fails
	return "canary" + hex.EncodeToString(raw)
}

// TestErrorsRepeatNothing puts a marker into everything that is sent and received, and
// searches all errors for it.
func TestErrorsRepeatNothing(t *testing.T) {
	t.Parallel()
	value := canary()
	answers := map[string]providertest.Answer{
		"transport error": {Err: fmt.Errorf("dial %s: refused", value)},
		"URL error":       {Err: &url.Error{Op: "Get", URL: "https://api.test/reports?token=" + value, Err: errors.New(value)}},
		"JSON text":       {Body: `{"name":"` + value + `"`},
		"wrong type":      {Body: `{"name":["` + value + `"]}`},
		"wrong key":       {Body: `{"` + value + `":1}x`},
		"HTML":            {Body: "<p>" + value},
		"a number":        {Body: `{"name":` + value + `}`},
		"status":          {Status: 418, Body: `{"message":"` + value + `"}`},
		"redirect":        {Status: 302, Header: http.Header{"Location": {"https://" + value + ".test/?" + value}}},
		"odd headers":     {Status: 429, Header: http.Header{"Retry-After": {value}, "Date": {value}, "Rate-Limit-Reset": {value}}},
		"unknown status":  {Status: 599, Header: http.Header{"Content-Type": {value}}, Body: value},
	}
	for name, given := range answers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(providertest.Answers(given))
			var v struct {
				Name string `json:"name"`
			}
			err := r.Do(t.Context(), apiclient.Request{
				Method: "GET", Path: "/reports/" + value, Query: "profile_id=" + value,
				Header: http.Header{"Authorization": {"Bearer " + value}, "Api-Sign": {value}},
				Body:   []byte("nonce=" + value),
			}, decode(&v))
			if err == nil {
				t.Fatal("no error")
			}
			for _, text := range []string{err.Error(), fmt.Sprintf("%+v %#v", err, failure(t, err))} {
				if strings.Contains(text, value) {
					t.Errorf("shown: %s", text)
				}
			}
			if !strings.HasPrefix(err.Error(), "api.test GET /reports/{report_id}: ") {
				t.Errorf("error %s does not name the call", err)
			}
		})
	}
}

func TestARefusedCallIsNotRepeatedEither(t *testing.T) {
	t.Parallel()
	value := canary()
	r := newRig(providertest.JSON("{}"))
	err := r.Do(t.Context(), apiclient.Request{Method: value, Path: "/" + value, Query: value}, decode(new(any)))
	if err == nil || strings.Contains(fmt.Sprintf("%v %#v", err, failure(t, err)), value) {
		t.Errorf("error %v", err)
	}
}

func TestARequestThatCannotBeBuilt(t *testing.T) {
	t.Parallel()
	deps := providertest.Deps(providertest.JSON("{}"))
	deps.BaseURL = &url.URL{Scheme: "https", Host: "api.test:port"}
	observer := &providertest.Observer{}
	r := rig{apiclient.New(deps, observer, apiclient.API{Endpoints: endpoints()}), observer}
	failed := r.get(t.Context(), t)
	if failed == nil || failed.Detail != "the request could not be built" || len(observer.Seen().Codes) != 0 {
		t.Errorf("failure %v, counted %v", failed, observer.Seen())
	}
}
