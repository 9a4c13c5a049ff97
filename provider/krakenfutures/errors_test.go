package krakenfutures

import (
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"export_status_exporter/provider"
	"export_status_exporter/provider/providertest"
)

// TestErrorCodes tries every documented code in each form of error and at both APIs.
func TestErrorCodes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		code   string
		reason provider.Reason
		detail string
	}{
		{"authenticationError", provider.ReasonAuth, "authenticationError"},
		{"accountInactive", provider.ReasonNotFound, "accountInactive, the account has no history yet"},
		{"insufficientPrivileges", provider.ReasonPermission, "insufficientPrivileges"},
		{"nonceBelowThreshold", provider.ReasonNonce, "nonceBelowThreshold"},
		{"nonceDuplicate", provider.ReasonNonce, "nonceDuplicate"},
		{"apiLimitExceeded", provider.ReasonRateLimited, "apiLimitExceeded"},
		{"notFound", provider.ReasonNotFound, "notFound"},
		{"invalidArgument", provider.ReasonInvalidRequest, "invalidArgument"},
		{"invalidArgument: symbol", provider.ReasonInvalidRequest, "invalidArgument"},
		{"requiredArgumentMissing", provider.ReasonInvalidRequest, "requiredArgumentMissing"},
		{"invalidUnit", provider.ReasonInvalidRequest, "invalidUnit"},
		{"invalidAccount", provider.ReasonInvalidRequest, "invalidAccount"},
		{"invalidAmount", provider.ReasonInvalidRequest, "invalidAmount"},
		{"insufficientFunds", provider.ReasonInvalidRequest, "insufficientFunds"},
		{"Json Parse Error", provider.ReasonInvalidRequest, "Json Parse Error"},
		{"jsonParseError", provider.ReasonInvalidRequest, "Json Parse Error"},
		{"marketUnavailable", provider.ReasonUnavailable, "marketUnavailable"},
		{"Unavailable", provider.ReasonUnavailable, "Unavailable"},
		{"unavailable", provider.ReasonUnavailable, "Unavailable"},
		{"Server Error", provider.ReasonUnavailable, "Server Error"},
		{"SERVER ERROR", provider.ReasonUnavailable, "Server Error"},
		{"unknownError", provider.ReasonUnavailable, "unknownError"},
		{"AUTHENTICATIONERROR", provider.ReasonAuth, "authenticationError"},
		{"somethingNew", provider.ReasonUnknown, `the API answers "somethingNew", which the exporter does not know`},
	} {
		t.Run(c.code, func(t *testing.T) {
			t.Parallel()
			for _, answer := range []string{
				`{"result":"error","error":"` + c.code + `","serverTime":"2026-03-01T12:00:00Z"}`,
				`{"result":"ERROR","errors":[{"code":0,"message":"` + c.code + `"}]}`,
				`{"error":"` + c.code + `"}`,
				`{"error":["` + c.code + `"],"message":"x","suberror":null}`,
				`{"result":"error","errors":["` + c.code + `"]}`,
			} {
				for _, source := range []string{"accounts", "api_key", "account_log", "orders"} {
					_, failed := newRig(t, source, body(answer)).fetch(t)
					if failed == nil || failed.Reason != c.reason || failed.Detail != c.detail {
						t.Errorf("%s %s: %v, want %s: %s", source, answer, failed, c.reason, c.detail)
					}
				}
			}
		})
	}
}

