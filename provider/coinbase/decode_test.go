package coinbase

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"export_status_exporter/provider"
	"export_status_exporter/provider/providertest"
)

const fixture = "testdata/coinbase_report.json"

func exampleReport() provider.Report {
	return provider.Report{
		ID: "66e2dc58-a11b-4ae7-af08-1b42cf8031ad", Type: "account", Format: "pdf",
		Status: provider.StatusReady, ExpiryEndsReady: true, Progress: provider.Num(1),
		Created:   time.Date(2019, 7, 25, 22, 14, 0, 410000000, time.UTC),
		Completed: time.Date(2019, 7, 25, 22, 14, 1, 332000000, time.UTC),
		Expires:   time.Date(2019, 8, 1, 22, 14, 0, 410000000, time.UTC),
		DataStart: time.Date(2019, 6, 25, 22, 13, 48, 592000000, time.UTC),
		DataEnd:   time.Date(2019, 7, 25, 22, 13, 48, 592000000, time.UTC),
	}
}

// TestExampleOfTheDocumentation decodes the verbatim example of the page "Get a
// report", alone and in a list.
func TestExampleOfTheDocumentation(t *testing.T) {
	t.Parallel()
	example := providertest.File(t, fixture)
	want := exampleReport()
	for name, c := range map[string]struct {
		ids    []string
		body   string
		listed bool
	}{
		"alone":     {[]string{want.ID}, example, false},
		"in a list": {nil, "[" + example + "]", true},
	} {
		r := newRig(t, func(config *Config) { config.ReportIDs = c.ids }, providertest.Answer{Body: c.body})
		got, failed := r.fetch(t)
		if failed != nil {
			t.Fatal(failed)
		}
		if diff := cmp.Diff(provider.Snapshot{Reports: []provider.Report{want}, Complete: c.listed}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		shown := fmt.Sprintf("%+v", got)
		for _, personal := range []string{"user1", "User One", "example.com", "5cf6e115", "8058d771"} {
			if strings.Contains(shown, personal) {
				t.Errorf("%s: %s is decoded", name, personal)
			}
		}
		if status := got.Reports[0].StatusAt(want.Expires); status != provider.StatusExpired {
			t.Errorf("%s: at its expiry the report is %s", name, status)
		}
	}
}

// one fetches a list with one report and returns the report.
func one(tb testing.TB, report string) provider.Report {
	tb.Helper()
	snapshot, failed := newRig(tb, nil, providertest.Answer{Body: "[" + report + "]"}).fetch(tb)
	if failed != nil || len(snapshot.Reports) != 1 {
		tb.Fatalf("%s: %v, %d reports", report, failed, len(snapshot.Reports))
	}
	return snapshot.Reports[0]
}

func TestOddFields(t *testing.T) {
	t.Parallel()
	at := time.Date(2019, 7, 25, 22, 14, 1, 0, time.UTC)
	ready := provider.Report{ID: "A", Status: provider.StatusReady, ExpiryEndsReady: true, Progress: provider.Num(1)}
	with := func(change func(*provider.Report)) provider.Report {
		r := ready
		change(&r)
		return r
	}
	for _, c := range []struct {
		name, fields string
		want         provider.Report
	}{
		{"only what is required", ``, ready},
		{"a new type", `,"type":"wallet-2030"`, with(func(r *provider.Report) { r.Type = "wallet-2030" })},
		{"times null", `,"created_at":null,"completed_at":null,"expires_at":null`, ready},
		{"times empty", `,"created_at":"","completed_at":"","expires_at":""`, ready},
		{"times zero", `,"created_at":0,"completed_at":"0","expires_at":"0001-01-01T00:00:00Z"`, ready},
		{"times of other types", `,"created_at":{},"completed_at":[],"expires_at":true`, ready},
		{"microseconds", `,"created_at":"2019-07-25T22:14:01.000001Z"`, with(func(r *provider.Report) { r.Created = at.Add(time.Microsecond) })},
		{"another zone", `,"created_at":"2019-07-26T00:14:01+02:00"`, with(func(r *provider.Report) { r.Created = at })},
		{"the older form of a time", `,"created_at":"2019-07-25 22:14:01.5+00"`, with(func(r *provider.Report) { r.Created = at.Add(time.Second / 2) })},
		{"params null", `,"params":null`, ready},
		{"params empty", `,"params":{}`, ready},
		{"params as text", `,"params":"none"`, ready},
		{"params as a list", `,"params":[]`, ready},
		{"params as a number", `,"params":7`, ready},
		{"format in upper case", `,"params":{"format":"CSV"}`, with(func(r *provider.Report) { r.Format = "CSV" })},
		{"format null", `,"params":{"format":null,"start_date":null,"end_date":""}`, ready},
		{"format of another type", `,"params":{"format":{"a":1},"end_date":"2019-07-25T22:14:01Z"}`, with(func(r *provider.Report) { r.DataEnd = at })},
		{"a date without a time", `,"params":{"start_date":"2019-07-25"}`, with(func(r *provider.Report) { r.DataStart = time.Date(2019, 7, 25, 0, 0, 0, 0, time.UTC) })},
		{"what is dropped, of other types", `,"file_url":{"a":1},"user_id":[1],"file_count":"3","params":{"user":"x","email":1}`, ready},
		{"a format that is too long", `,"params":{"format":"` + strings.Repeat("f", 40) + `"}`, with(func(r *provider.Report) { r.Format = strings.Repeat("f", 16) })},
		{"an id that is too long", `,"id":"` + strings.Repeat("i", 200) + `"`, with(func(r *provider.Report) { r.ID = provider.ReportID(strings.Repeat("i", 200)) })},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := one(t, `{"id":"A","status":"ready"`+c.fields+`}`)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("report (-want +got):\n%s", diff)
			}
		})
	}
}

