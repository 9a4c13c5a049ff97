package kraken

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"export_status_exporter/provider"
	"export_status_exporter/provider/providertest"
)

func TestOddFields(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) // 1772366400
	ready := provider.Report{ID: "A", Type: "trades", Status: provider.StatusReady, Progress: provider.Num(1)}
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
		{"a time as a number", `,"createdtm":1772366400`, with(func(r *provider.Report) { r.Created = noon })},
		{"a time as text", `,"createdtm":"1772366400"`, with(func(r *provider.Report) { r.Created = noon })},
		{"a time with a fraction", `,"createdtm":"1772366400.25"`, with(func(r *provider.Report) { r.Created = noon.Add(250 * time.Millisecond) })},
		{"a time with space", `,"createdtm":" 1772366400 "`, with(func(r *provider.Report) { r.Created = noon })},
		{"times that are not set", `,"createdtm":0,"completedtm":"0","expiretm":"","datastarttm":null,"dataendtm":"0.0"`, ready},
		{"times of other types", `,"createdtm":{},"completedtm":[],"expiretm":true,"datastarttm":"soon","dataendtm":-1`, ready},
		{"times in milliseconds", `,"createdtm":1772366400000`, with(func(r *provider.Report) { r.Created = noon })},
		{"times as text", `,"createdtm":"2026-03-01T12:00:00Z"`, with(func(r *provider.Report) { r.Created = noon })},
		{"an id as a number", `,"id":4711`, with(func(r *provider.Report) { r.ID = "4711" })},
		{"a format in lower case", `,"format":"csv"`, with(func(r *provider.Report) { r.Format = "csv" })},
		{"a format that is no text", `,"format":null`, ready},
		{"another kind than was asked for", `,"report":"ledgers"`, with(func(r *provider.Report) { r.Type = "ledgers" })},
		{"no kind", `,"report":""`, ready},
		{"kind null", `,"report":null`, ready},
		{"delete as text", `,"delete":"false"`, with(func(r *provider.Report) { r.PendingDeletion = provider.Num(0) })},
		{"delete as a number", `,"delete":0`, with(func(r *provider.Report) { r.PendingDeletion = provider.Num(0) })},
		{"delete null", `,"delete":null`, ready},
		{"delete of another type", `,"delete":{}`, ready},
		{"a long id", `,"id":"` + strings.Repeat("é", 100) + `"`, with(func(r *provider.Report) { r.ID = provider.ReportID(strings.Repeat("é", 100)) })},
		{"a long kind", `,"report":"` + strings.Repeat("k", 100) + `"`, with(func(r *provider.Report) { r.Type = strings.Repeat("k", 64) })},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := one(t, `{"id":"A","status":"Processed"`+c.fields+`}`)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("report (-want +got):\n%s", diff)
			}
		})
	}
}

func TestStartIsTheDatasInAQueuedReport(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) // 1772366400
	for _, c := range []struct {
		name, fields string
		want         time.Time
	}{
		{"before the request", `"createdtm":"1772366400","starttm":"1769904000","datastarttm":"1769904000"`, time.Time{}},
		{"one second before", `"createdtm":"1772366400","starttm":"1772366399"`, time.Time{}},
		{"at the request", `"createdtm":"1772366400","starttm":"1772366400"`, noon},
		{"after the request", `"createdtm":"1772366400","starttm":1772366401`, noon.Add(time.Second)},
		{"not begun", `"createdtm":"1772366400","starttm":"0"`, time.Time{}},
		{"an unknown request", `"starttm":"1772366400"`, time.Time{}},
		{"a request at 0", `"createdtm":"0","starttm":"1772366400"`, time.Time{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, status := range []string{"Queued", "Processing", "Processed"} {
				got := one(t, `{"id":"A","status":"`+status+`",`+c.fields+`}`)
				if !got.Started.Equal(c.want) {
					t.Errorf("%s: started %s, want %s", status, got.Started, c.want)
				}
			}
		})
	}
}

