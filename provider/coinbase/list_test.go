package coinbase

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"export_status_exporter/provider"
	"export_status_exporter/provider/providertest"
)

func TestPaging(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		pages   []providertest.Answer
		ids     []string
		queries []string
	}{
		{"nothing", []providertest.Answer{page("")}, nil, []string{"limit=100"}},
		{"one page", []providertest.Answer{page("", "A", "B")}, []string{"A", "B"}, []string{"limit=100"}},
		{
			"three pages",
			[]providertest.Answer{page("1", "A", "B"), page("2", "C"), page("", "D")},
			[]string{"A", "B", "C", "D"},
			[]string{"limit=100", "after=1&limit=100", "after=2&limit=100"},
		},
		{"an empty page with a new cursor", []providertest.Answer{page("1", "A"), page("2"), page("", "B")}, []string{"A", "B"}, []string{"limit=100", "after=1&limit=100", "after=2&limit=100"}},
		{"an empty page with its own cursor", []providertest.Answer{page("1", "A"), page("1")}, []string{"A"}, []string{"limit=100", "after=1&limit=100"}},
		{"nothing with a cursor", []providertest.Answer{page("1")}, nil, []string{"limit=100", "after=1&limit=100"}},
		{"the last report again", []providertest.Answer{page("1", "A"), page("1", "A")}, []string{"A"}, []string{"limit=100", "after=1&limit=100"}},
		{
			"pages that overlap",
			[]providertest.Answer{page("1", "A", "B"), page("2", "B", "C"), page("", "C", "D")},
			[]string{"A", "B", "C", "D"},
			[]string{"limit=100", "after=1&limit=100", "after=2&limit=100"},
		},
		{"an id twice", []providertest.Answer{page("", "A", "A")}, []string{"A"}, []string{"limit=100"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, nil, c.pages...)
			snapshot, failed := r.fetch(t)
			if failed != nil {
				t.Fatal(failed)
			}
			if got := idsOf(snapshot); !slices.Equal(got, c.ids) {
				t.Errorf("ids %v, want %v", got, c.ids)
			}
			if got := r.queries(t); !slices.Equal(got, c.queries) {
				t.Errorf("queries %v, want %v", got, c.queries)
			}
			if !snapshot.Complete || snapshot.Truncated {
				t.Errorf("listed %t, truncated %t", snapshot.Complete, snapshot.Truncated)
			}
			if codes := r.seen.Seen().Codes; len(codes) != len(c.queries) {
				t.Errorf("counted %v", codes)
			}
		})
	}
}

// TestPagesThatEndEarly: reading stops although the API still gives a cursor.
func TestPagesThatEndEarly(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		pages []providertest.Answer
		ids   []string
	}{
		{"known ids", []providertest.Answer{page("1", "A"), page("2", "A"), page("", "B")}, []string{"A"}},
		{"the same cursor", []providertest.Answer{page("1", "A"), page("1", "B"), page("1", "C")}, []string{"A", "B"}},
		{"a used cursor", []providertest.Answer{page("1", "A"), page("2", "B"), page("1", "C"), page("", "D")}, []string{"A", "B", "C"}},
	} {
		r := newRig(t, nil, c.pages...)
		snapshot, failed := r.fetch(t)
		if failed != nil {
			t.Fatal(failed)
		}
		if !slices.Equal(idsOf(snapshot), c.ids) || snapshot.Complete || snapshot.Truncated {
			t.Errorf("%s: ids %v, listed %t, truncated %t", c.name, idsOf(snapshot), snapshot.Complete, snapshot.Truncated)
		}
	}
}

func TestPagesAreBounded(t *testing.T) {
	t.Parallel()
	endless := func(n int) []providertest.Answer {
		var pages []providertest.Answer
		for i := range n {
			pages = append(pages, page(fmt.Sprint(i), fmt.Sprint("id", i)))
		}
		return pages
	}
	r := newRig(t, nil, endless(maxPages+5)...)
	snapshot, failed := r.fetch(t)
	if failed != nil {
		t.Fatal(failed)
	}
	if len(snapshot.Reports) != 100 || len(r.api.Asked()) != 100 || !snapshot.Truncated || snapshot.Complete {
		t.Errorf("%d reports in %d pages, truncated %t, listed %t",
			len(snapshot.Reports), len(r.api.Asked()), snapshot.Truncated, snapshot.Complete)
	}

	// A list that ends exactly at the limit is complete.
	r = newRig(t, nil, append(endless(maxPages-1), page("", "last"))...)
	if snapshot, failed = r.fetch(t); failed != nil || snapshot.Truncated || !snapshot.Complete || len(snapshot.Reports) != 100 {
		t.Errorf("%v, truncated %t, listed %t", failed, snapshot.Truncated, snapshot.Complete)
	}
}