func TestStatus(t *testing.T) {
	t.Parallel()
	none := provider.Number{}
	for _, c := range []struct {
		word     string
		status   provider.Status
		kept     string
		progress provider.Number
	}{
		{`"pending"`, provider.StatusQueued, "", provider.Num(0)},
		{`"Pending"`, provider.StatusQueued, "", provider.Num(0)},
		{`"creating"`, provider.StatusProcessing, "", none},
		{`"ready"`, provider.StatusReady, "", provider.Num(1)},
		{`" READY "`, provider.StatusReady, "", provider.Num(1)},
		{`"failed"`, provider.StatusFailed, "", none},
		{`"cancelled"`, provider.StatusCancelled, "", none},
		{`"canceled"`, provider.StatusCancelled, "", none},
		{`"expired"`, provider.StatusExpired, "", none},
		{`"in review"`, provider.StatusUnknown, "in review", none},
		{`"` + strings.Repeat("w", 100) + `"`, provider.StatusUnknown, strings.Repeat("w", 64), none},
		{`""`, provider.StatusUnknown, "", none},
		{`null`, provider.StatusUnknown, "", none},
		{`4`, provider.StatusUnknown, "4", none},
		{`{"name":"ready"}`, provider.StatusUnknown, "", none},
	} {
		got := one(t, `{"id":"A","status":`+c.word+`}`)
		if got.Status != c.status || got.ProviderStatus != c.kept || got.Progress != c.progress {
			t.Errorf("%s: %s, %q, %+v", c.word, got.Status, got.ProviderStatus, got.Progress)
		}
	}
}

func TestExpiryIsDerived(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		report string
		want   provider.Status
	}{
		{`{"id":"A","status":"ready","expires_at":"2026-03-01T12:00:00Z"}`, provider.StatusExpired},
		{`{"id":"A","status":"ready","expires_at":"2026-03-01T12:00:00.001Z"}`, provider.StatusReady},
		{`{"id":"A","status":"ready","expires_at":null}`, provider.StatusReady},
		{`{"id":"A","status":"pending","expires_at":"2026-02-01T12:00:00Z"}`, provider.StatusQueued},
		{`{"id":"A","status":"creating","expires_at":"2026-02-01T12:00:00Z"}`, provider.StatusProcessing},
	} {
		got := one(t, c.report)
		if status := got.StatusAt(providertest.Start()); status != c.want {
			t.Errorf("%s: %s, want %s", c.report, status, c.want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	example := providertest.File(f, fixture)
	for _, seed := range append(providertest.OddBodies(),
		"["+example+"]", example, `[]`, `null`, `[null]`, `[{"id":7,"status":1,"params":"x"}]`,
		`[{"id":"A"},{"id":"A"},{"id":""}]`, `{"message":"NotFound"}`, `<html>`,
		`[{"id":"`+strings.Repeat("a", 300)+`","status":"\u0000\ud800","created_at":"9999-12-31T23:59:59Z"}]`,
	) {
		f.Add([]byte(seed), 0, false)
		f.Add([]byte(seed), 0, true)
		f.Add([]byte(seed), 201, false) // 401
		f.Add([]byte(seed), 204, true)  // 404
	}
	f.Fuzz(func(t *testing.T, body []byte, status int, single bool) {
		const id = "66e2dc58-a11b-4ae7-af08-1b42cf8031ad"
		status = 200 + max(status, -(status+1))%400
		r := newRig(t, func(c *Config) {
			if single {
				c.ReportIDs = []string{id}
			}
		}, providertest.Answer{Status: status, Body: string(body)})
		snapshot, failed := r.fetch(t)
		if failed == nil && status > 299 && len(snapshot.Missing) == 0 {
			t.Errorf("%d is no failure", status)
		}
		if single && failed == nil && len(snapshot.Reports)+len(snapshot.Missing) != 1 {
			t.Errorf("snapshot %+v", snapshot)
		}
		for _, report := range snapshot.Reports {
			if single && report.ID != id {
				t.Errorf("asked for another report than %s", report.ID)
			}
		}
	})
}