func TestErrorDialects(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		status int
		answer string
		reason provider.Reason
		detail string
	}{
		{"history refuses a key", 401, `{"status":"unauthorized","reason":"no"}`, provider.ReasonAuth, "unauthorized"},
		{"history refuses a key with 200", 200, `{"status":"unauthorized","reason":"no"}`, provider.ReasonAuth, "unauthorized"},
		{"history forbids", 403, `{"status":"FORBIDDEN"}`, provider.ReasonPermission, "forbidden"},
		{"validation", 400, `{"status":"BAD_REQUEST","result":"error","errors":[{"code":0,"message":"count must be positive"}],"serverTime":"2026-03-01T12:00:00Z"}`, provider.ReasonInvalidRequest, "bad_request"},
		{"validation with a code", 400, `{"status":"BAD_REQUEST","result":"error","errors":[{"code":7,"message":"nope"},{"code":0,"message":"invalidArgument: count"}]}`, provider.ReasonInvalidRequest, "invalidArgument"},
		{"an internal error", 500, `{"status":"INTERNAL_SERVER_ERROR","result":"error","errors":[]}`, provider.ReasonUnavailable, "internal_server_error"},
		{"not found", 404, `{"status":"NOT_FOUND"}`, provider.ReasonNotFound, "not_found"},
		{"the error counts more than the status", 400, `{"status":"BAD_REQUEST","error":"authenticationError"}`, provider.ReasonAuth, "authenticationError"},
		{"a code beside an HTTP status", 503, `{"result":"error","error":"apiLimitExceeded"}`, provider.ReasonRateLimited, "apiLimitExceeded"},
		{"a new word beside an HTTP status", 403, `{"result":"error","error":"brandNew"}`, provider.ReasonPermission, `HTTP 403 Forbidden, the API answers "brandNew"`},
		{"errors of another type", 400, `{"errors":"bad"}`, provider.ReasonInvalidRequest, "HTTP 400 Bad Request"},
		{"errors with odd entries", 400, `{"errors":[null,{"message":7}]}`, provider.ReasonInvalidRequest, "HTTP 400 Bad Request; its text is withheld, because it may contain personal data"},
		{"text", 429, `Too many requests`, provider.ReasonRateLimited, "HTTP 429 Too Many Requests"},
		{"HTML", 502, `<html>`, provider.ReasonUnavailable, "HTTP 502 Bad Gateway"},
		{"nothing", 401, ``, provider.ReasonAuth, "HTTP 401 Unauthorized"},
		{"success beside an HTTP status", 500, `{"result":"success","logs":[],"elements":[]}`, provider.ReasonUnavailable, "HTTP 500 Internal Server Error"},
		{"the code counts more than the status word", 401, `{"status":"unauthorized","reason":"accountInactive"}`, provider.ReasonNotFound, "accountInactive, the account has no history yet"},
		{"and than the HTTP status's words", 200, `{"error":"Unauthorized","errors":[{"message":"apiLimitExceeded"}]}`, provider.ReasonRateLimited, "apiLimitExceeded"},
		{"of several the most severe", 400, `{"errors":[{"message":"notFound"},{"message":"authenticationError"},{"message":"Unavailable"}]}`, provider.ReasonAuth, "authenticationError"},
		{"a code among texts", 200, `{"error":"see below, please","errors":[{"message":"brandNew"}]}`, provider.ReasonUnknown, `the API answers "brandNew", which the exporter does not know`},
		{"a new dialect", 200, `{"status":"TEAPOT"}`, provider.ReasonUnknown, `the API answers "TEAPOT", which the exporter does not know`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, source := range []string{"accounts", "account_log", "triggers"} {
				_, failed := newRig(t, source, providertest.Answer{Status: c.status, Body: c.answer}).fetch(t)
				if failed == nil || failed.Reason != c.reason || failed.Detail != c.detail {
					t.Errorf("%s: %v, want %s: %s", source, failed, c.reason, c.detail)
				}
			}
		})
	}
}