func TestStatus(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		word             string
		status, deleting provider.Status
		kept             string
	}{
		{"Queued", provider.StatusQueued, provider.StatusCancelled, ""},
		{"queued", provider.StatusQueued, provider.StatusCancelled, ""},
		{"QUEUED", provider.StatusQueued, provider.StatusCancelled, ""},
		{"Processing", provider.StatusProcessing, provider.StatusCancelled, ""},
		{"Processed", provider.StatusReady, provider.StatusExpired, ""},
		{" pRoCeSsEd ", provider.StatusReady, provider.StatusExpired, ""},
		{"Failed", provider.StatusFailed, provider.StatusFailed, ""},
		{"Cancelled", provider.StatusCancelled, provider.StatusCancelled, ""},
		{"canceled", provider.StatusCancelled, provider.StatusCancelled, ""},
		{"OnHold", provider.StatusUnknown, provider.StatusUnknown, "OnHold"},
		{"Processed!", provider.StatusUnknown, provider.StatusUnknown, "Processed!"},
		{"", provider.StatusUnknown, provider.StatusUnknown, ""},
		{strings.Repeat("é", 40), provider.StatusUnknown, provider.StatusUnknown, strings.Repeat("é", 32)},
		{"on\\u0000hold\\n", provider.StatusUnknown, provider.StatusUnknown, "on hold"},
	} {
		progress := map[provider.Status]provider.Number{
			provider.StatusReady: provider.Num(1), provider.StatusQueued: provider.Num(0),
		}
		for deleted, want := range map[string]provider.Status{
			``: c.status, `,"delete":false`: c.status, `,"delete":null`: c.status, `,"delete":true`: c.deleting, `,"delete":"true"`: c.deleting,
		} {
			got := one(t, `{"id":"A","status":"`+c.word+`"`+deleted+`}`)
			if got.Status != want || got.ProviderStatus != c.kept || got.Progress != progress[want] {
				t.Errorf("%q%s: %s, %q, %+v, want %s, %q", c.word, deleted, got.Status, got.ProviderStatus, got.Progress, want, c.kept)
			}
		}
	}
	for _, odd := range []string{`null`, `{}`, `[]`} {
		if got := one(t, `{"id":"A","status":`+odd+`}`); got.Status != provider.StatusUnknown || got.ProviderStatus != "" {
			t.Errorf("%s: %s, %q", odd, got.Status, got.ProviderStatus)
		}
	}
	if got := one(t, `{"id":"A","status":3}`); got.ProviderStatus != "3" {
		t.Errorf("a status of 3 is kept as %q", got.ProviderStatus)
	}
	if got := one(t, `{"id":"A"}`); got.Status != provider.StatusUnknown {
		t.Errorf("no status is %s", got.Status)
	}
}

func TestLists(t *testing.T) {
	t.Parallel()
	const nameless = "ignored reports without an id"
	for _, c := range []struct {
		name, result string
		ids          []string
		listed       bool
		warnings     []string
	}{
		{"empty", `[]`, nil, true, nil},
		{"in the provider's order", `[{"id":"B"},{"id":"A"},{"id":"C"}]`, []string{"B", "A", "C"}, true, nil},
		{"an id twice", `[{"id":"A"},{"id":"A"}]`, []string{"A"}, true, nil},
		{"some without an id", `[{"id":""},{"id":"A"},{},null]`, []string{"A"}, false, []string{nameless}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			snapshot, failed := fetch(t, providertest.Answer{Body: `{"error":[],"result":` + c.result + `}`})
			if failed != nil {
				t.Fatal(failed)
			}
			var ids []string
			for _, r := range snapshot.Reports {
				ids = append(ids, r.ID)
			}
			if !slices.Equal(ids, c.ids) || snapshot.Complete != c.listed || !slices.Equal(snapshot.Warnings, c.warnings) {
				t.Errorf("ids %v, listed %t, warnings %v", ids, snapshot.Complete, snapshot.Warnings)
			}
		})
	}
}

