package krakenfutures

import (
	"slices"
	"strings"
	"testing"
	"time"

	"export_status_exporter/provider"
	"export_status_exporter/provider/providertest"
)

// keyAnswer is the example on the vendor's page, with values that must never be shown.
const keyAnswer = `{"apiKey":"CANARY","accountUid":"CANARY","iiban":"CANARY","createdAt":"2026-01-02T03:04:05.678Z",` +
	`"permissions":{"general":"READ_ONLY","transfer":"NO_ACCESS"},"allowedCidrBlocks":["CANARY"]}`

func TestKeyCheck(t *testing.T) {
	t.Parallel()
	const (
		noRights = "the answer about the key has no permissions, so they are unknown (check_key)"
		oddRight = "the key's permissions could not be read (check_key)"
		noDate   = "the answer about the key has neither createdAt nor created_at (check_key)"
		more     = "the key may do more than the exporter needs: "
	)
	for _, c := range []struct {
		answer   string
		warnings []string
	}{
		{keyAnswer, nil},
		{`{"createdAt":1767322000,"permissions":{"general":"READ_ONLY","transfer":"READ_ONLY"}}`, nil},
		{`{"created_at":1767322000123,"Permissions":{"general":"read_only","transfer":"none"}}`, nil},
		{`{"createdAt":null,"permissions":{"general":"FULL_ACCESS","transfer":"NO_ACCESS"}}`, []string{more + "general FULL_ACCESS"}},
		{`{"createdAt":"","permissions":{"transfer":"Full access","general":"full-access"}}`, []string{more + "general FULL_ACCESS, transfer FULL_ACCESS"}},
		{`{"createdAt":"","permissions":{"general":"SUDO","CANARY!":"FULL_ACCESS"}}`, []string{more + "an area of an unknown form FULL_ACCESS, general an access of an unknown form"}},
		{`{"createdAt":"","permissions":{"general":{},"` + strings.Repeat("a", 300) + `":"x"}}`, []string{more + "an area of an unknown form an access of an unknown form, general an access of an unknown form"}},
		{`{"createdAt":"","permissions":{}}`, nil},
		{`{"createdAt":"","permissions":null}`, nil},
		{`{"createdAt":"","permissions":"all"}`, []string{oddRight}},
		{`{"createdAt":"","permissions":[1]}`, []string{oddRight}},
		{`{"createdAt":"","permissions":[1],"permissions":{"general":"READ_ONLY"}}`, nil},
		{`{"createdAt":"","permissions":{"general":"FULL_ACCESS"},"permissions":{"transfer":"READ_ONLY"}}`, nil},
		{`{"createdAt":""}`, []string{noRights}},
		{`{"permissions":{"general":"READ_ONLY"}}`, []string{noDate}},
	} {
		got, failed := newRig(t, "api_key", body(c.answer)).fetch(t)
		if failed != nil || !got.Complete || len(got.Reports) > 0 || !slices.Equal(got.Warnings, c.warnings) {
			t.Errorf("%.80s: %v, %+v, warnings %q, want %q", c.answer, failed, got.Reports, got.Warnings, c.warnings)
		}
		if strings.Contains(strings.Join(got.Warnings, ""), "CANARY") {
			t.Errorf("%.80s: tells a stranger's text: %q", c.answer, got.Warnings)
		}
		if got.Unreadable.Any() {
			t.Errorf("%.80s: unreadable %v", c.answer, got.Unreadable)
		}
	}
	got, failed := newRig(t, "api_key", body(`{"createdAt":"yesterday","permissions":{}}`)).fetch(t)
	if failed != nil || got.Unreadable[provider.FieldCreated] != 1 {
		t.Errorf("a date that is none: %v, %v", failed, got.Unreadable)
	}
	if r := newRig(t, "api_key"); r.Name() != "api_key" || r.Types() != nil {
		t.Errorf("source %s of types %v", r.Name(), r.Types())
	}
}

func TestKeyCheckFailures(t *testing.T) {
	t.Parallel()
	const tellsNothing = "the answer contains nothing about the key"
	for _, c := range []struct {
		status int
		answer string
		reason provider.Reason
		detail string
	}{
		{200, `{}`, provider.ReasonMalformed, tellsNothing},
		{200, `null`, provider.ReasonMalformed, tellsNothing},
		{200, `{"result":"success","serverTime":"2026-03-01T12:00:00Z"}`, provider.ReasonMalformed, tellsNothing},
		{200, `[]`, provider.ReasonMalformed, "the answer has an unexpected JSON type at byte 1"},
		{200, `{"error":"Unauthorized","message":"m","suberror":"s"}`, provider.ReasonAuth, "unauthorized"},
		{200, `{"status":"unauthorized","reason":"r"}`, provider.ReasonAuth, "unauthorized"},
		{401, `{"error":"Unauthorized","message":"m","suberror":"s"}`, provider.ReasonAuth, "unauthorized"},
		{401, `{"error":"KEY_GONE","message":"m"}`, provider.ReasonAuth, `HTTP 401 Unauthorized, the API answers "KEY_GONE"`},
		{401, `{"error":null,"message":"m","suberror":"expired"}`, provider.ReasonAuth, `HTTP 401 Unauthorized, the API answers "expired"`},
		{401, `{"error":{"code":"x"},"message":"m"}`, provider.ReasonAuth, "HTTP 401 Unauthorized"},
		{401, ``, provider.ReasonAuth, "HTTP 401 Unauthorized"},
		{404, `{"status":"NOT_FOUND"}`, provider.ReasonNotFound, "not_found"},
		{500, `{"error":"Internal Server Error"}`, provider.ReasonUnavailable, "HTTP 500 Internal Server Error"},
	} {
		_, failed := newRig(t, "api_key", providertest.Answer{Status: c.status, Body: c.answer}).fetch(t)
		if failed == nil || failed.Reason != c.reason || failed.Detail != c.detail || !failed.SourceOnly {
			t.Errorf("%d %s: %+v, want %s: %s", c.status, c.answer, failed, c.reason, c.detail)
		}
	}
	_, failed := newRig(t, "api_key", providertest.Answer{Status: 401, Body: `{"message":"Missing Authentication Token"}`}).fetch(t)
	if failed == nil || failed.Reason != provider.ReasonUnavailable || !failed.Gateway {
		t.Errorf("a gateway's refusal: %+v", failed)
	}
}

