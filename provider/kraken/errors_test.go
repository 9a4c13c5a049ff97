package kraken

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"export_status_exporter/provider"
	"export_status_exporter/provider/providertest"
)

func TestErrorCatalogue(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		texts  string
		reason provider.Reason
		detail string
	}{
		{`"EAPI:Invalid key"`, provider.ReasonAuth, "EAPI:Invalid key"},
		{`"EAPI:Invalid signature"`, provider.ReasonAuth, "EAPI:Invalid signature"},
		{`"EAPI:Invalid token"`, provider.ReasonAuth, "EAPI:Invalid token"},
		{`"ESession:Invalid session"`, provider.ReasonAuth, "ESession:Invalid session"},
		{`"EAuth:Failed"`, provider.ReasonAuth, "EAuth:Failed"},
		{`"EAuth:Account temporary disabled"`, provider.ReasonAuth, "EAuth:Account temporary disabled"},
		{`"EAuth:Account unconfirmed"`, provider.ReasonAuth, "EAuth:Account unconfirmed"},
		{`"EGeneral:Permission denied"`, provider.ReasonPermission, "EGeneral:Permission denied"},
		{`"EAPI:Permission denied"`, provider.ReasonPermission, "EAPI:Permission denied"},
		{`"EAccount:Invalid permissions"`, provider.ReasonPermission, "EAccount:Invalid permissions"},
		{`"EAPI:Invalid nonce"`, provider.ReasonNonce, "EAPI:Invalid nonce"},
		{`"EAPI:Rate limit exceeded"`, provider.ReasonRateLimited, "EAPI:Rate limit exceeded"},
		{`"EAuth:Rate limit exceeded"`, provider.ReasonRateLimited, "EAuth:Rate limit exceeded"},
		{`"EAuth:Too many requests"`, provider.ReasonRateLimited, "EAuth:Too many requests"},
		{`"EGeneral:Too many requests"`, provider.ReasonRateLimited, "EGeneral:Too many requests"},
		{`"EService:Throttled"`, provider.ReasonRateLimited, "EService:Throttled"},
		{`"EGeneral:Temporary lockout"`, provider.ReasonLockout, "EGeneral:Temporary lockout"},
		{`"EService:Unavailable"`, provider.ReasonUnavailable, "EService:Unavailable"},
		{`"EService:Busy"`, provider.ReasonUnavailable, "EService:Busy"},
		{`"EService:Deadline elapsed"`, provider.ReasonUnavailable, "EService:Deadline elapsed"},
		{`"EService:Market in cancel_only mode"`, provider.ReasonUnavailable, "EService"},
		{`"EGeneral:Internal error"`, provider.ReasonUnavailable, "EGeneral:Internal error"},
		{`"EGeneral:Internal error:4242"`, provider.ReasonUnavailable, "EGeneral:Internal error"},
		{`"EGeneral:Invalid arguments"`, provider.ReasonInvalidRequest, "EGeneral:Invalid arguments"},
		{`"EGeneral:Invalid arguments:report"`, provider.ReasonInvalidRequest, "EGeneral:Invalid arguments"},
		{`"EAPI:Key expired"`, provider.ReasonAuth, "EAPI:Key expired"},
		{`"ETrade:User Locked"`, provider.ReasonAuth, "ETrade:User Locked"},
		{`"EAccount:Restricted"`, provider.ReasonPermission, "EAccount:Restricted"},
		{`"EAPI:Feature disabled"`, provider.ReasonPermission, "EAPI:Feature disabled"},
		{`"EDatabase:Internal error"`, provider.ReasonUnavailable, "EDatabase:Internal error"},
		{`"EExport:Not ready"`, provider.ReasonUnavailable, "EExport:Not ready"},
		{`"EExport:Something new"`, provider.ReasonUnavailable, "EExport:Something new"},
		{`"EAPI:Bad request"`, provider.ReasonInvalidRequest, "EAPI:Bad request"},
		{`"EGeneral:Unknown method"`, provider.ReasonInvalidRequest, "EGeneral:Unknown method"},
		{`"EQuery:Unknown asset pair"`, provider.ReasonUnknown, `the API answers "EQuery:Unknown asset pair", which the exporter does not know`},
		{`"Something else"`, provider.ReasonUnknown, withheld},
		{`17`, provider.ReasonUnknown, withheld},
		// Different spellings.
		{`"EAPI: Invalid nonce"`, provider.ReasonNonce, "EAPI:Invalid nonce"},
		{`" EAPI :Invalid key "`, provider.ReasonAuth, "EAPI:Invalid key"},
		{`"eapi:invalid NONCE"`, provider.ReasonNonce, "EAPI:Invalid nonce"},
		{`"EGeneral: Internal error: 4242"`, provider.ReasonUnavailable, "EGeneral:Internal error"},
		// Several errors: the one that asks for the longest wait wins.
		{`"EAPI:Invalid nonce","EGeneral:Temporary lockout"`, provider.ReasonLockout, "EGeneral:Temporary lockout"},
		{`"EGeneral:Temporary lockout","EAPI:Invalid key"`, provider.ReasonLockout, "EGeneral:Temporary lockout"},
		{`"EService:Busy","EAPI:Invalid key","EAPI:Rate limit exceeded"`, provider.ReasonAuth, "EAPI:Invalid key"},
		{`"EAPI:Invalid nonce","EGeneral:Permission denied"`, provider.ReasonPermission, "EGeneral:Permission denied"},
		{`"EAPI:Rate limit exceeded","EAPI:Invalid nonce"`, provider.ReasonNonce, "EAPI:Invalid nonce"},
		{`"EGeneral:Invalid arguments","EAPI:Rate limit exceeded"`, provider.ReasonRateLimited, "EAPI:Rate limit exceeded"},
		{`"EGeneral:Internal error","EGeneral:Unknown method"`, provider.ReasonInvalidRequest, "EGeneral:Unknown method"},
		{`"EQuery:New","EService:Busy"`, provider.ReasonUnavailable, "EService:Busy"},
		{`"WGeneral:Deprecated","EAPI:Invalid key"`, provider.ReasonAuth, "EAPI:Invalid key"},
		{`"EAPI:Invalid key","EAPI:Invalid signature"`, provider.ReasonAuth, "EAPI:Invalid key"},
		{`null,"EAPI:Invalid key"`, provider.ReasonAuth, "EAPI:Invalid key"},
	} {
		t.Run(c.texts, func(t *testing.T) {
			t.Parallel()
			for _, result := range []string{``, `,"result":null`, `,"result":{}`, `,"result":[{"id":"A"}]`} {
				_, failed := fetch(t, providertest.Answer{Body: `{"error":[` + c.texts + `]` + result + `}`})
				if failed == nil || failed.Reason != c.reason || failed.Detail != c.detail {
					t.Errorf("beside %s: got %v, want %s: %s", result, failed, c.reason, c.detail)
				}
			}
		})
	}
}