// TestNullsAreNotItems checks that nulls take no memory as reports, in any form of list.
func TestNullsAreNotItems(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`[null,null,{"id":"A"},null]`, `{"0":null,"1":null,"2":{"id":"A"},"3":null}`} {
		var answer list
		if err := json.Unmarshal([]byte(text), &answer); err != nil || len(answer.Reports) != 2 {
			t.Errorf("%s: %d reports, want A and one for all nulls; error %v", text, len(answer.Reports), err)
		}
	}
}

// TestItemsAreBoundedOverAllPages: a list has at most MaxItems exports, and says so.
func TestItemsAreBoundedOverAllPages(t *testing.T) {
	t.Parallel()
	var pages []providertest.Answer
	for i := range 3 {
		var ids []string
		for j := range provider.MaxItems * 3 / 5 {
			ids = append(ids, fmt.Sprint(i, "-", j))
		}
		pages = append(pages, page(fmt.Sprint(i), ids...))
	}
	r := newRig(t, nil, pages...)
	snapshot, failed := r.Fetch(t.Context())
	if failed != nil || len(snapshot.Reports) != provider.MaxItems || len(r.api.Asked()) != 2 || !snapshot.Truncated || snapshot.Complete {
		t.Errorf("%v, %d reports in %d pages, truncated %t, complete %t",
			failed, len(snapshot.Reports), len(r.api.Asked()), snapshot.Truncated, snapshot.Complete)
	}
}

func TestAPageThatFailsFailsTheList(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil, page("1", "A"), providertest.Answer{Status: 503, Header: http.Header{"Retry-After": {"9"}}})
	snapshot, failed := r.fetch(t)
	if failed == nil || failed.Reason != provider.ReasonUnavailable || len(snapshot.Reports) != 0 || snapshot.Complete {
		t.Errorf("%v, %+v", failed, snapshot)
	}
	if !failed.RetryAt.Equal(providertest.Start().Add(9e9)) {
		t.Errorf("retry at %s", failed.RetryAt)
	}
}

func TestTypesFilterLocally(t *testing.T) {
	t.Parallel()
	const list = `[{"id":"A","type":"fills"},{"id":"B","type":"account"},{"id":"C"},{"id":"D","type":" fills "},{"id":"E","type":"Fills"}]`
	r := newRig(t, func(c *Config) { c.Types = []string{"fills", "tax-invoice"} }, providertest.Answer{Body: list})
	snapshot, failed := r.fetch(t)
	if failed != nil || !slices.Equal(idsOf(snapshot), []string{"A", "D", "E"}) || !snapshot.Complete ||
		snapshot.Reports[2].Type != "fills" || len(snapshot.Warnings) != 1 || !strings.Contains(snapshot.Warnings[0], `"tax-invoice"`) {
		t.Errorf("%v, %+v", failed, snapshot)
	}
	if got := r.queries(t); !slices.Equal(got, []string{"limit=100"}) {
		t.Errorf("queries %v", got)
	}
	if r.Name() != "reports" || !slices.Equal(r.Types(), []string{"fills", "tax-invoice"}) {
		t.Errorf("source %s of types %v", r.Name(), r.Types())
	}
}

func TestProfile(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(c *Config) { c.ProfileID = "8058d771-2d88-4f0f-ab6e-299c153d4308" }, page("7", "A"), page(""))
	if _, failed := r.fetch(t); failed != nil {
		t.Fatal(failed)
	}
	want := []string{
		"limit=100&profile_id=8058d771-2d88-4f0f-ab6e-299c153d4308",
		"after=7&limit=100&profile_id=8058d771-2d88-4f0f-ab6e-299c153d4308",
	}
	if got := r.queries(t); !slices.Equal(got, want) {
		t.Errorf("queries %v", got)
	}
}

func TestOddLists(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, body, detail string }{
		{"null", `null`, "the answer is not a list of reports"},
		{"an object", `{"reports":[]}`, "the answer has an unexpected JSON type at byte 14"},
		{"a list of text", `["A"]`, "the answer has an unexpected JSON type at byte 2"},
		{"no id anywhere", `[{"status":"ready"},null]`, "no report in the list has an id"},
		{"HTML", `<html>`, "a web page came instead of the API's answer"},
		{"nothing", ``, "the answer is empty"},
	} {
		_, failed := newRig(t, nil, providertest.Answer{Body: c.body}).fetch(t)
		if failed == nil || failed.Reason != provider.ReasonMalformed || failed.Detail != c.detail {
			t.Errorf("%s: %v, want %s", c.name, failed, c.detail)
		}
	}
	snapshot, failed := newRig(t, nil, providertest.Answer{Body: `[{"id":""},{"id":"A"},null]`}).fetch(t)
	if failed != nil || !slices.Equal(idsOf(snapshot), []string{"A"}) || snapshot.Complete ||
		!slices.Equal(snapshot.Warnings, []string{"ignored reports without an id"}) {
		t.Errorf("%v, %+v", failed, snapshot)
	}
}
