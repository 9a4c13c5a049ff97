package apiclient_test

import (
	"testing"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
	"export_status_exporter/provider/providertest"
)

func TestStatusReason(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		code   int
		reason provider.Reason
		detail string
	}{
		{301, provider.ReasonMalformed, "HTTP 301 Moved Permanently, a redirect, which is never followed"},
		{400, provider.ReasonInvalidRequest, "HTTP 400 Bad Request"},
		{401, provider.ReasonAuth, "HTTP 401 Unauthorized"},
		{402, provider.ReasonPaymentRequired, "HTTP 402 Payment Required"},
		{403, provider.ReasonPermission, "HTTP 403 Forbidden"},
		{404, provider.ReasonNotFound, "HTTP 404 Not Found"},
		{405, provider.ReasonInvalidRequest, "HTTP 405 Method Not Allowed"},
		{408, provider.ReasonTimeout, "HTTP 408 Request Timeout"},
		{409, provider.ReasonUnknown, "HTTP 409 Conflict"},
		{410, provider.ReasonNotFound, "HTTP 410 Gone"},
		{422, provider.ReasonInvalidRequest, "HTTP 422 Unprocessable Entity"},
		{423, provider.ReasonUnknown, "HTTP 423 Locked"},
		{425, provider.ReasonUnknown, "HTTP 425 Too Early"},
		{429, provider.ReasonRateLimited, "HTTP 429 Too Many Requests"},
		{500, provider.ReasonUnavailable, "HTTP 500 Internal Server Error"},
		{502, provider.ReasonUnavailable, "HTTP 502 Bad Gateway"},
		{503, provider.ReasonUnavailable, "HTTP 503 Service Unavailable"},
		{504, provider.ReasonUnavailable, "HTTP 504 Gateway Timeout"},
		{520, provider.ReasonUnavailable, "HTTP 520"},
		{599, provider.ReasonUnavailable, "HTTP 599"},
		{999, provider.ReasonUnavailable, "HTTP 999"},
		{100, provider.ReasonMalformed, "HTTP 100 Continue, which does not answer the request"},
	} {
		r := newRig(providertest.Answers(providertest.Answer{Status: c.code, Body: "<html>maintenance</html>"}))
		failed := r.get(t.Context(), t)
		r.want(t, failed, c.reason, c.detail, c.code)
		if failed.Tried != "api.test GET /reports" {
			t.Errorf("%d: tried %q", c.code, failed.Tried)
		}
		if got := apiclient.StatusReason(c.code); got != c.reason {
			t.Errorf("%d: reason %s", c.code, got)
		}
	}
}

func TestOK(t *testing.T) {
	t.Parallel()
	for code, want := range map[int]bool{199: false, 200: true, 204: true, 299: true, 300: false} {
		if got := (&apiclient.Response{Status: code}).OK(); got != want {
			t.Errorf("%d: %t", code, got)
		}
	}
}
