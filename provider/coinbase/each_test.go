package coinbase

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
	"export_status_exporter/provider/providertest"
)

const dashed = "66e2dc58-a11b-4ae7-af08-1b42cf8031ad"

func ids(ids ...string) func(*Config) { return func(c *Config) { c.ReportIDs = ids } }

func TestExplicitIDs(t *testing.T) {
	t.Parallel()
	r := newRig(t, ids("B", "gone", "A"),
		providertest.Answer{Body: `{"id":"B","status":"creating"}`},
		providertest.Answer{Status: 404, Body: `{"message":"NotFound"}`},
		providertest.Answer{Body: `{"id":"A","status":"pending"}`},
	)
	got, failed := r.fetch(t)
	if failed != nil {
		t.Fatal(failed)
	}
	want := provider.Snapshot{
		Reports: []provider.Report{
			{ID: "B", Status: provider.StatusProcessing, ExpiryEndsReady: true},
			{ID: "A", Status: provider.StatusQueued, ExpiryEndsReady: true, Progress: provider.Num(0)},
		},
		Missing: []string{"gone"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("snapshot (-want +got):\n%s", diff)
	}
	var urls []string
	for _, asked := range r.api.Asked() {
		urls = append(urls, asked.Method+" "+asked.URL)
	}
	if diff := cmp.Diff([]string{"GET https://api.test/reports/B", "GET https://api.test/reports/gone", "GET https://api.test/reports/A"}, urls); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
	// A 404 is counted, although the refresh succeeds.
	if seen := r.seen.Seen(); !slices.Equal(seen.Failed, []provider.Reason{provider.ReasonNotFound}) || !slices.Equal(seen.Codes, []int{200, 404, 200}) {
		t.Errorf("counted %+v", seen)
	}
	if r.Types() != nil {
		t.Errorf("types %v", r.Types())
	}
}

func TestAllIDsAreGone(t *testing.T) {
	t.Parallel()
	for _, status := range []int{404, 410} {
		got, failed := newRig(t, ids("A", "B"), providertest.Answer{Status: status, Body: `{"message":"NotFound"}`}).fetch(t)
		if failed != nil || len(got.Reports) != 0 || !slices.Equal(got.Missing, []string{"A", "B"}) {
			t.Errorf("%d: %v, %+v", status, failed, got)
		}
	}
}

func TestAFailureOfOneIDFailsTheFetch(t *testing.T) {
	t.Parallel()
	r := newRig(t, ids("A", "B", "C"), providertest.Answer{Body: `{"id":"A","status":"ready"}`}, providertest.Answer{Status: 500})
	got, failed := r.fetch(t)
	if failed == nil || failed.Reason != provider.ReasonUnavailable || failed.Tried != "api.test GET /reports/{report_id}" || len(got.Reports) != 0 {
		t.Errorf("%v, %+v", failed, got)
	}
	if asked := len(r.api.Asked()); asked != 2 {
		t.Errorf("asked %d times", asked)
	}
}

// TestSpellingOfAnID checks that dashes are optional and that the configured spelling
// is kept.
func TestSpellingOfAnID(t *testing.T) {
	t.Parallel()
	plain := strings.ReplaceAll(dashed, "-", "")
	for configured, answered := range map[string]string{
		dashed: plain, plain: dashed, strings.ToUpper(dashed): dashed, "same": "same",
	} {
		r := newRig(t, ids(configured), providertest.Answer{Body: `{"id":"` + answered + `","status":"ready"}`})
		got, failed := r.fetch(t)
		if failed != nil || !slices.Equal(idsOf(got), []string{configured}) {
			t.Errorf("%s answered as %s: %v, %v", configured, answered, failed, idsOf(got))
		}
		if url := r.api.Asked()[0].URL; url != "https://api.test/reports/"+configured {
			t.Errorf("asked %s", url)
		}
	}
}

func TestAnswersAboutSomethingElse(t *testing.T) {
	t.Parallel()
	const other = "the answer is not about the requested report"
	for _, c := range []struct{ name, body, detail string }{
		{"another report", `{"id":"B","status":"ready"}`, other},
		{"nothing", `{}`, other},
		{"null", `null`, other},
		{"an empty message", `{"message":""}`, other},
		{"a list", `[{"id":"A","status":"ready"}]`, "the answer has an unexpected JSON type at byte 1"},
	} {
		_, failed := newRig(t, ids("A"), providertest.Answer{Body: c.body}).fetch(t)
		if failed == nil || failed.Reason != provider.ReasonMalformed || failed.Detail != c.detail {
			t.Errorf("%s: %v, want %s", c.name, failed, c.detail)
		}
	}
	got, failed := newRig(t, ids("A"), providertest.Answer{Body: `{"status":"ready"}`}).fetch(t)
	if failed != nil || !slices.Equal(idsOf(got), []string{"A"}) {
		t.Errorf("an answer that does not repeat the id: %v, %+v", failed, got)
	}
}

func TestConfig(t *testing.T) {
	t.Parallel()
	c := DefaultConfig()
	if c.Name() != "coinbase_exchange" || c.DefaultBaseURL() != "https://api.exchange.coinbase.com" || c.Serial() || c.KeySecret() != "api_key" {
		t.Errorf("config %+v", c)
	}
	want := []apiclient.Endpoint{{Method: http.MethodGet, Path: "/reports"}, {Method: http.MethodGet, Path: "/reports/{report_id}"}}
	if diff := cmp.Diff(want, c.Endpoints()); diff != "" {
		t.Errorf("allow-list (-want +got):\n%s", diff)
	}
	if len(c.Validate()) != 0 || len(c.Warnings()) != 0 {
		t.Errorf("default: %v, %v", c.Validate(), c.Warnings())
	}
	bad := &Config{Types: []string{""}, ProfileID: strings.Repeat("p", 65), ReportIDs: []string{"a/b"}}
	var problems []string
	for _, p := range bad.Validate() {
		problems = append(problems, p.Error())
	}
	if diff := cmp.Diff([]string{
		"types: type 1 is empty, too long or holds control characters",
		"profile_id: is longer than 64 bytes",
		"report_ids: id 1 is not of the form [A-Za-z0-9_-]{1,64}",
	}, problems); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
	odd := &Config{Types: []string{"fill", "1099k-transaction-history"}, ReportIDs: []string{dashed}}
	if diff := cmp.Diff([]string{
		`types: "fill" is not a type that the provider documents`,
		"types and profile_id have no effect with report_ids",
	}, odd.Warnings()); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
	for name, spec := range newRig(t, nil, page("")).config.Secrets() {
		if spec.Check == nil || spec.Ref.Value.Empty() {
			t.Errorf("%s has no check or no origin", name)
		}
	}
}
