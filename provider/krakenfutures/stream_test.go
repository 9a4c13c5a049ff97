package krakenfutures

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"export_status_exporter/provider"
	"export_status_exporter/provider/providertest"
)

// answered is the snapshot of a stream that answered at the start of the clock.
func answered(stream string, change func(*provider.Report)) provider.Snapshot {
	r := provider.Report{
		ID: stream, Type: stream, Status: provider.StatusReady, Progress: provider.Num(1), DataEnd: providertest.Start(),
	}
	if change != nil {
		change(&r)
	}
	return provider.Snapshot{Reports: []provider.Report{r}, Complete: true}
}

func TestAccountLog(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 2, 28, 16, 0, 0, 0, time.UTC)
	newest := func(r *provider.Report) { r.LastEntry, r.Rows = at, provider.Num(4711) }
	for _, c := range []struct {
		name, logs string
		change     func(*provider.Report)
	}{
		{"as documented", `[{"id":4711,"date":"2026-02-28T16:00:00.000Z","asset":"xbt","info":"funding rate change","new_balance":0.5,"fee":null}]`, newest},
		{"empty", `[]`, nil},
		{"an id as text", `[{"id":"4711","date":"2026-02-28T16:00:00Z"}]`, newest},
		{"another zone", `[{"id":4711,"date":"2026-02-28T17:00:00+01:00"}]`, newest},
		{"rows that are not sorted", `[{"id":4709,"date":"2026-02-28T15:00:00Z"},{"id":4711,"date":"2026-02-28T16:00:00Z"},{"id":4710,"date":"2026-02-28T15:30:00Z"}]`, newest},
		{"the newest id is not the newest moment", `[{"id":4711,"date":"2026-02-28T15:00:00Z"},{"id":4710,"date":"2026-02-28T16:00:00Z"}]`, newest},
		{"no date", `[{"id":4711,"date":null}]`, func(r *provider.Report) { r.Rows = provider.Num(4711) }},
		{"no id", `[{"date":"2026-02-28T16:00:00Z"}]`, func(r *provider.Report) { r.LastEntry = at }},
		{"an id that is not known", `[{"id":-1,"date":"2026-02-28T16:00:00Z"}]`, func(r *provider.Report) { r.LastEntry = at }},
		{"an id of zero", `[{"id":0,"date":"2026-02-28T16:00:00Z"}]`, func(r *provider.Report) { r.LastEntry = at }},
		{"an empty row", `[{}]`, nil},
		{"a row of null", `[null]`, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, failed := newRig(t, "account_log", body(`{"accountUid":"x","logs":`+c.logs+`}`)).fetch(t)
			if failed != nil {
				t.Fatal(failed)
			}
			if diff := cmp.Diff(answered("account_log", c.change), got); diff != "" {
				t.Errorf("snapshot (-want +got):\n%s", diff)
			}
		})
	}
}

func TestElements(t *testing.T) {
	t.Parallel()
	newest := func(r *provider.Report) { r.LastEntry = time.UnixMilli(1772294400123).UTC() }
	for _, c := range []struct {
		name, answer string
		change       func(*provider.Report)
	}{
		{"as documented", `{"accountUid":"x","len":1,"serverTime":"2026-03-01T12:00:00.250Z","elements":[{"uid":"u","timestamp":1772294400123,"event":{"execution":{"price":1}}}],"continuationToken":"c"}`, newest},
		{"without what is optional", `{"elements":[{"timestamp":1772294400123}]}`, newest},
		{"empty", `{"accountUid":"x","len":0,"elements":[]}`, nil},
		{"an empty list as PHP writes it", `{"elements":{}}`, nil},
		{"a moment in seconds", `{"elements":[{"timestamp":1772294400.123}]}`, newest},
		{"a moment as ISO text", `{"elements":[{"timestamp":"2026-02-28T16:00:00.123Z"}]}`, newest},
		{"a moment as text", `{"elements":[{"timestamp":"1772294400123"}]}`, newest},
		{"rows that are not sorted", `{"elements":[{"timestamp":1772294400122},{"timestamp":1772294400123},{"timestamp":1772294400000}]}`, newest},
		{"a moment of zero", `{"elements":[{"timestamp":0}]}`, nil},
		{"no moment", `{"elements":[{"uid":"u"}]}`, nil},
		{"an id is no count here", `{"elements":[{"id":9,"timestamp":1772294400123}]}`, newest},
		{"a status deeper inside", `{"elements":[{"timestamp":1772294400123,"event":{"status":"rejected","result":"error","error":"authenticationError"}}]}`, newest},
		{"a status beside the rows", `{"status":"OPEN","elements":[{"timestamp":1772294400123}]}`, newest},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, stream := range []string{"executions", "orders", "triggers"} {
				got, failed := newRig(t, stream, body(c.answer)).fetch(t)
				if failed != nil {
					t.Fatal(failed)
				}
				if diff := cmp.Diff(answered(stream, c.change), got); diff != "" {
					t.Errorf("%s (-want +got):\n%s", stream, diff)
				}
			}
		})
	}
}