func TestWarningsAreNoFailures(t *testing.T) {
	t.Parallel()
	const withheld = "the API sends a warning; its text is withheld, because it may contain personal data"
	for texts, want := range map[string][]string{
		`"WGeneral:Deprecated"`: {`the API warns "WGeneral:Deprecated"`}, `"WGeneral: Slow: 7","wapi:old"`: {withheld}, `"",null`: nil,
		`"WGeneral:Old","WGeneral:Old","WApi:Slow"`: {`the API warns "WGeneral:Old"`, `the API warns "WApi:Slow"`},
	} {
		snapshot, failed := fetch(t, providertest.Answer{Body: `{"error":[` + texts + `],"result":[{"id":"A","status":"Queued"}]}`})
		if failed != nil || len(snapshot.Reports) != 1 || !snapshot.Complete || !slices.Equal(snapshot.Warnings, want) {
			t.Errorf("%s: %v, %+v", texts, failed, snapshot)
		}
	}
	for _, text := range []string{`wrong key`, `w:x`, `W2:x`, `:x`} {
		if _, failed := fetch(t, providertest.Answer{Body: `{"error":["` + text + `"],"result":[{"id":"A"}]}`}); failed == nil {
			t.Errorf("%s is taken for a warning", text)
		}
	}
	for _, envelope := range []string{`{"result":[{"id":"A"}]}`, `{"error":null,"result":[{"id":"A"}]}`} {
		if snapshot, failed := fetch(t, providertest.Answer{Body: envelope}); failed != nil || len(snapshot.Reports) != 1 {
			t.Errorf("%s: %v", envelope, failed)
		}
	}
}

