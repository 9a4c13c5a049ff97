package apiclient_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
	"export_status_exporter/provider/providertest"
)

func TestAllowedCallsAreSent(t *testing.T) {
	t.Parallel()
	longest := strings.Repeat("a", 64)
	for _, c := range []struct{ method, path, query, url string }{
		{"GET", "/reports", "", "https://api.test/reports"},
		{"GET", "/reports", "limit=100&after=a%20b%2Fc", "https://api.test/reports?limit=100&after=a%20b%2Fc"},
		{"GET", "/reports/66e2dc58-a11b-4ae7-af08-1b42cf8031ad", "", "https://api.test/reports/66e2dc58-a11b-4ae7-af08-1b42cf8031ad"},
		{"GET", "/reports/data_export_ABC", "", "https://api.test/reports/data_export_ABC"},
		{"GET", "/reports/" + longest, "", "https://api.test/reports/" + longest},
		{"POST", "/0/private/ExportStatus", "", "https://api.test/0/private/ExportStatus"},
	} {
		api := providertest.JSON(`{}`)
		r := newRig(api)
		var v any
		if err := r.Do(t.Context(), apiclient.Request{Method: c.method, Path: c.path, Query: c.query}, decode(&v)); err != nil {
			t.Errorf("%s %s: %v", c.method, c.path, err)
			continue
		}
		asked := api.Asked()
		if len(asked) != 1 || asked[0].Method != c.method || asked[0].URL != c.url {
			t.Errorf("%s %s: asked %v", c.method, c.path, asked)
		}
	}
}

func TestEverythingElseIsRefusedBeforeAByteLeaves(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, method, path string }{
		{"a call that writes", "POST", "/reports"},
		{"a call that deletes", "DELETE", "/reports/abc"},
		{"another verb", "HEAD", "/reports"},
		{"a verb in lower case", "get", "/reports"},
		{"no verb", "", "/reports"},
		{"a verb that is not the path's", "GET", "/0/private/ExportStatus"},
		{"a path that writes", "POST", "/0/private/AddExport"},
		{"a neighbour by its case", "POST", "/0/private/exportstatus"},
		{"upper case", "GET", "/REPORTS"},
		{"a trailing slash", "GET", "/reports/"},
		{"a trailing slash after an id", "GET", "/reports/abc/"},
		{"a leading double slash", "GET", "//reports"},
		{"a double slash", "GET", "/reports//abc"},
		{"no leading slash", "GET", "reports"},
		{"an empty path", "GET", ""},
		{"the root", "GET", "/"},
		{"below an id", "GET", "/reports/abc/retry"},
		{"one level up", "GET", "/reports/.."},
		{"one level up and down", "GET", "/reports/../accounts"},
		{"up in the middle", "GET", "/x/../reports"},
		{"the same level", "GET", "/reports/."},
		{"dots in an id", "GET", "/reports/a.b"},
		{"an escaped slash", "GET", "/reports/a%2Fb"},
		{"an escaped slash in lower case", "GET", "/reports/a%2fb"},
		{"an escaped dot", "GET", "/reports/%2e%2e"},
		{"an escaped letter", "GET", "/%72eports"},
		{"a backslash", "GET", `/reports\abc`},
		{"a query in the path", "GET", "/reports?limit=1"},
		{"a query after an id", "GET", "/reports/abc?x=1"},
		{"a fragment", "GET", "/reports#x"},
		{"a semicolon", "GET", "/reports/abc;x=1"},
		{"a space", "GET", "/reports/a b"},
		{"a line break", "GET", "/reports/a\r\nX-Other: b"},
		{"NUL", "GET", "/reports/a\x00"},
		{"not ASCII", "GET", "/reports/ä"},
		{"a look-alike", "GET", "/reports/\uff11"},
		{"an id of 65 bytes", "GET", "/reports/" + strings.Repeat("a", 65)},
		{"the template itself", "GET", "/reports/{report_id}"},
		{"another host", "GET", "@other.test/reports"},
		{"a full URL", "GET", "https://other.test/reports"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			api := providertest.JSON(`{}`)
			r := newRig(api)
			decoded := false
			err := r.Do(t.Context(), apiclient.Request{Method: c.method, Path: c.path}, func(*apiclient.Response) error {
				decoded = true
				return nil
			})
			if asked := api.Asked(); len(asked) != 0 || decoded {
				t.Fatalf("sent %v", asked)
			}
			want := "api.test: not sent: not one of the read-only calls that the exporter allows for this provider"
			if err == nil || err.Error() != want {
				t.Errorf("error %v\nwant %s", err, want)
			}
			seen := r.seen.Seen()
			if len(seen.Codes) != 0 || !slices.Equal(seen.Failed, []provider.Reason{provider.ReasonInvalidRequest}) {
				t.Errorf("counted %+v", seen)
			}
		})
	}
}

