package apiclient_test

import (
	"runtime"
	"strings"
	"testing"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
	"export_status_exporter/provider/providertest"
)

type part struct {
	Name  string `json:"name"`
	Count int    `json:"count"`
}

func TestLenient(t *testing.T) {
	t.Parallel()
	for field, want := range map[string]struct {
		value part
		odd   bool
	}{
		``:                                      {},
		`"field": null`:                         {},
		`"field": "text"`:                       {odd: true},
		`"field": [1, 2]`:                       {odd: true},
		`"field": {"name": "a", "count": 3}`:    {value: part{"a", 3}},
		`"field": {"name": "a", "count": "3"}`:  {odd: true}, // all or nothing
		`"field": {"name": "a", "other": [{}]}`: {value: part{"a", 0}},
	} {
		got := read[apiclient.Lenient[part]](t, field)
		if got.Value != want.value || (got.Err != nil) != want.odd {
			t.Errorf("%s: %+v, want %+v", field, got, want)
		}
	}
}

// TestLenientCostsNothingElse checks that decoding continues after an odd part, however
// deep inside the part decoding stopped.
func TestLenientCostsNothingElse(t *testing.T) {
	t.Parallel()
	for _, odd := range []string{
		`7`, `"text"`, `{}`, `[7]`, `[[]]`, `[{"name":[1,{"a":[]}],"count":1},{"name":"b"}]`,
		`[{"name":"a","count":"1","more":{"deep":[1,2,{}]}}]`, `[{"count":1.5}]`, `[null,{"count":[]}]`,
	} {
		var answer struct {
			Before apiclient.Text            `json:"before"`
			Odd    apiclient.Lenient[[]part] `json:"odd"`
			After  apiclient.Text            `json:"after"`
		}
		r := newRig(providertest.JSON(`{"before":"a","odd":` + odd + `,"skipped":[{}],"after":"b"}`))
		if failed := failure(t, r.Do(t.Context(), list(), decode(&answer))); failed != nil {
			t.Errorf("%s: %v", odd, failed)
		}
		if answer.Before != "a" || answer.Odd.Err == nil || answer.Odd.Value != nil || answer.After != "b" {
			t.Errorf("%s: %+v", odd, answer)
		}
	}
}

// TestLenientIsNotLenientWithSyntax checks that invalid JSON fails as a whole.
func TestLenientIsNotLenientWithSyntax(t *testing.T) {
	t.Parallel()
	for body, detail := range map[string]string{
		`{"odd":[{"count":"1",]}`: "the answer is not one JSON value, from byte 21 on",
		`{"odd":[{"count":"1"`:    "the answer's JSON is cut short",
		`{"odd":`:                 "the answer's JSON is cut short",
		`{"odd":}`:                "the answer is not one JSON value, from byte 8 on",
	} {
		var answer struct {
			Odd apiclient.Lenient[[]part] `json:"odd"`
		}
		r := newRig(providertest.JSON(body))
		r.want(t, failure(t, r.Do(t.Context(), list(), decode(&answer))), provider.ReasonMalformed, detail, 200)
	}
}

// TestAwkwardButLegal checks that the last of duplicate names wins, that names are
// case-sensitive, and that invalid UTF-8 is replaced.
func TestAwkwardButLegal(t *testing.T) {
	t.Parallel()
	var answer struct {
		Name apiclient.Text `json:"name"`
	}
	r := newRig(providertest.JSON(`{"name":"a","name":"b` + "\xff" + `","Name":"c","other":1,"other":2}`))
	if failed := failure(t, r.Do(t.Context(), list(), decode(&answer))); failed != nil || answer.Name != "b\uFFFD" {
		t.Errorf("%q, error %v", answer.Name, failed)
	}
}

// TestSkippedPartsAreNotHeld checks that megabytes of skipped values use almost no
// memory.
func TestSkippedPartsAreNotHeld(t *testing.T) {
	row := `{"email":"canary@example.org","balance":"12345.678","list":[1,2,3]},`
	body := `{"rows":[` + strings.Repeat(row, 6<<20/len(row)) + `{}],"name":"a"}`
	var answer struct {
		Name apiclient.Text `json:"name"`
	}
	r := newRig(providertest.JSON(body))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	failed := failure(t, r.Do(t.Context(), list(), decode(&answer)))
	runtime.ReadMemStats(&after)
	if failed != nil || answer.Name != "a" {
		t.Errorf("%+v, error %v", answer, failed)
	}
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 1<<20 {
		t.Errorf("%d KiB were allocated for an answer of %d KiB", grown>>10, len(body)>>10)
	}
}