// TestErrorsBesideAnHTTPStatus checks that a word from the catalogue takes precedence
// over the status, and the status over any other word.
func TestErrorsBesideAnHTTPStatus(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status int
		body   string
		reason provider.Reason
		detail string
	}{
		{400, `{"error":["EAPI:Invalid key"]}`, provider.ReasonAuth, "EAPI:Invalid key"},
		{429, `{"error":["EGeneral:Temporary lockout"]}`, provider.ReasonLockout, "EGeneral:Temporary lockout"},
		{500, `{"error":["EAPI:Invalid nonce"],"result":{}}`, provider.ReasonNonce, "EAPI:Invalid nonce"},
		{503, `{"error":["EQuery:New"]}`, provider.ReasonUnavailable, `HTTP 503 Service Unavailable, the API answers "EQuery:New"`},
		{503, `{"error":[]}`, provider.ReasonUnavailable, "HTTP 503 Service Unavailable"},
		{503, `{"error":["WGeneral:Slow"],"result":[]}`, provider.ReasonUnavailable, `HTTP 503 Service Unavailable, the API answers "WGeneral:Slow"`},
		{502, `<html>maintenance</html>`, provider.ReasonUnavailable, "HTTP 502 Bad Gateway"},
		{403, ``, provider.ReasonPermission, "HTTP 403 Forbidden"},
		{429, `slow down`, provider.ReasonRateLimited, "HTTP 429 Too Many Requests"},
		{301, ``, provider.ReasonMalformed, "HTTP 301 Moved Permanently, a redirect, which is never followed"},
	} {
		_, failed := fetch(t, providertest.Answer{Status: c.status, Body: c.body})
		if failed == nil || failed.Reason != c.reason || failed.Detail != c.detail {
			t.Errorf("%d %s: got %v, want %s: %s", c.status, c.body, failed, c.reason, c.detail)
		}
	}
}