// TestRefusalBesideTheStreams checks that a refusal of another call counts as a refusal
// of the key only if a stream is refused, too, or if there are no streams.
func TestRefusalBesideTheStreams(t *testing.T) {
	t.Parallel()
	const (
		refused = `{"error":"authenticationError","message":"m"}`
		empty   = `{"logs":[]}`
		atFault = "authenticationError, but the streams are accepted: the fault is this call's, not the key's"
		untold  = "authenticationError, and no stream has shown yet whether the key is valid"
	)
	for _, name := range []string{"api_key", "accounts"} {
		c := DefaultConfig()
		c.APIKey, c.APISecret, c.Accounts, c.CheckKey = providertest.Ref(""), providertest.Ref(""), name == "accounts", name == "api_key"
		api := providertest.Answers(
			body(refused), // the call, before any stream has answered
			providertest.Answer{Status: 503}, body(refused),
			body(empty), body(refused), // a stream is accepted
			providertest.Answer{Status: 503}, body(refused), // a stream fails otherwise
			body(refused), body(refused), // a stream is refused
			providertest.Answer{Status: 503}, body(refused), // and is not asked successfully since
			body(empty), body(refused), body(empty), body(`{}`), // it is accepted again
		)
		seen := &providertest.Observer{}
		sources := c.Sources(providertest.Deps(api), providertest.Secrets(t, c.Secrets()), seen)
		stream, beside := sources[0], sources[1]
		ask := func(s provider.Source) *provider.Error {
			_, failed := providertest.Fetch(t, s)
			return failed
		}
		want := func(when string, reason provider.Reason, detail string) {
			t.Helper()
			failed := ask(beside)
			if failed == nil || failed.Reason != reason || failed.Detail != detail || !failed.SourceOnly || failed.Final != (detail == atFault) {
				t.Errorf("%s, %s: %+v, want %s: %s", name, when, failed, reason, detail)
			}
		}
		want("before any stream", provider.ReasonInvalidRequest, untold)
		for _, step := range []struct {
			when   string
			reason provider.Reason
			detail string
		}{
			{"a stream fails before it was ever accepted", provider.ReasonInvalidRequest, untold},
			{"a stream is accepted", provider.ReasonInvalidRequest, atFault},
			{"a stream fails otherwise", provider.ReasonInvalidRequest, atFault},
			{"a stream is refused", provider.ReasonAuth, "authenticationError"},
			{"a stream is not asked since", provider.ReasonAuth, "authenticationError"},
			{"a stream is accepted again", provider.ReasonInvalidRequest, atFault},
		} {
			if failed := ask(stream); failed != nil && failed.SourceOnly {
				t.Errorf("%s: the stream's failure is its own only: %+v", step.when, failed)
			}
			want(step.when, step.reason, step.detail)
		}
		// Only refusals of the key are counted as auth: three of the stream, and the
		// last one of the call.
		auth := 0
		for _, reason := range seen.Seen().Failed {
			if reason == provider.ReasonAuth {
				auth++
			}
		}
		if auth != 3 {
			t.Errorf("%s: %d failures are counted as auth, want 3", name, auth)
		}
	}
}

// TestAccountsSaysWhenItEnds checks that failures that the end of the API may cause
// mention it.
func TestAccountsSaysWhenItEnds(t *testing.T) {
	t.Parallel()
	for _, answer := range []providertest.Answer{
		{Status: 404},
		{Status: 410, Body: `{"status":"GONE"}`},
		{Status: 301},
		{Body: `{}`},
		{Body: `<html>`},
		{Status: 400, Body: `{"result":"error","error":"apiRetired"}`},
		{Body: `{"result":"error","error":"apiRetired"}`},
	} {
		_, failed := newRig(t, "accounts", answer).fetch(t)
		if failed == nil || !strings.Contains(failed.Advise(), "1 March 2027") {
			t.Errorf("%+v: %v, advice %q", answer, failed, failed.Advise())
		}
	}
	_, failed := newRig(t, "accounts", providertest.Answer{Status: 503}).fetch(t)
	if failed == nil || strings.Contains(failed.Advise(), "2027") {
		t.Errorf("an outage: %v, advice %q", failed, failed.Advise())
	}
}

// TestServerTimeOfTheKeyCheck checks that the clock skew is measured if the answer has
// a time.
func TestServerTimeOfTheKeyCheck(t *testing.T) {
	t.Parallel()
	r := newRig(t, "api_key", body(strings.Replace(keyAnswer, "{", `{"serverTime":"2026-03-01T12:01:00Z",`, 1)))
	if _, failed := r.fetch(t); failed != nil {
		t.Fatal(failed)
	}
	if skews := r.seen.Seen().Skews; !slices.Equal(skews, []time.Duration{time.Minute}) {
		t.Errorf("skews %v", skews)
	}
}