func TestNothingFinancialIsDecoded(t *testing.T) {
	t.Parallel()
	got, failed := newRig(t, "account_log", body(`{"accountUid":"4f3a-uid","logs":[{
		"id":1,"date":"2026-02-28T16:00:00Z","asset":"canary-asset","contract":"canary","booking_uid":"canary",
		"info":"futures trade","margin_account":"canary","old_balance":12345.678,"new_balance":12346.789,
		"fee":0.5151,"realized_pnl":98765.4321}]}`)).fetch(t)
	if failed != nil {
		t.Fatal(failed)
	}
	shown := fmt.Sprintf("%+v", got)
	for _, secret := range []string{"4f3a", "canary", "12345", "12346", "5151", "98765", "futures trade"} {
		if strings.Contains(shown, secret) {
			t.Errorf("%s is decoded: %s", secret, shown)
		}
	}
}

func TestAnswersOfAnotherKind(t *testing.T) {
	t.Parallel()
	const noRows = "the answer has no list of rows"
	for _, c := range []struct{ stream, answer, detail string }{
		{"account_log", `{}`, noRows},
		{"account_log", `null`, noRows},
		{"account_log", `{"elements":[]}`, noRows},
		{"executions", `{"logs":[]}`, noRows},
		{"executions", `{"elements":{"a":{}}}`, "the answer has an unexpected JSON type at byte 14"},
		{"orders", `{"elements":[1]}`, "the answer has an unexpected JSON type at byte 14"},
		{"triggers", `[]`, "the answer has an unexpected JSON type at byte 1"},
		{"account_log", `{"logs":[]}{}`, "the answer is not one JSON value, from byte 12 on"},
		{"account_log", `id,date,asset`, "a text came instead of the API's answer"},
		{"account_log", `{"result":"success","serverTime":"2026-03-01T12:00:00Z"}`, noRows},
	} {
		_, failed := newRig(t, c.stream, body(c.answer)).fetch(t)
		if failed == nil || failed.Reason != provider.ReasonMalformed || failed.Detail != c.detail {
			t.Errorf("%s %s: %v, want %s", c.stream, c.answer, failed, c.detail)
		}
	}
}

// TestAnErrorCountsBesideAnOddList checks errors before and after an unexpected list.
func TestAnErrorCountsBesideAnOddList(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{
		`{"result":"error","error":"authenticationError","elements":{}}`,
		`{"elements":{"a":[{}]},"result":"error","error":"authenticationError"}`,
		`{"elements":[1,{"timestamp":[]}],"error":"authenticationError"}`,
	} {
		_, failed := newRig(t, "orders", body(answer)).fetch(t)
		if failed == nil || failed.Reason != provider.ReasonAuth {
			t.Errorf("%s: %v, want auth", answer, failed)
		}
	}
}

// TestAnErrorCountsBesideAnEmptyList checks errors next to an empty list.
func TestAnErrorCountsBesideAnEmptyList(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		stream, answer string
		reason         provider.Reason
	}{
		{"orders", `{"result":"error","error":"authenticationError","elements":[]}`, provider.ReasonAuth},
		{"orders", `{"result":"error","error":"apiLimitExceeded","elements":null}`, provider.ReasonRateLimited},
		{"orders", `{"elements":[{"timestamp":1772000000123}],"result":"error"}`, provider.ReasonUnknown},
		{"account_log", `{"status":"UNAUTHORIZED","reason":"x","logs":null}`, provider.ReasonAuth},
		{"account_log", `{"status":"ok","logs":[]}`, ""},
		{"account_log", `{"status":"UNAUTHORIZED","logs":[{"id":5,"date":"2026-02-28T16:00:00Z"}]}`, ""},
		{"account_log", `{"result":"success","error":null,"errors":[],"logs":[]}`, ""},
	} {
		_, failed := newRig(t, c.stream, body(c.answer)).fetch(t)
		if failed == nil && c.reason != "" || failed != nil && failed.Reason != c.reason {
			t.Errorf("%s: %v, want %s", c.answer, failed, c.reason)
		}
	}
}