func TestMalformedAnswers(t *testing.T) {
	t.Parallel()
	const neither = "the answer has neither an error nor a result"
	for _, c := range []struct{ name, body, detail string }{
		{"empty object", `{}`, neither},
		{"null", `null`, neither},
		{"no result", `{"error":[]}`, neither},
		{"result null", `{"error":[],"result":null}`, neither},
		{"nothing but a warning", `{"error":["WGeneral:Deprecated"]}`, neither},
		{"nothing but empty errors", `{"error":[null,""]}`, neither},
		{"no id anywhere", `{"error":[],"result":[{"status":"Queued"}]}`, "no report in the list has an id"},
		{"result of another type", `{"error":[],"result":{"a":{}}}`, "the answer has an unexpected JSON type at byte 23"},
		{"reports of another type", `{"error":[],"result":["A"]}`, "the answer has an unexpected JSON type at byte 23"},
		{"a list", `[]`, "the answer has an unexpected JSON type at byte 1"},
		{"HTML", `<html></html>`, "a web page came instead of the API's answer"},
		{"nothing", ``, "the answer is empty"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, failed := fetch(t, providertest.Answer{Body: c.body})
			if failed == nil || failed.Reason != provider.ReasonMalformed || failed.Detail != c.detail {
				t.Errorf("got %v, want malformed: %s", failed, c.detail)
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(providertest.File(f, fixture)), 200)
	for _, seed := range append(providertest.OddBodies(),
		`{"error":[],"result":[]}`,
		`{"error":["EAPI:Invalid nonce","EService: Throttled: 1772366500"]}`,
		`{"error":["WGeneral:Deprecated"],"result":[{"id":1,"status":"x","delete":"1","createdtm":1e300}]}`,
		`{"result":[{"id":"`+strings.Repeat("a", 300)+`","status":"\u0000\ud800","starttm":"-1"}]}`,
		`<html>`,
	) {
		f.Add([]byte(seed), 0)
		f.Add([]byte(seed), 203) // 403
		f.Add([]byte(seed), 303) // 503
	}
	f.Fuzz(func(t *testing.T, body []byte, status int) {
		snapshot, failed := fetch(t, providertest.Answer{Status: 200 + abs(status)%400, Body: string(body)})
		if failed == nil && 200+abs(status)%400 > 299 {
			t.Errorf("%d is no failure", 200+abs(status)%400)
		}
		for _, r := range snapshot.Reports {
			if r.ExpiryEndsReady || r.Started.Before(r.Created) && !r.Started.IsZero() {
				t.Errorf("report %+v", r)
			}
		}
	})
}

func abs(n int) int { return max(n, -(n + 1)) }

// TestErrorsOfAnotherForm checks that errors in any form fail the call, even next to a
// list of reports.
func TestErrorsOfAnotherForm(t *testing.T) {
	t.Parallel()
	for body, reason := range map[string]provider.Reason{
		`{"error":"EAPI:Invalid key"}`:                                     provider.ReasonAuth,
		`{"error":"EGeneral:Temporary lockout","result":null}`:             provider.ReasonLockout,
		`{"error":[{"code":"EAPI:Invalid key"}],"result":[]}`:              provider.ReasonUnknown,
		`{"error":{"code":"EAPI:Invalid key"},"result":[]}`:                provider.ReasonUnknown,
		`{"error":[["EAPI:Invalid key"],"EService:Busy"],"result":[]}`:     provider.ReasonUnavailable,
		`{"error":["EAPI:Invalid key"` + strings.Repeat(`,1`, 5000) + `]}`: provider.ReasonAuth,
	} {
		_, failed := fetch(t, providertest.Answer{Body: body})
		if failed == nil || failed.Reason != reason {
			t.Errorf("%.60s: %v, want %s", body, failed, reason)
		}
	}
}

// TestAnswersThatEndEarly checks that an error from the catalogue counts in a cut-off
// answer, because it may ask for a pause, and that nothing else does.
func TestAnswersThatEndEarly(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		body   string
		cut    bool
		reason provider.Reason
	}{
		{`{"error":["EGeneral:Temporary lockout"]}`, true, provider.ReasonLockout},
		{`{"error":["EAPI:Invalid key"],`, true, provider.ReasonAuth},
		{`{"error":["EAPI:Invalid key"`, false, provider.ReasonAuth},
		{`{"error":["ENew:Something"`, false, provider.ReasonMalformed},
		{`{"error":["ENew:Something"`, true, provider.ReasonNetwork},
		{`{"error":[1,],"result":[]}`, false, provider.ReasonMalformed},
		{`{"error":[],"result":[{"id":"A"}]}`, true, provider.ReasonNetwork},
		{`{"error":[],"result":[{"id":"A"}`, true, provider.ReasonNetwork},
		{`{"error":[],"result":[{"id":"A"}`, false, provider.ReasonMalformed},
	} {
		got, failed := fetch(t, providertest.Answer{Body: c.body, Cut: c.cut})
		if failed == nil || failed.Reason != c.reason || len(got.Reports) > 0 {
			t.Errorf("%s, cut %t: %v, %d reports, want %s", c.body, c.cut, failed, len(got.Reports), c.reason)
		}
	}
}

// TestAnErrorCountsBesideAnOddResult checks errors before and after an unexpected
// result.
func TestAnErrorCountsBesideAnOddResult(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`{"error":["EAPI:Invalid key"],"result":{}}`,
		`{"result":{"a":[1]},"error":["EAPI:Invalid key"]}`,
		`{"result":["A",{"id":"B"}],"error":["EAPI:Invalid key"]}`,
		`{"result":"","error":["EAPI:Invalid key"]}`,
	} {
		_, failed := fetch(t, providertest.Answer{Body: body})
		if failed == nil || failed.Reason != provider.ReasonAuth {
			t.Errorf("%s: %v, want auth", body, failed)
		}
	}
}
