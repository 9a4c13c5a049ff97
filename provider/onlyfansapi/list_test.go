package onlyfansapi

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"

	"export_status_exporter/provider"
	"export_status_exporter/provider/providertest"
)

// items returns exports with the given ids, as JSON.
func items(ids ...string) string {
	var all []string
	for _, id := range ids {
		all = append(all, `{"id":"`+id+`","status":"pending"}`)
	}
	return "[" + strings.Join(all, ",") + "]"
}

// TestShapesOfAList checks that one call is sufficient for every form of list, because
// each contains the number of the last page.
func TestShapesOfAList(t *testing.T) {
	t.Parallel()
	list := items("A", "B")
	for name, answer := range map[string]string{
		"nested, as in the SDK":      `{"data":{"data":` + list + `,"meta":{"current_page":1,"last_page":1,"per_page":100,"total":2}},"_meta":{}}`,
		"nested, paging beside":      `{"data":{"data":` + list + `,"current_page":1,"last_page":1},"_meta":{}}`,
		"nested, paging outside":     `{"data":{"data":` + list + `},"meta":{"last_page":1}}`,
		"flat with meta":             `{"data":` + list + `,"meta":{"last_page":1},"_meta":{}}`,
		"flat with _pagination":      `{"data":` + list + `,"_pagination":{"last_page":1},"_meta":{}}`,
		"flat with paging beside":    `{"data":` + list + `,"last_page":1}`,
		"the last page as text":      `{"data":{"data":` + list + `,"meta":{"last_page":"1"}}}`,
		"white space everywhere":     " { \"data\" : { \"data\" :\n" + list + " , \"meta\" : { \"last_page\" : 1 } } } ",
		"keys in another order":      `{"_meta":{},"data":{"meta":{"last_page":1},"data":` + list + `}}`,
		"one paging of another type": `{"data":{"data":` + list + `,"meta":{"last_page":1}},"meta":"none","_pagination":[]}`,
		"outer and inner last page":  `{"data":{"data":` + list + `,"meta":{"last_page":1}},"meta":{"last_page":7}}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, nil, body(answer))
			got := r.must(t)
			if !slices.Equal(idsOf(got), []string{"A", "B"}) || !got.Complete || got.Truncated {
				t.Errorf("snapshot %+v", got)
			}
			if pages := r.pages(t); !slices.Equal(pages, []string{"1"}) {
				t.Errorf("asked for pages %v", pages)
			}
		})
	}
}

// TestNullsAreNotItems checks that nulls take no memory as exports, in any form of list.
func TestNullsAreNotItems(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"array":  `{"data":[null,null,{"id":"A"},null]}`,
		"object": `{"data":{"0":null,"1":null,"2":{"id":"A"},"3":null}}`,
	} {
		var answer list
		if err := json.Unmarshal([]byte(text), &answer); err != nil || len(answer.Exports) != 2 {
			t.Errorf("%s: %d exports, want A and one for all nulls; error %v", name, len(answer.Exports), err)
		}
	}
}

func TestPaging(t *testing.T) {
	t.Parallel()
	of := func(last string, ids ...string) providertest.Answer {
		return body(`{"data":{"data":` + items(ids...) + `,"meta":{"last_page":` + last + `}}}`)
	}
	for _, c := range []struct {
		name       string
		answers    []providertest.Answer
		ids, pages []string
	}{
		{"three pages", []providertest.Answer{of("3", "A"), of("3", "B"), of("3", "C"), of("3", "D")}, []string{"A", "B", "C"}, []string{"1", "2", "3"}},
		{"the last page as text", []providertest.Answer{of(`"2"`, "A"), of(`"2"`, "B"), of(`"2"`, "C")}, []string{"A", "B"}, []string{"1", "2"}},
		{"an unknown last page", []providertest.Answer{of("null", "A"), of("null", "B"), of("null")}, []string{"A", "B"}, []string{"1", "2", "3"}},
		{"a plain list", []providertest.Answer{body(items("A")), body(items())}, []string{"A"}, []string{"1", "2"}},
		{"a plain list, the same on each page", []providertest.Answer{body(items("A", "B"))}, []string{"A", "B"}, []string{"1", "2"}},
		{"a last page of zero", []providertest.Answer{of("0", "A"), of("0")}, []string{"A"}, []string{"1", "2"}},
		{"nothing", []providertest.Answer{of("1")}, nil, []string{"1"}},
		{"pages that overlap", []providertest.Answer{of("3", "A", "B"), of("3", "B", "C"), of("3", "C", "D")}, []string{"A", "B", "C", "D"}, []string{"1", "2", "3"}},
		{"an id twice", []providertest.Answer{of("1", "A", "A")}, []string{"A"}, []string{"1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, nil, c.answers...)
			got := r.must(t)
			if !slices.Equal(idsOf(got), c.ids) || !got.Complete || got.Truncated {
				t.Errorf("snapshot %+v, want %v", got, c.ids)
			}
			if pages := r.pages(t); !slices.Equal(pages, c.pages) {
				t.Errorf("asked for pages %v, want %v", pages, c.pages)
			}
		})
	}
}

// TestPagesThatEndEarly: a page before the last brings nothing new.
func TestPagesThatEndEarly(t *testing.T) {
	t.Parallel()
	for name, ids := range map[string]string{"empty": `[]`, "known": `[{"id":"A"}]`} {
		r := newRig(t, nil, body(`{"data":[{"id":"A"}],"meta":{"last_page":9}}`), body(`{"data":`+ids+`,"meta":{"last_page":9}}`))
		got := r.must(t)
		if pages := r.pages(t); len(got.Reports) != 1 || got.Complete || got.Truncated || len(pages) != 2 {
			t.Errorf("%s: pages %v, snapshot %+v", name, pages, got)
		}
	}
}

// TestListThatMoves checks that a list that changes while it is read is not complete,
// because it may lack an export.
func TestListThatMoves(t *testing.T) {
	t.Parallel()
	of := func(last, total int, id string) providertest.Answer {
		return body(fmt.Sprintf(`{"data":{"data":%s,"meta":{"last_page":%d,"total":%d}}}`, items(id), last, total))
	}
	for name, answers := range map[string][]providertest.Answer{
		"grows":   {of(2, 2, "A"), of(3, 3, "B"), of(3, 3, "C")},
		"shrinks": {of(3, 3, "A"), of(2, 2, "C")},
		"swaps":   {of(2, 2, "A"), of(2, 1, "C")},
	} {
		if got := newRig(t, nil, answers...).must(t); got.Complete || got.Truncated || len(got.Reports) != len(answers) {
			t.Errorf("%s: snapshot %+v", name, got)
		}
	}
	if got := newRig(t, nil, of(2, 2, "A"), of(2, 2, "B")).must(t); !got.Complete {
		t.Errorf("a list that stands still: snapshot %+v", got)
	}
}

func TestPagesAreBounded(t *testing.T) {
	t.Parallel()
	var answers []providertest.Answer
	for i := range maxPages + 5 {
		answers = append(answers, body(`{"data":`+items(fmt.Sprint("id", i))+`,"meta":{"last_page":1000}}`))
	}
	r := newRig(t, nil, answers...)
	got := r.must(t)
	if len(got.Reports) != 50 || len(r.api.Asked()) != 50 || !got.Truncated || got.Complete {
		t.Errorf("%d reports in %d pages, truncated %t, listed %t", len(got.Reports), len(r.api.Asked()), got.Truncated, got.Complete)
	}
}

func TestTypesFilterLocally(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(c *Config) { c.Types = []string{"payouts"} },
		body(`{"data":[{"id":"A","type":"payouts"},{"id":"B","type":"fans"},{"id":"C"}],"meta":{"last_page":1}}`))
	got := r.must(t)
	if !slices.Equal(idsOf(got), []string{"A"}) || !got.Complete {
		t.Errorf("snapshot %+v", got)
	}
	_ = r.pages(t)
	if r.Name() != "data_exports" || !slices.Equal(r.Types(), []string{"payouts"}) {
		t.Errorf("source %s of types %v", r.Name(), r.Types())
	}
}

func TestOddLists(t *testing.T) {
	t.Parallel()
	const noList = "the answer has an unexpected JSON type at byte "
	for _, c := range []struct{ name, body, detail string }{
		{"null", `null`, noList},
		{"an empty object", `{}`, noList},
		{"data null", `{"data":null}`, noList},
		{"data of text", `{"data":"none"}`, noList},
		{"inner data null", `{"data":{"data":null}}`, noList},
		{"one export", `{"data":{"id":"A","status":"pending"}}`, noList},
		{"no id anywhere", `{"data":[{"status":"pending"},null]}`, "no report in the list has an id"},
		{"HTML", `<html>`, "a web page came instead of the API's answer"},
		{"nothing", ``, "the answer is empty"},
		{"cut short", `{"data":[`, "the answer's JSON is cut short"},
	} {
		_, failed := newRig(t, nil, body(c.body)).fetch(t)
		if failed == nil || failed.Reason != provider.ReasonMalformed || !strings.HasPrefix(failed.Detail, c.detail) {
			t.Errorf("%s: %v, want %s", c.name, failed, c.detail)
		}
	}
	for _, text := range []string{`7`, `"x"`, `{"data":["A"]}`, `["A"]`, `{"data":{"data":[1]}}`} {
		_, failed := newRig(t, nil, body(text)).fetch(t)
		if failed == nil || failed.Reason != provider.ReasonMalformed || !strings.HasPrefix(failed.Detail, "the answer has an unexpected JSON type") {
			t.Errorf("%s: %v", text, failed)
		}
	}
	got := newRig(t, nil, body(`{"data":[{"id":""},{"id":"A"}],"meta":{"last_page":1}}`)).must(t)
	if !slices.Equal(idsOf(got), []string{"A"}) || got.Complete || !slices.Equal(got.Warnings, []string{"ignored reports without an id"}) {
		t.Errorf("snapshot %+v", got)
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	for status, reason := range map[int]provider.Reason{
		302: provider.ReasonMalformed, 400: provider.ReasonInvalidRequest, 401: provider.ReasonAuth,
		402: provider.ReasonPaymentRequired, 403: provider.ReasonPermission, 404: provider.ReasonNotFound,
		409: provider.ReasonUnknown, 422: provider.ReasonInvalidRequest, 429: provider.ReasonRateLimited,
		500: provider.ReasonUnavailable, 503: provider.ReasonUnavailable,
	} {
		canary := "canary" + strings.Trim(providertest.Key(), "=")
		r := newRig(t, nil, providertest.Answer{
			Status: status, Header: http.Header{"Retry-After": {"7"}},
			Body: `{"message":"` + canary + `","errors":{"page":["` + canary + `"]}}`,
		})
		_, failed := r.fetch(t)
		if failed == nil || failed.Reason != reason || failed.Tried != "api.test GET /api/data-exports" {
			t.Errorf("%d: %v, want %s", status, failed, reason)
			continue
		}
		if failed.RetryAt.Sub(providertest.Start()).Seconds() != 7 {
			t.Errorf("%d: retry at %s", status, failed.RetryAt)
		}
		if strings.Contains(failed.Error(), canary) || strings.Contains(failed.Error(), r.config.Token.Value.Reveal()) {
			t.Errorf("%d: %v", status, failed)
		}
	}
}

func TestConfig(t *testing.T) {
	t.Parallel()
	c := DefaultConfig()
	if c.Name() != "onlyfansapi" || c.DefaultBaseURL() != "https://app.onlyfansapi.com" || c.Serial() || c.KeySecret() != "token" {
		t.Errorf("config %+v", c)
	}
	var allowed []string
	for _, e := range c.Endpoints() {
		allowed = append(allowed, e.Method+" "+e.Path)
	}
	if diff := cmp.Diff([]string{"GET /api/data-exports", "GET /api/data-exports/{data_export_id}"}, allowed); diff != "" {
		t.Errorf("allow-list (-want +got):\n%s", diff)
	}
	if len(c.Validate()) != 0 || len(c.Warnings()) != 0 {
		t.Errorf("default: %v, %v", c.Validate(), c.Warnings())
	}
	bad := &Config{Types: []string{"fans", "fans"}, ExportIDs: []string{"../x"}}
	var problems []string
	for _, p := range bad.Validate() {
		problems = append(problems, p.Error())
	}
	if diff := cmp.Diff([]string{`types: "fans" is named twice`, "export_ids: id 1 is not of the form [A-Za-z0-9_-]{1,64}"}, problems); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
	odd := &Config{Types: []string{"fan"}, ExportIDs: []string{"A"}}
	if diff := cmp.Diff([]string{
		`types: "fan" is not a type that the provider documents`, "types has no effect with export_ids",
	}, odd.Warnings()); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
	if spec := newRig(t, nil, body("{}")).config.Secrets()["token"]; spec.Check == nil || spec.Ref.Value.Empty() {
		t.Error("the token has no check or no origin")
	}
}