// TestAnswersThatEndEarly checks that only a refusal from the catalogue counts in a
// cut-off answer.
func TestAnswersThatEndEarly(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		source, whole string
	}{
		{"accounts", `{"status":"degraded","result":"success","serverTime":"2026-03-01T12:00:01.500Z","accounts":{"a":1}}`},
		{"account_log", `{"status":"ok","logs":[{"id":5,"date":"2026-02-28T16:00:00Z"}],"accountUid":"u"}`},
		{"orders", `{"error":null,"status":"Unavailable soon","elements":[{"timestamp":1772000000123}]}`},
	} {
		if _, failed := newRig(t, c.source, body(c.whole)).fetch(t); failed != nil {
			t.Fatalf("%s: %v", c.whole, failed)
		}
		for i := range len(c.whole) {
			_, failed := newRig(t, c.source, body(c.whole[:i])).fetch(t)
			if failed == nil || failed.Reason != provider.ReasonMalformed {
				t.Errorf("%s: %v", c.whole[:i], failed)
			}
			_, failed = newRig(t, c.source, providertest.Answer{Body: c.whole[:i], Cut: true}).fetch(t)
			if failed == nil || failed.Reason != provider.ReasonNetwork {
				t.Errorf("%s and a cut: %v", c.whole[:i], failed)
			}
		}
	}
	for _, answer := range []providertest.Answer{
		{Body: `{"result":"error","error":"authenticationError"`},
		{Body: `{"result":"error","error":"authenticationError"}`, Cut: true},
		{Body: `{"error":"authenticationError","elements":[`, Cut: true},
	} {
		for _, source := range []string{"accounts", "orders"} {
			if _, failed := newRig(t, source, answer).fetch(t); failed == nil || failed.Reason != provider.ReasonAuth {
				t.Errorf("%s %s: %v", source, answer.Body, failed)
			}
		}
	}
}

// TestNullIsAnEmptyStream checks that null is accepted as an empty list.
func TestNullIsAnEmptyStream(t *testing.T) {
	t.Parallel()
	for stream, answer := range map[string]string{"account_log": `{"logs":null}`, "executions": `{"elements":null,"len":0}`} {
		snapshot, failed := newRig(t, stream, body(answer)).fetch(t)
		if failed != nil || len(snapshot.Reports) != 1 || snapshot.Reports[0].Status != provider.StatusReady || !snapshot.Reports[0].LastEntry.IsZero() {
			t.Errorf("%s: %+v, %v", answer, snapshot, failed)
		}
	}
}

func TestServerTimeOfAStream(t *testing.T) {
	t.Parallel()
	r := newRig(t, "executions", body(`{"serverTime":"2026-03-01T12:00:07.500Z","elements":[]}`))
	if _, failed := r.fetch(t); failed != nil {
		t.Fatal(failed)
	}
	if skews := r.seen.Seen().Skews; len(skews) != 1 || skews[0] != 7500*time.Millisecond {
		t.Errorf("skews %v", skews)
	}
}

// TestUnreadableMomentsAreCounted checks that an unreadable time is counted and is not
// used as the newest entry.
func TestUnreadableMomentsAreCounted(t *testing.T) {
	t.Parallel()
	for stream, answer := range map[string]string{
		"account_log": `{"logs":[{"id":4711,"date":"today"}]}`,
		"executions":  `{"elements":[{"timestamp":1}]}`,
	} {
		got, failed := newRig(t, stream, body(answer)).fetch(t)
		if failed != nil {
			t.Fatal(failed)
		}
		if !got.Reports[0].LastEntry.IsZero() || got.Unreadable[provider.FieldLastEntry] != 1 {
			t.Errorf("%s: last entry %s, unreadable %v", stream, got.Reports[0].LastEntry, got.Unreadable)
		}
	}
}

// TestImpossibleIDIsCounted checks that a negative row number is unreadable.
func TestImpossibleIDIsCounted(t *testing.T) {
	t.Parallel()
	got, failed := newRig(t, "account_log", body(`{"logs":[{"id":-3,"date":"2026-02-28T16:00:00Z"}]}`)).fetch(t)
	if failed != nil || got.Reports[0].Rows.Known || got.Unreadable[provider.FieldRows] != 1 {
		t.Errorf("%v %+v", failed, got)
	}
}
