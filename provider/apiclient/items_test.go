package apiclient_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
	"export_status_exporter/provider/providertest"
)

func TestItems(t *testing.T) {
	t.Parallel()
	for field, want := range map[string]apiclient.Items[apiclient.Text]{
		``:                            nil,
		`"field": null`:               nil,
		`"field": []`:                 {},
		`"field": ["a", 1, null, {}]`: {"a", "1", "", ""},
		`"field": {}`:                 {},
		`"field": {"0":"a","2":"b"}`:  {"a", "b"},
		`"field": {"007":null}`:       {""},
	} {
		if diff := cmp.Diff(want, read[apiclient.Items[apiclient.Text]](t, field)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", field, diff)
		}
	}
}

func TestItemsOfAnotherForm(t *testing.T) {
	t.Parallel()
	for body, detail := range map[string]string{
		`{"a":{}}`:          "the answer has an unexpected JSON type at byte 2",
		`{"0":{},"b":{}}`:   "the answer has an unexpected JSON type at byte 9",
		`{"-1":{}}`:         "the answer has an unexpected JSON type at byte 2",
		`{"1.5":{}}`:        "the answer has an unexpected JSON type at byte 2",
		`{"":{}}`:           "the answer has an unexpected JSON type at byte 2",
		`{"0":{}`:           "the answer's JSON is cut short",
		`"a"`:               "the answer has an unexpected JSON type at byte 1",
		`[{"count":1},"a"]`: "the answer has an unexpected JSON type at byte 14",
		`[{"count":1},]`:    "the answer is not one JSON value, from byte 13 on",
		`[{"count":1}`:      "the answer's JSON is cut short",
		`[`:                 "the answer's JSON is cut short",
		`[1}`:               "the answer has an unexpected JSON type at byte 2",
		`[}`:                "the answer is not one JSON value, from byte 2 on",
	} {
		var items apiclient.Items[part]
		r := newRig(providertest.JSON(body))
		r.want(t, failure(t, r.Do(t.Context(), list(), decode(&items))), provider.ReasonMalformed, detail, 200)
	}
}

// TestItemsAreBounded checks that exactly MaxItems items are read, in required and in
// optional lists.
func TestItemsAreBounded(t *testing.T) {
	t.Parallel()
	list100k := "[" + strings.Repeat("{},", apiclient.MaxItems-1) + "{}"
	var items apiclient.Items[part]
	r := newRig(providertest.JSON(list100k + "]"))
	if failed := failure(t, r.Do(t.Context(), list(), decode(&items))); failed != nil || len(items) != apiclient.MaxItems {
		t.Errorf("%d items, error %v", len(items), failed)
	}
	const tooMany = "the answer lists more than 100000 items"
	r = newRig(providertest.JSON(list100k + ",{}]"))
	r.want(t, failure(t, r.Do(t.Context(), list(), decode(&items))), provider.ReasonTooLarge, tooMany, 200)

	var lenient struct {
		Odd   apiclient.Lenient[apiclient.Items[part]] `json:"odd"`
		After apiclient.Text                           `json:"after"`
	}
	r = newRig(providertest.JSON(`{"odd":` + list100k + `,{}],"after":"a"}`))
	if failed := failure(t, r.Do(t.Context(), list(), decode(&lenient))); failed != nil || lenient.After != "a" || lenient.Odd.Value != nil {
		t.Errorf("%d items, then %q, error %v", len(lenient.Odd.Value), lenient.After, failed)
	}
	if failed := apiclient.Malformed(lenient.Odd.Err); failed.Reason != provider.ReasonTooLarge || failed.Detail != tooMany {
		t.Error(failed)
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	for field, want := range map[string]apiclient.Words{
		``:                    nil,
		`"field": null`:       {},
		`"field": false`:      {},
		`"field": []`:         {},
		`"field": ["", null]`: {},
		`"field": "` + strings.Repeat(":", 1<<20) + `"`: {apiclient.Word(strings.Repeat(":", 256))},
		`"field": "a"`:                                       {"a"},
		`"field": ["a", 7, null, "b"]`:                       {"a", "7", "b"},
		`"field": [{"a": 1}, "b", ["c"]]`:                    {apiclient.OddWord, "b", apiclient.OddWord},
		`"field": {"a": ["b"]}`:                              {apiclient.OddWord},
		`"field": [` + strings.Repeat(`"a",`, 5000) + `"b"]`: slices.Repeat(apiclient.Words{"a"}, 20),
	} {
		if diff := cmp.Diff(want, read[apiclient.Words](t, field)); diff != "" {
			t.Errorf("%.60s (-want +got):\n%s", field, diff)
		}
	}
}
