package coinbase

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"export_status_exporter/provider"
	"export_status_exporter/provider/providertest"
)

func TestErrors(t *testing.T) {
	t.Parallel()
	const (
		near = "Sun, 01 Mar 2026 12:00:02 GMT"
		far  = "Sun, 01 Mar 2026 12:01:00 GMT"
	)
	for _, c := range []struct {
		name    string
		status  int
		message string
		date    string
		reason  provider.Reason
		detail  string
		skew    time.Duration
	}{
		{"a wrong key", 401, "Invalid API Key", near, provider.ReasonAuth, "HTTP 401 Unauthorized, the key is refused", 2500 * time.Millisecond},
		{"a wrong secret", 401, "invalid signature", near, provider.ReasonAuth, "HTTP 401 Unauthorized, the signature is refused: the secret is not this key's", 2500 * time.Millisecond},
		{"a wrong passphrase", 401, "Invalid Passphrase", near, provider.ReasonAuth, "HTTP 401 Unauthorized, the passphrase is refused", 2500 * time.Millisecond},
		{"a late request", 400, "request timestamp expired", near, provider.ReasonClockSkew, "HTTP 400 Bad Request, the request's timestamp is refused", 2500 * time.Millisecond},
		{"a late request, refused", 401, "Invalid Timestamp", far, provider.ReasonClockSkew, "HTTP 401 Unauthorized, the request's timestamp is refused", 60500 * time.Millisecond},
		{"a wrong secret by 400", 400, "invalid signature", near, provider.ReasonAuth, "HTTP 400 Bad Request, the signature is refused: the secret is not this key's", 2500 * time.Millisecond},
		{"a wrong passphrase by 400", 400, "PASSPHRASE mismatch", "", provider.ReasonAuth, "HTTP 400 Bad Request, the passphrase is refused", 0},
		{"a refusal by a clock that is off", 401, "invalid signature", far, provider.ReasonClockSkew, "HTTP 401 Unauthorized, the signature is refused: the secret is not this key's", 60500 * time.Millisecond},
		{"a refusal by a clock that is behind", 401, "", "Sun, 01 Mar 2026 11:59:00 GMT", provider.ReasonClockSkew, "HTTP 401 Unauthorized", -59500 * time.Millisecond},
		{"a bad request", 400, "limit is too large", far, provider.ReasonInvalidRequest, "HTTP 400 Bad Request; its text is withheld, because it may contain personal data", 60500 * time.Millisecond},
		{"a bad request with a code", 400, "BadCursor", near, provider.ReasonInvalidRequest, `HTTP 400 Bad Request, the API answers "BadCursor"`, 2500 * time.Millisecond},
		{"a header that a proxy removed", 400, "CB-ACCESS-TIMESTAMP header is required", near, provider.ReasonInvalidRequest, "HTTP 400 Bad Request, a header of the request did not arrive", 2500 * time.Millisecond},
		{"a wrong secret by 403", 403, "invalid signature", near, provider.ReasonAuth, "HTTP 403 Forbidden, the signature is refused: the secret is not this key's", 2500 * time.Millisecond},
		{"a refusal without words", 401, "", "", provider.ReasonAuth, "HTTP 401 Unauthorized", 0},
		{"forbidden", 403, "Forbidden", far, provider.ReasonPermission, "HTTP 403 Forbidden, the key may not read this", 0},
		{"forbidden for another reason", 403, "not in your country", near, provider.ReasonPermission, "HTTP 403 Forbidden", 0},
		{"too fast by 403", 403, "Private rate limit exceeded", near, provider.ReasonRateLimited, "HTTP 403 Forbidden, rate limit exceeded", 0},
		{"maintenance by 400", 400, "The system is under maintenance.", near, provider.ReasonUnavailable, "HTTP 400 Bad Request, the API is under maintenance", 0},
		{"not found", 404, "NotFound", near, provider.ReasonNotFound, `HTTP 404 Not Found, the API answers "NotFound"`, 0},
		{"too fast", 429, "Private rate limit exceeded", near, provider.ReasonRateLimited, "HTTP 429 Too Many Requests", 0},
		{"maintenance", 503, "under maintenance", near, provider.ReasonUnavailable, "HTTP 503 Service Unavailable", 0},
		{"an internal error", 500, "Internal Server Error", near, provider.ReasonUnavailable, "HTTP 500 Internal Server Error", 0},
		{"a gateway", 504, "timestamp", near, provider.ReasonUnavailable, `HTTP 504 Gateway Timeout, the API answers "timestamp"`, 0},
		{"no money", 402, "", near, provider.ReasonPaymentRequired, "HTTP 402 Payment Required", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			answer := providertest.Answer{Status: c.status, Header: http.Header{}, Body: `{"message":"` + c.message + `"}`}
			if c.date != "" {
				answer.Header.Set("Date", c.date)
			}
			_, failed := newRig(t, nil, answer).fetch(t)
			if failed == nil || failed.Reason != c.reason || failed.Detail != c.detail || failed.Skew != c.skew {
				t.Errorf("got  %+v\nwant %s: %s, %s", failed, c.reason, c.detail, c.skew)
			}
		})
	}
}

