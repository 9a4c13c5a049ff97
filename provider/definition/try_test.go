package definition

import (
	"strings"
	"testing"
	"time"
)

const tryingAnswer = `{"data": {"results": [
	{"uid": "e1", "kind": "orders", "state": "finished", "requestedAt": "2026-11-26T10:00:00Z", "doneAt": "2026-11-26T10:05:00Z", "rows": "12", "until": "2026-11-27T00:00:00Z"},
	{"uid": "e2", "kind": "stock", "state": "working", "requestedAt": "2026-11-26T11:00:00Z", "doneAt": "2026-11-26T11:05:00Z", "rows": null, "until": null}
]}, "meta": {"next": "abc", "has_more": true, "left": 3, "balance": 7}}`

// triedWith runs Try on tryingAnswer with a definition in which texts are replaced.
func triedWith(t *testing.T, replace ...string) *Trial {
	t.Helper()
	text := listed("{path: /v2/exports, items: data.results}", `
next: {cursor: meta.next, param: cursor}
report: {id: uid, type: kind, status: state, created: requestedAt, completed: doneAt, failed: doneAt, expires: until, rows: rows}
statuses: {processing: [working], ready: [finished]}
quota: {credits_balance: [credits, meta.balance]}`)
	trial, err := must(t, strings.NewReplacer(replace...).Replace(text)).Try(t.Context(), "s", strings.NewReader(tryingAnswer),
		TryOptions{Now: time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	return trial
}

// TestTryShowsFaultsOfPages checks the warnings about pagination. In production, a path
// that leads nowhere silently ends the pages.
func TestTryShowsFaultsOfPages(t *testing.T) {
	for _, test := range []struct {
		name    string
		replace []string
		told    string
		warning string // part of the only warning; empty if none is expected
	}{
		{"right", nil, "next page: GET /v2/exports?cursor=abc", ""},
		{"cursor", []string{"meta.next", "meta.nxt"}, "no next page", `next cursor: nothing at meta.nxt, which is correct only on the last page: no key "nxt" under meta, did you mean "next"?`},
		{"one of two cursors", []string{"cursor: meta.next", "cursor: [nxt, meta.next]"}, "next page: GET", ""},
		{"empty cursor", []string{"meta.next", "data.results.1.until"}, "no next page: data.results.1.until is empty", ""},
		{"last", []string{"cursor: meta.next", "last: uuid"}, "no next page", `next last: nothing at uuid, which is correct only on the last page: no key "uuid" at the top of the item, did you mean "uid"?`},
		{"url", []string{"cursor: meta.next, param: cursor", "url: links.next"}, "no next page", `next url: nothing at links.next`},
		{"while", []string{"param: cursor", "param: cursor, while: meta.more"}, "no next page", `next while: nothing at meta.more, so no page follows`},
		{"while a number", []string{"param: cursor", "param: cursor, while: meta.left"}, "no next page: meta.left is not true", "next while: the value at meta.left is neither true nor false"},
		{"while true", []string{"param: cursor", "param: cursor, while: meta.has_more"}, "next page: GET", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			trial := triedWith(t, test.replace...)
			if last := trial.Explanation[len(trial.Explanation)-1]; !strings.HasPrefix(last, test.told) {
				t.Errorf("%q, want %q", last, test.told)
			}
			if len(trial.Problems) > 0 || (test.warning == "") != (len(trial.Warnings) == 0) || len(trial.Warnings) > 1 {
				t.Fatalf("%q %q", trial.Problems, trial.Warnings)
			}
			if test.warning != "" && !strings.HasPrefix(trial.Warnings[0], test.warning) {
				t.Errorf("%q, want %q", trial.Warnings[0], test.warning)
			}
		})
	}
}

// TestTryShowsFaultsOfValues checks the warnings about values that are unreadable or
// ignored, and about quota and fail_if paths that lead nowhere.
func TestTryShowsFaultsOfValues(t *testing.T) {
	for _, test := range []struct{ name, old, new, warning string }{
		{"moment", "created: requestedAt", "created: kind", `created: item 1 has "orders" at kind, which is not a readable time`},
		{"number", "rows: rows", "rows: kind", `rows: item 1 has "orders" at kind, which is not a readable number`},
		{"second item", "rows: rows", "rows: [rows, kind]", `rows: item 2 has "stock" at kind, which is not a readable number`},
		{"negative", "rows: rows", "rows: =-5", `rows: item 1 has "-5" at =-5, which is a number that cannot be true`},
		{"too much", "rows: rows", "progress_percent: =150", `progress_percent: item 1 has "150" at =150, which is a number that cannot be true`},
		{"boolean", "rows: rows", "pending_deletion: kind", `pending_deletion: item 1 has "orders"`},
		{"quota", "[credits, meta.balance]", "meta.balanc", `quota credits_balance: nothing at meta.balanc: no key "balanc" under meta, did you mean "balance"?`},
		{"fail_if", "    auth:", "    fail_if: {path: code, unless: [0]}\n    auth:", "fail_if: nothing at code, so no answer like this one is an error"},
	} {
		t.Run(test.name, func(t *testing.T) {
			trial := triedWith(t, test.old, test.new)
			if len(trial.Problems) > 0 || len(trial.Warnings) != 1 || !strings.HasPrefix(trial.Warnings[0], test.warning) {
				t.Errorf("%q %q, want %q", trial.Problems, trial.Warnings, test.warning)
			}
		})
	}
}

// TestTrySaysWhatLacks checks that a missing id or status is a problem, and that the
// message shows what is there instead.
func TestTrySaysWhatLacks(t *testing.T) {
	for _, test := range []struct{ name, old, new, problem string }{
		{"id", "id: uid", "id: uuid", `item 1: no id at uuid: no key "uuid" at the top of the item, did you mean "uid"?; there is: doneAt, kind`},
		{"an id that is an object", "id: uid", "id: .", "item 1: the value at . is an object or a list, so it cannot be the id"},
		{"status", "status: state", "status: s", `item 1 (e1): no status at s: no key "s" at the top of the item; there is: doneAt`},
		{"a status that is an object", "status: state", "status: .", "item 1 (e1): the value at . is an object or a list, so it cannot be the status"},
		{"word", "[working]", "[worked]", `item 2 (e2): the word "working" has no status; add it to statuses`},
		{"items", "data.results", "data.result", `the answer has nothing at the path of items (malformed); items data.result: no key "result" under data, did you mean "results"?`},
	} {
		t.Run(test.name, func(t *testing.T) {
			trial := triedWith(t, test.old, test.new)
			if len(trial.Problems) == 0 || !strings.HasPrefix(trial.Problems[0], test.problem) {
				t.Errorf("%q, want %q", trial.Problems, test.problem)
			}
		})
	}
}

// TestTrySaysWhatCounts checks that an end time counts only for an export that has
// ended, and that a ready export past its expiry is expired.
func TestTrySaysWhatCounts(t *testing.T) {
	told := strings.Join(triedWith(t).Explanation, "\n")
	if got := strings.Count(told, "does not count"); got != 2 {
		t.Errorf("%d ends do not count, want both of what is processing:\n%s", got, told)
	}
	for _, want := range []string{
		`"2026-11-26T10:05:00Z"       is 2026-11-26T10:05:00Z` + "\n",
		`"2026-11-26T11:05:00Z"       is 2026-11-26T11:05:00Z, which does not count while processing`,
		`"finished"                   is ready` + "\n",
	} {
		if !strings.Contains(told, want) {
			t.Errorf("no %q in\n%s", want, told)
		}
	}
	told = strings.Join(triedWith(t, "expires: until", "expires: requestedAt").Explanation, "\n")
	if want := "is ready, but expired now, because its expiry has passed"; !strings.Contains(told, want) {
		t.Errorf("no %q in\n%s", want, told)
	}
}

// TestTryShowsTheFirstItems checks that further items are counted and checked.
func TestTryShowsTheFirstItems(t *testing.T) {
	d := must(t, listed("{path: /e}", simple))
	trial, err := d.Try(t.Context(), "s", strings.NewReader(`[{"id":1,"status":"r"},{"id":2,"status":"r"},{"id":3,"status":"r"},{"id":4,"status":"r"},{"id":5,"status":"x"}]`), TryOptions{})
	if err != nil {
		t.Fatal(err)
	}
	told := strings.Join(trial.Explanation, "\n")
	if strings.Contains(told, "item 4") || !strings.Contains(told, "item 3") || !strings.HasSuffix(told, "and 2 more items") {
		t.Error(told)
	}
	if len(trial.Problems) != 1 || !strings.HasPrefix(trial.Problems[0], `item 5 (5): the word "x" has no status`) {
		t.Error(trial.Problems)
	}
}

// TestTryWithoutAnID checks that an answer without an id is accepted as the requested
// report.
func TestTryWithoutAnID(t *testing.T) {
	d := must(t, "apis:\n  a:\n    url: https://api.test\n    auth: none\n    sources:\n      s:\n        get: {path: /e, query: {q: '{id}'}}\n        report: {status: status}\n        statuses: {ready: [r]}\n")
	for id, want := range map[string]string{"": "id:ready", "x/7": "7:ready"} {
		trial, err := d.Try(t.Context(), "s", strings.NewReader(`{"status":"r"}`), TryOptions{ID: id})
		if err != nil || len(trial.Problems) > 0 || told(trial.Snapshot) != want {
			t.Fatal(err, trial)
		}
		if says := strings.Contains(strings.Join(trial.Explanation, "\n"), "gets the requested id"); says != (id == "") {
			t.Errorf("%q: %q", id, trial.Explanation)
		}
	}
}