func TestThrottled(t *testing.T) {
	t.Parallel()
	noon := providertest.Start() // 1772366400
	for _, c := range []struct {
		name, texts string
		header      http.Header
		reason      provider.Reason
		want        time.Time
	}{
		{"until a moment", `"EService:Throttled:1772366430"`, nil, provider.ReasonRateLimited, noon.Add(30 * time.Second)},
		{"with spaces", `"EService: Throttled: 1772366430"`, nil, provider.ReasonRateLimited, noon.Add(30 * time.Second)},
		{"not too early", `"EService:Throttled:1772366430.2"`, nil, provider.ReasonRateLimited, noon.Add(31 * time.Second)},
		{"no moment", `"EService:Throttled"`, nil, provider.ReasonRateLimited, time.Time{}},
		{"an empty moment", `"EService:Throttled:"`, nil, provider.ReasonRateLimited, time.Time{}},
		{"no number", `"EService:Throttled: soon"`, nil, provider.ReasonRateLimited, time.Time{}},
		{"not a number", `"EService:Throttled:NaN"`, nil, provider.ReasonRateLimited, time.Time{}},
		{"a past moment", `"EService:Throttled:1772366399"`, nil, provider.ReasonRateLimited, time.Time{}},
		{"this very moment", `"EService:Throttled:1772366400"`, nil, provider.ReasonRateLimited, time.Time{}},
		{"six hours", `"EService:Throttled:1772388000"`, nil, provider.ReasonRateLimited, noon.Add(6 * time.Hour)},
		{"more than six hours", `"EService:Throttled:1772388001"`, nil, provider.ReasonRateLimited, noon.Add(6 * time.Hour)},
		{"milliseconds", `"EService:Throttled:1772366430000"`, nil, provider.ReasonRateLimited, noon.Add(30 * time.Second)},
		{"a number of seconds", `"EService:Throttled:30"`, nil, provider.ReasonRateLimited, noon.Add(30 * time.Second)},
		{"beyond any calendar", `"EService:Throttled:1e300"`, nil, provider.ReasonRateLimited, time.Time{}},
		{"endless", `"EService:Throttled:Inf"`, nil, provider.ReasonRateLimited, time.Time{}},
		// Kraken's clock is 100 s ahead, including half a second added to the Date.
		{
			"by a clock that is ahead", `"EService:Throttled:1772366530"`,
			http.Header{"Date": {"Sun, 01 Mar 2026 12:01:40 GMT"}},
			provider.ReasonRateLimited, noon.Add(29500 * time.Millisecond),
		},
		{
			"by a clock that is behind", `"EService:Throttled:1772366330"`,
			http.Header{"Date": {"Sun, 01 Mar 2026 11:58:20 GMT"}},
			provider.ReasonRateLimited, noon.Add(29500 * time.Millisecond),
		},
		{
			"by a clock that is as good as ours", `"EService:Throttled:1772366430"`,
			http.Header{"Date": {"Sun, 01 Mar 2026 12:00:02 GMT"}},
			provider.ReasonRateLimited, noon.Add(30 * time.Second),
		},
		{
			"beside a header", `"EService:Throttled:1772366430"`,
			http.Header{"Retry-After": {"5"}},
			provider.ReasonRateLimited, noon.Add(30 * time.Second),
		},
		{
			"a header alone", `"EService:Throttled"`,
			http.Header{"Retry-After": {"5"}},
			provider.ReasonRateLimited, noon.Add(5 * time.Second),
		},
		{"after another of its kind", `"EAPI:Rate limit exceeded","EService:Throttled:1772366430"`, nil, provider.ReasonRateLimited, noon.Add(30 * time.Second)},
		{"beside something worse", `"EService:Throttled:1772366430","EAPI:Invalid nonce"`, nil, provider.ReasonNonce, noon.Add(30 * time.Second)},
		{"twice", `"EService:Throttled:1772366430","EService:Throttled:1772366440"`, nil, provider.ReasonRateLimited, noon.Add(40 * time.Second)},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, failed := fetch(t, providertest.Answer{Body: `{"error":[` + c.texts + `]}`, Header: c.header})
			if failed == nil || failed.Reason != c.reason || !failed.RetryAt.Equal(c.want) {
				t.Errorf("got %+v, want %s until %s", failed, c.reason, c.want)
			}
		})
	}
}

func TestErrorsRepeatNothingOfTheAnswer(t *testing.T) {
	t.Parallel()
	canary := "canary" + strings.ToLower(strings.Map(letters, providertest.Key()))
	for _, body := range []string{
		`{"error":["` + canary + `"]}`,
		`{"error":["EAPI:Invalid key:` + canary + `"]}`,
		`{"error":["EGeneral:Internal error: ` + canary + `"]}`,
		`{"error":["EService:Throttled:` + canary + `"]}`,
		`{"error":[],"result":"` + canary + `"}`,
		`<p>` + canary,
	} {
		_, failed := fetch(t, providertest.Answer{Body: body})
		if failed == nil || strings.Contains(failed.Error()+failed.Detail, canary) {
			t.Errorf("%s: error %v", body, failed)
		}
	}
}

// letters drops runes that are not letters.
func letters(r rune) rune {
	if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
		return r
	}
	return -1
}

// withheld is the message for an error that does not have the form of a code.
const withheld = "the API answers an error that the exporter does not know; its text is withheld, because it may contain personal data"
