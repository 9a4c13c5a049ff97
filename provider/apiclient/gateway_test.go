package apiclient_test

import (
	"net/http"
	"strings"
	"testing"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
	"export_status_exporter/provider/providertest"
	"export_status_exporter/secret"
)

// refusal decodes like a provider whose errors have a message.
func refusal(response *apiclient.Response) error {
	var body struct {
		Message apiclient.Text `json:"message"`
	}
	err := response.DecodeJSON(&body)
	if !response.OK() {
		return response.StatusError(body.Message != "", string(body.Message))
	}
	return err
}

// TestAGatewaysRefusalIsNotTheAPIs checks that a 401 or 403 in a foreign form is not
// blamed on the key.
func TestAGatewaysRefusalIsNotTheAPIs(t *testing.T) {
	t.Parallel()
	const page = "<!DOCTYPE html>\n<html><head><title>Attention Required!</title></head><body>blocked</body></html>"
	for _, c := range []struct {
		name, body string
		gateway    bool
	}{
		{"a block page", page, true},
		{"a page after white space", "\r\n\t " + page, true},
		{"a page after a byte order mark", "\ufeff" + page, true},
		{"a page cut short", page[:40], true},
		{"a proxy's login", "<html><form action=/login></form></html>", true},
		{"XML", `<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>`, true},
		{"an XML element", `<Error/>`, true},
		{"plain text", "error code: 1020", true},
		{"one word", "Forbidden", true},
		{"other JSON", `{"cloudflare_error":true,"ray_id":"1"}`, true},
		{"an empty object", `{}`, true},
		{"a list", `[]`, true},
		{"a JSON text", `"Forbidden"`, true},
		{"a number", `403`, true},
		{"null", `null`, true},
		{"a message of another case", `{"Message":"User is not authorized to access this resource"}`, true},
		{"an empty message", `{"message":""}`, true},

		{"the API's own", `{"message":"Forbidden"}`, false},
		{"the API's own with more", `{"message":"x","errors":{"a":["b"]}}`, false},
		{"the API's own cut short", `{"message":"For`, false},
		{"nothing", "", false},
		{"white space", " \r\n", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, status := range []int{http.StatusUnauthorized, http.StatusForbidden} {
				r := newRig(providertest.Answers(providertest.Answer{Status: status, Body: c.body}))
				failed := failure(t, r.Do(t.Context(), list(), refusal))
				if failed == nil {
					t.Fatalf("%d: no failure", status)
				}
				want := map[int]provider.Reason{401: provider.ReasonAuth, 403: provider.ReasonPermission}[status]
				if c.gateway {
					want = provider.ReasonUnavailable
				}
				if failed.Reason != want || failed.Gateway != c.gateway || failed.Final != c.gateway {
					t.Errorf("%d: %+v, want %s", status, failed, want)
				}
				if c.gateway != strings.Contains(failed.Detail, "a gateway in front of the API refuses this address") {
					t.Errorf("%d: %s", status, failed.Detail)
				}
				if c.gateway && strings.Contains(failed.Advise(), "key") {
					t.Errorf("%d: the advice is about the key: %s", status, failed.Advise())
				}
			}
		})
	}
}

// TestOtherStatusesOfAGateway checks that other statuses keep their reason.
func TestOtherStatusesOfAGateway(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]provider.Reason{
		402: provider.ReasonPaymentRequired, 404: provider.ReasonNotFound, 407: provider.ReasonNetwork, 429: provider.ReasonRateLimited,
		502: provider.ReasonUnavailable, 503: provider.ReasonUnavailable, 520: provider.ReasonUnavailable,
	} {
		r := newRig(providertest.Answers(providertest.Answer{Status: status, Body: "<html></html>"}))
		if failed := failure(t, r.Do(t.Context(), list(), refusal)); failed == nil || failed.Reason != want || failed.Gateway {
			t.Errorf("%d: %+v, want %s", status, failed, want)
		}
	}
}

// TestAMaintenancePageAsksToWait checks that a page with status 200 is not reported as
// a bug.
func TestAMaintenancePageAsksToWait(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"<html>Back soon</html>", "\ufeff<!doctype html>", "Down for maintenance", "<!-- --><html/>"} {
		r := newRig(providertest.JSON(body))
		failed := failure(t, r.Do(t.Context(), list(), refusal))
		if failed == nil || failed.Reason != provider.ReasonMalformed || !strings.HasPrefix(failed.Advise(), "wait") || strings.Contains(failed.Advise(), "bug") {
			t.Errorf("%s: %+v", body, failed)
		}
	}
}

// TestAByteOrderMarkIsSkipped checks that a byte order mark before valid JSON is
// skipped, however the body is split.
func TestAByteOrderMarkIsSkipped(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"\ufeff{\"message\":\"a\"}", "\ufeff \n{\"message\":\"a\"}", "{\"message\":\"a\"}"} {
		r := serverRig(t, func(w http.ResponseWriter, _ *http.Request) {
			for i := range len(body) {
				_, _ = w.Write([]byte{body[i]})
				w.(http.Flusher).Flush()
			}
		})
		var v struct {
			Message string `json:"message"`
		}
		if failed := failure(t, r.Do(t.Context(), list(), decode(&v))); failed != nil || v.Message != "a" {
			t.Errorf("%q: %v, error %v", body, v, failed)
		}
	}
}

// TestCodesAreShown checks that only error words in the form of a code are shown.
func TestCodesAreShown(t *testing.T) {
	t.Parallel()
	shown := []string{
		"NotFound", "invalid_signature", "EGeneral:Internal error", "EQuery:Unknown asset pair", "WGeneral:Danger", "accountInactive", "A",
		strings.Repeat("a", 40), "EAPI:" + strings.Repeat("b", 40), " NotFound ",
	}
	withheld := []string{
		"", "Invalid API Key", "user 17 is unknown", "john@example.com", "a1", "_a", "a_", "a__b", "a-b", "a.b", "naïve",
		strings.Repeat("a", 41), "EAPI:" + strings.Repeat("b", 41), "EAPI:", "E:error", "XGeneral:Danger", "EGeneral:Internal error:17",
		"EGeneral: Internal\nerror", "<html>", `"quoted"`, "sesame", "opensesame", "ses", "SESAME",
	}
	secrets := providertest.Secrets(t, map[string]secret.Spec{"key": {Ref: providertest.Ref("sesame")}})
	for _, word := range append(shown, withheld...) {
		observer := &providertest.Observer{}
		client := apiclient.New(providertest.Deps(providertest.JSON(`{}`)), observer, apiclient.API{
			Endpoints: endpoints(),
			Secret:    secrets.Overlaps,
		})
		err := client.Do(t.Context(), list(), func(response *apiclient.Response) error { return response.UnlistedError(word) })
		failed := failure(t, err)
		want := false
		for _, each := range shown {
			want = want || each == word
		}
		if word == "A" || word == "a_" {
			continue // part of the secret, checked below
		}
		if got := word != "" && strings.Contains(failed.Detail, strings.TrimSpace(word)); got != want {
			t.Errorf("%q is shown: %t, want %t: %s", word, got, want, failed.Detail)
		}
		if look := strings.Contains(failed.Advise(), "look up the error"); look != want {
			t.Errorf("%q: advice %q", word, failed.Advise())
		}
	}
}