// TestErrorsWithStatus200 checks that an error in place of the reports fails the call
// with any status, in the list and for a single report.
func TestErrorsWithStatus200(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]provider.Error{
		`{"message":"Invalid API Key"}`:             {Reason: provider.ReasonAuth, Detail: "the key is refused"},
		`{"Message":"Private rate limit exceeded"}`: {Reason: provider.ReasonRateLimited, Detail: "rate limit exceeded"},
		`{"message":["under maintenance"],"id":0}`:  {Reason: provider.ReasonUnavailable, Detail: "the API is under maintenance"},
		`{"message":"ServiceGone"}`:                 {Reason: provider.ReasonUnknown, Detail: `the API answers "ServiceGone", which the exporter does not know`},
		`{"message":"ask jo@example.com"}`:          {Reason: provider.ReasonUnknown, Detail: "the API answers an error that the exporter does not know; its text is withheld, because it may contain personal data"},
	} {
		for _, ids := range [][]string{nil, {"A"}} {
			_, failed := newRig(t, func(c *Config) { c.ReportIDs = ids }, providertest.Answer{Body: body}).fetch(t)
			if failed == nil || failed.Reason != want.Reason || failed.Detail != want.Detail {
				t.Errorf("%s, ids %v: %v, want %s: %s", body, ids, failed, want.Reason, want.Detail)
			}
		}
	}
	got, failed := newRig(t, func(c *Config) { c.ReportIDs = []string{"A"} }, providertest.Answer{Body: `{"message":"NotFound"}`}).fetch(t)
	if failed != nil || len(got.Missing) != 1 {
		t.Errorf("a report that is not there: %v, %+v", failed, got)
	}
}

func TestOddErrorBodies(t *testing.T) {
	t.Parallel()
	for body, gateway := range map[string]bool{
		``: false, `{"message":null}`: false, `{"message":{"a":"invalid signature"}}`: false, `{"message":["x y"]}`: false, `{"Message":""}`: false, `{}{}`: false,
		`<html>502</html>`: true, `null`: true, `[]`: true, `"text"`: true, `{}`: true,
	} {
		_, failed := newRig(t, nil, providertest.Answer{Status: 401, Body: body}).fetch(t)
		switch {
		case failed == nil || failed.Gateway != gateway:
			t.Errorf("%s: %+v", body, failed)
		case !gateway && (failed.Reason != provider.ReasonAuth || failed.Detail != "HTTP 401 Unauthorized"):
			t.Errorf("%s: %v", body, failed)
		}
	}
}

// TestMessagesAreNotRepeated checks that unknown error texts, which may contain
// anything, are not shown.
func TestMessagesAreNotRepeated(t *testing.T) {
	t.Parallel()
	canary := "canary" + strings.Trim(providertest.Key(), "=")
	for _, message := range []string{canary, "Invalid API Key " + canary, "timestamp " + canary, "invalid signature " + canary} {
		for _, status := range []int{400, 401, 403, 429, 500} {
			r := newRig(t, func(c *Config) { c.ProfileID = canary[:60] }, providertest.Answer{Status: status, Body: `{"message":"` + message + `"}`})
			_, failed := r.fetch(t)
			if failed == nil || strings.Contains(failed.Error()+failed.Detail+failed.Tried, canary[:60]) {
				t.Errorf("%d %s: %v", status, message, failed)
			}
		}
	}
}