func TestValidParam(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		want bool
	}{
		{"A", true},
		{"azAZ09_-", true},
		{strings.Repeat("-", 64), true},
		{strings.Repeat("-", 65), false},
		{"", false},
		{".", false},
		{"a/b", false},
		{"a\n", false},
		{"é", false},
	} {
		if got := apiclient.ValidParam(c.text); got != c.want {
			t.Errorf("%q: %t", c.text, got)
		}
	}
}

func TestRequestIsSentAsSigned(t *testing.T) {
	t.Parallel()
	api := providertest.JSON(`{}`)
	r := newRig(api)
	header := http.Header{}
	header.Set("API-Sign", "signature")
	header.Set("User-Agent", "another")
	var v any
	err := r.Do(t.Context(), apiclient.Request{
		Method: "POST", Path: "/0/private/ExportStatus", Header: header, Body: []byte("nonce=1&report=trades"),
	}, decode(&v))
	if err != nil {
		t.Fatal(err)
	}
	asked := api.Asked()[0]
	if asked.Body != "nonce=1&report=trades" {
		t.Errorf("body %q", asked.Body)
	}
	for name, want := range map[string]string{
		"API-Sign": "signature", "User-Agent": providertest.UserAgent, "Accept": "application/json",
	} {
		if got := asked.Header.Values(name); !slices.Equal(got, []string{want}) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if header.Get("User-Agent") != "another" {
		t.Error("the caller's header was changed")
	}
}

func TestBaseURLMayHaveAPath(t *testing.T) {
	t.Parallel()
	api := providertest.JSON(`{}`)
	deps := providertest.Deps(api)
	deps.BaseURL = deps.BaseURL.JoinPath("mirror")
	client := apiclient.New(deps, &providertest.Observer{}, apiclient.API{Endpoints: endpoints()})
	var v any
	if err := client.Do(t.Context(), list(), decode(&v)); err != nil {
		t.Fatal(err)
	}
	if got := api.Asked()[0].URL; got != "https://api.test/mirror/reports" {
		t.Errorf("asked %s", got)
	}
}

// TestEscapedParametersStayInTheirSegment checks parameters of a template that allows
// escapes, whether a server decodes the path once or twice.
func TestEscapedParametersStayInTheirSegment(t *testing.T) {
	t.Parallel()
	for segment, want := range map[string]bool{
		"6ba7b810-9dad-11d1-80b4-00c04fd430c8": true, "a.b:c==": true, "a%20b": true, "a%2Bb": true, strings.Repeat("a", 512): true,
		"": false, ".": false, "..": false, "%2e": false, "%2e%2E": false, "a..b": false, "a%2Fb": false, "a%2fb": false, "a%5Cb": false, "..%2F..": false,
		"%252e%252e": false, "a%252Fb": false, "a%3Fx=1": false, "a%23b": false, "a;b": false, "a%3Bb": false, "a%0Ab": false, "a%7F": false, "a%00": false,
		"%C3%BC": false, "%EF%BC%8F": false, "%FF": false, "%C0%AF": false, "%zz": false, "a b": false, "a/b": false, "a?b": false, strings.Repeat("a", 513): false,
	} {
		if got := apiclient.ValidSegment(segment); got != want {
			t.Errorf("%q: %t", segment, got)
		}
	}
}