func TestHints(t *testing.T) {
	t.Parallel()
	start := providertest.Start()
	for _, c := range []struct {
		status int
		header http.Header
		answer string
		want   time.Time
	}{
		{429, http.Header{"Rate-Limit-Reset": {"37"}}, `Too many requests`, start.Add(37 * time.Second)},
		{200, http.Header{"Rate-Limit-Reset": {"37"}}, `{"result":"error","error":"apiLimitExceeded"}`, start.Add(37 * time.Second)},
		{429, http.Header{"Rate-Limit-Reset": {"soon"}}, ``, time.Time{}},
		{429, nil, ``, time.Time{}},
	} {
		_, failed := newRig(t, "executions", providertest.Answer{Status: c.status, Header: c.header, Body: c.answer}).fetch(t)
		if failed == nil || failed.Reason != provider.ReasonRateLimited || !failed.RetryAt.Equal(c.want) {
			t.Errorf("%d %v: %+v, want %s", c.status, c.header, failed, c.want)
		}
	}
}

func TestErrorsRepeatNothingOfTheAnswer(t *testing.T) {
	t.Parallel()
	canary := "canary" + strings.Trim(providertest.Key(), "=")
	for _, answer := range []string{
		`{"result":"error","error":"` + canary + `"}`,
		`{"result":"error","error":"invalidArgument: ` + canary + `"}`,
		`{"status":"` + canary + `","reason":"` + canary + `"}`,
		`{"errors":[{"message":"` + canary + `"}],"result":"` + canary + `"}`,
		canary,
	} {
		for _, status := range []int{200, 400, 401} {
			_, failed := newRig(t, "orders", providertest.Answer{Status: status, Body: answer}).fetch(t)
			if failed == nil || strings.Contains(failed.Error()+failed.Detail, canary) {
				t.Errorf("%d %s: %v", status, answer, failed)
			}
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, file := range []string{"krakenfutures_success.json", "krakenfutures_nested_status.json"} {
		f.Add([]byte(providertest.File(f, "testdata/"+file)), 200)
	}
	for _, seed := range append(providertest.OddBodies(),
		`{"logs":[{"id":4711,"date":"2026-02-28T16:00:00Z"}]}`, `{"logs":[]}`, `{"logs":null,"elements":null}`,
		`{"elements":[{"timestamp":1772294400123},{"timestamp":-1},{"timestamp":1e300},null]}`,
		`{"result":"error","error":"authenticationError"}`, `{"status":"unauthorized"}`,
		`{"result":"error","errors":[{"message":"x"},"y"],"serverTime":"9999-12-31T23:59:59Z"}`, `<html>`, `null`,
		`{"apiKey":"x","createdAt":"2026-01-02T03:04:05Z","permissions":{"general":"FULL_ACCESS","transfer":["x"],"\u0000":7}}`,
		`{"created_at":1772294400,"Permissions":[]}`, `{"error":{"a":1},"message":"x","suberror":"y"}`,
	) {
		f.Add([]byte(seed), 0)
		f.Add([]byte(seed), 201) // 401
		f.Add([]byte(seed), 229) // 429
	}
	f.Fuzz(func(t *testing.T, answer []byte, status int) {
		status = 200 + max(status, -(status+1))%400
		for _, name := range []string{"accounts", "api_key", "account_log", "executions"} {
			snapshot, failed := newRig(t, name, providertest.Answer{Status: status, Body: string(answer)}).fetch(t)
			if failed != nil {
				continue
			}
			if status > 299 {
				t.Errorf("%s: %d is no failure", name, status)
			}
			for _, warning := range snapshot.Warnings {
				if len(warning) > 2000 || strings.ContainsFunc(warning, unicode.IsControl) || !utf8.ValidString(warning) {
					t.Errorf("%s warns %q", name, warning)
				}
			}
			if name == "accounts" || name == "api_key" {
				if len(snapshot.Reports) != 0 {
					t.Errorf("%s brought %+v", name, snapshot.Reports)
				}
				continue
			}
			if len(snapshot.Reports) != 1 || snapshot.Reports[0].ID != name || snapshot.Reports[0].Status != provider.StatusReady {
				t.Errorf("%s brought %+v", name, snapshot.Reports)
			}
		}
	})
}
