package definition

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
	"export_status_exporter/provider/providertest"
)

func TestPages(t *testing.T) {
	for name, test := range map[string]struct {
		list, next string
		answers    []string
		want       []string
		told       string
	}{
		"cursor": {
			"{path: /e, query: {limit: '2'}, items: data}", "{cursor: meta.next, param: after}",
			[]string{`{"data":[{"id":1,"status":"r"}],"meta":{"next":"a b&c"}}`, `{"meta":{},"data":[{"id":2,"status":"q"}]}`},
			[]string{"/e?limit=2", "/e?after=a+b%26c&limit=2"},
			"1:ready 2:queued",
		},
		"cursor alone": {
			"{path: /e, query: {limit: '2'}, items: data}", "{cursor: next, param: after, alone: true}",
			[]string{`{"next":7,"data":[{"id":1,"status":"r"}]}`, `{"data":[]}`},
			[]string{"/e?limit=2", "/e?after=7"},
			"1:ready",
		},
		"last": {
			"{path: /e, items: data}", "{last: id, param: after, while: more}",
			[]string{`{"data":[{"id":1,"status":"r"},{"id":2,"status":"r"}],"more":true}`, `{"data":[{"id":3,"status":"r"}],"more":false}`},
			[]string{"/e", "/e?after=2"},
			"1:ready 2:ready 3:ready",
		},
		"url": {
			"{path: /e, query: {a: b}, items: data}", "{url: links.next}",
			[]string{`{"data":[{"id":1,"status":"r"}],"links":{"next":"https://evil.test/delete?page=2&x={y} z"}}`, `{"data":[{"id":2,"status":"r"}],"links":{"next":null}}`},
			[]string{"/e?a=b", "/e?page=2&x=%7By%7D%20z"},
			"1:ready 2:ready",
		},
		"offset": {
			"{path: /e, items: data}", "{offset: skip}",
			[]string{`{"data":[{"id":1,"status":"r"},{"id":2,"status":"r"}]}`, `{"data":[{"id":2,"status":"r"},{"id":3,"status":"r"}]}`, `{"data":[]}`},
			[]string{"/e?skip=0", "/e?skip=2", "/e?skip=4"},
			"1:ready 2:ready 3:ready",
		},
		"page": {
			"{path: /e, items: data}", "{page: p, first: 0}",
			[]string{`{"data":[{"id":1,"status":"r"}]}`, `{"data":[{"id":2,"status":"r"}]}`, `{"data":[{"id":1,"status":"r"}]}`},
			[]string{"/e?p=0", "/e?p=1", "/e?p=2"},
			"1:ready 2:ready",
		},
		"an empty page with a new cursor": {
			"{path: /e, items: data}", "{cursor: next, param: c}",
			[]string{`{"data":[],"next":"a"}`, `{"data":[],"next":"b"}`, `{"data":[{"id":1,"status":"r"}]}`},
			[]string{"/e", "/e?c=a", "/e?c=b"},
			"1:ready",
		},
		"an empty page with a new URL": {
			"{path: /e, items: data}", "{url: next, newest_first: true}",
			[]string{`{"data":[],"next":"/e?s=1"}`, `{"data":[{"id":1,"status":"r"}]}`},
			[]string{"/e", "/e?s=1"},
			"1:ready",
		},
		"a page of known ids with a new cursor": {
			"{path: /e, items: data}", "{cursor: next, param: c}",
			[]string{`{"data":[{"id":1,"status":"r"}],"next":"a"}`, `{"data":[{"id":1,"status":"r"}],"next":"b"}`, `{"data":[{"id":2,"status":"r"}]}`},
			[]string{"/e", "/e?c=a", "/e?c=b"},
			"1:ready 2:ready",
		},
		"false instead of a cursor": {
			"{path: /e, items: data}", "{cursor: next, param: c}",
			[]string{`{"data":[{"id":1,"status":"r"}],"next":"a"}`, `{"data":[{"id":2,"status":"r"}],"next":false}`},
			[]string{"/e", "/e?c=a"},
			"1:ready 2:ready",
		},
		"the last item again": {
			"{path: /e, items: data}", "{last: id, param: from}",
			[]string{`{"data":[{"id":1,"status":"r"},{"id":2,"status":"r"}]}`, `{"data":[{"id":2,"status":"r"}]}`},
			[]string{"/e", "/e?from=2"},
			"1:ready 2:ready",
		},
		"a page of ignored items goes on": {
			"{path: /e, items: data}", "{cursor: next, param: c}",
			[]string{`{"data":[{"id":1,"status":"no"}],"next":"a"}`, `{"data":[{"id":2,"status":"r"}]}`},
			[]string{"/e", "/e?c=a"},
			"2:ready",
		},
		"no items": {"{path: /e, items: data, items_optional: true}", "{cursor: next, param: c}", []string{`{}`}, []string{"/e"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			d := must(t, listed(test.list, "next: "+test.next+strings.Replace(simple, "{queued", "{ignored: [no], queued", 1)))
			r := newRig(t, d, nil, answersOf(test.answers)...)
			snapshot := r.must(t)
			equal(t, "asked", r.urls(), test.want)
			if told(snapshot) != test.told || !snapshot.Complete || snapshot.Truncated {
				t.Errorf("%s %+v, want %s", told(snapshot), snapshot, test.told)
			}
		})
	}
}

// TestPagesThatEndEarly: reading stops although the API still gives a next page.
func TestPagesThatEndEarly(t *testing.T) {
	for name, test := range map[string]struct {
		next    string
		answers []string
		want    []string
	}{
		"the same cursor":   {"{cursor: next, param: c}", []string{`{"data":[{"id":1,"status":"r"}],"next":"a"}`}, []string{"/e", "/e?c=a"}},
		"a used cursor":     {"{cursor: next, param: c}", []string{`{"data":[],"next":"a"}`, `{"data":[],"next":"b"}`, `{"data":[{"id":1,"status":"r"}],"next":"a"}`}, []string{"/e", "/e?c=a", "/e?c=b"}},
		"the same URL":      {"{url: next}", []string{`{"data":[{"id":1,"status":"r"}],"next":"/e?s=1"}`, `{"data":[{"id":2,"status":"r"}],"next":"/x?s=1"}`}, []string{"/e", "/e?s=1"}},
		"the same last":     {"{last: id, param: c, while: more}", []string{`{"data":[{"id":1,"status":"r"}],"more":true}`}, []string{"/e", "/e?c=1"}},
		"known ids on page": {"{page: p, while: more}", []string{`{"data":[{"id":1,"status":"r"}],"more":true}`}, []string{"/e?p=1", "/e?p=2"}},
		"an empty page":     {"{offset: o, while: more}", []string{`{"data":[{"id":1,"status":"r"}],"more":true}`, `{"data":[],"more":true}`}, []string{"/e?o=0", "/e?o=1"}},
	} {
		r := newRig(t, must(t, listed("{path: /e, items: data}", "next: "+test.next+simple)), nil, answersOf(test.answers)...)
		snapshot := r.must(t)
		equal(t, name, r.urls(), test.want)
		if snapshot.Complete || snapshot.Truncated || len(snapshot.Reports) == 0 {
			t.Errorf("%s: %+v", name, snapshot)
		}
	}
}

func TestPagesOfAPost(t *testing.T) {
	d := must(t, listed("{path: /e, method: POST, body: {limit: 2, deep: {a: [x, true, null]}}, items: data}", "next: {cursor: next, param: after}"+simple))
	r := newRig(t, d, nil, answersOf([]string{`{"data":[{"id":1,"status":"r"}],"next":7}`, `{"data":[{"id":2,"status":"r"}]}`})...)
	r.must(t)
	asked := r.api.Asked()
	if asked[0].Body != `{"deep":{"a":["x",true,null]},"limit":2}` || asked[1].Body != `{"after":7,"deep":{"a":["x",true,null]},"limit":2}` || asked[1].URL != "https://api.test/e" {
		t.Errorf("%+v", asked)
	}
	d = must(t, listed("{path: /g, graphql: 'query Q($after: String) { e }', variables: {first: 2}, items: data}", "next: {cursor: next, param: after}"+simple))
	r = newRig(t, d, nil, answersOf([]string{`{"data":[{"id":1,"status":"r"}],"next":"c"}`, `{"data":[]}`})...)
	r.must(t)
	if got := r.api.Asked()[1].Body; got != `{"query":"query Q($after: String) { e }","variables":{"after":"c","first":2}}` {
		t.Error(got)
	}
}

func TestPagesAreBounded(t *testing.T) {
	var answers []string
	for i := range maxPages + 5 {
		answers = append(answers, fmt.Sprintf(`{"data":[{"id":%d,"status":"r"}],"next":"n%d"}`, i, i))
	}
	r := newRig(t, must(t, listed("{path: /e, items: data}", "next: {cursor: next, param: c}"+simple)), nil, answersOf(answers)...)
	snapshot := r.must(t)
	if len(r.urls()) != maxPages || !snapshot.Truncated || snapshot.Complete {
		t.Error(len(r.urls()), snapshot.Truncated, snapshot.Complete)
	}
}

func TestNextIsRefused(t *testing.T) {
	for _, answer := range []string{
		`{"data":[{"id":1,"status":"r"}],"next":{"a":1}}`,
		`{"data":[{"id":1,"status":"r"}],"next":"/e?_method=DELETE"}`,
		`{"data":[{"id":1,"status":"r"}],"next":"https://a.test/%zz\u0000"}`,
		`{"data":[{"id":1,"status":"r"}],"next":"/e?a=` + strings.Repeat("x", maxCursorBytes) + `"}`,
	} {
		r := newRig(t, must(t, listed("{path: /e, items: data}", "next: {url: next}"+simple)), nil, body(answer))
		if failed := r.fails(t); failed.Reason != provider.ReasonMalformed || len(r.urls()) != 1 {
			t.Error(failed.Reason, failed, r.urls())
		}
	}
}

// TestNextOnlyReads: no next page overrides the method or carries a GraphQL mutation,
// however the names are decorated.
func TestNextOnlyReads(t *testing.T) {
	urlOf := listed("{path: /e, items: data}", "next: {url: next}"+simple)
	refused := func(d *Definition, next string, want bool) {
		t.Helper()
		r := newRig(t, d, nil, body(`{"data":[{"id":1,"status":"r"}],"next":`+strconv.Quote(next)+`}`), body(`{"data":[]}`))
		_, failed := providertest.Fetch(t, r)
		if asked := len(r.urls()); (asked == 1) != want || (failed != nil) != want {
			t.Errorf("%s: %d requests, %v", next, asked, failed)
		}
	}
	for _, query := range []string{
		"a=1;_method=DELETE", "a=1;%5Fmethod=DELETE", "_method[]=DELETE", "_method%5Bx%5D=DELETE", "+_method=DELETE", "%20_Method%00=DELETE", ".method=DELETE",
		"_method%3DDELETE", "X_HTTP_METHOD_OVERRIDE=DELETE", "x.http.method=PUT", "XMethodOverride", "method=delete", "a=b%zz&c=d", "$httpMethod=DELETE",
		"query=mutation{a}", "query=%23x%0Amutation%20M%7Ba%7D", "x=1;q=subscription{a}", "query={a}+mutation+M{b}", "query=query+A{a}+mutation+B{b}", "mutation{a}",
	} {
		refused(must(t, urlOf), "/e?"+query, true)
	}
	for _, query := range []string{"method=full", "page=2;x=1", "q=mutation", "query={a}", "query=query+A{a}", "payment_method=card", "next={\"a\":1}", "c=a%2Bb"} {
		refused(must(t, urlOf), "/e?"+query, false)
	}
	for _, list := range []string{"{path: /e, items: data, method: POST}", "{path: /e, items: data}", "{path: /e, items: data, graphql: '{ e }'}"} {
		d := must(t, listed(list, "next: {cursor: next, param: query}"+simple))
		refused(d, "mutation { a }", true)
		refused(d, "abc", false)
	}
}

func TestNewestFirst(t *testing.T) {
	d := must(t, listed("{path: /e, items: data}", "next: {page: p, newest_first: true}\nreport: {id: id, status: status, created: at}\nstatuses: {queued: [q], ready: [r]}"))
	r := newRig(t, d, nil, answersOf([]string{
		`{"data":[{"id":1,"status":"r","at":"2026-02-28"},{"id":2,"status":"r","at":"2020-01-01"}]}`,
		`{"data":[{"id":3,"status":"q","at":"2020-01-01"}]}`,
		`{"data":[{"id":4,"status":"r","at":"2019-01-01"}]}`,
		`{"data":[{"id":5,"status":"r","at":"2018-01-01"}]}`,
	})...)
	source, _ := r.Source.(*source)
	source.maxAge = 30 * 24 * time.Hour
	snapshot := r.must(t)
	if len(r.urls()) != 3 || snapshot.Truncated || !snapshot.Complete || !snapshot.Horizon.Equal(r.clock.Now().Add(-source.maxAge)) {
		t.Error(r.urls(), snapshot.Truncated, snapshot.Complete, snapshot.Horizon)
	}
}

func TestItems(t *testing.T) {
	many := "[" + strings.Repeat("{},", apiclient.MaxItems) + "{}]"
	for name, test := range map[string]struct {
		items, answer, told string
		reason              provider.Reason
	}{
		"the whole":                {"", `[{"id":1,"status":"r"}]`, "1:ready", ""},
		"the whole, one":           {"", `{"id":1,"status":"r"}`, "1:ready", ""},
		"the whole, empty":         {"", `{}`, "", ""},
		"the whole, null":          {"", `null`, "", ""},
		"the whole, a number":      {"", `5`, "", provider.ReasonMalformed},
		"numbered":                 {"data", `{"data":{"0":{"id":1,"status":"r"},"7":{"id":2,"status":"q"}}}`, "1:ready 2:queued", ""},
		"numbered in part":         {"data", `{"data":{"0":{"id":1},"id":3,"status":"q"}}`, "3:queued", ""},
		"null":                     {"data", `{"data":null}`, "", ""},
		"absent":                   {"data", `{"date":[]}`, "", provider.ReasonMalformed},
		"a text":                   {"data", `{"data":"x"}`, "", provider.ReasonMalformed},
		"first of two, in order":   {"[a, b]", `{"a":[{"id":1,"status":"r"}],"b":[{"id":2,"status":"r"}]}`, "1:ready", ""},
		"first of two, late":       {"[a, b]", `{"b":[{"id":2,"status":"r"}],"a":[{"id":1,"status":"r"}]}`, "1:ready", ""},
		"first of two, empty":      {"[a, b]", `{"b":[{"id":2,"status":"r"}],"a":[]}`, "", ""},
		"second of two":            {"[a, b]", `{"b":[{"id":2,"status":"r"}]}`, "2:ready", ""},
		"one below the other":      {"[a.b, a]", `{"a":{"b":[{"id":1,"status":"r"}],"id":9}}`, "1:ready", ""},
		"one below, which lacks":   {"[a.b, a]", `{"a":[{"id":1,"status":"r"}]}`, "1:ready", ""},
		"an index":                 {"data.1.x", `{"data":[5,{"x":[{"id":1,"status":"r"}]}]}`, "1:ready", ""},
		"an index that is a key":   {"data.1", `{"data":{"1":[{"id":1,"status":"r"}]}}`, "1:ready", ""},
		"a key in quotes":          {`'"a.b"'`, `{"a.b":[{"id":1,"status":"r"}]}`, "1:ready", ""},
		"an escaped key":           {"data", `{"d\u0061ta":[{"id":1,"status":"r"}]}`, "1:ready", ""},
		"the last of two namesake": {"data", `{"data":[{"id":1,"id":2,"status":"r"}]}`, "2:ready", ""},
		"too many":                 {"data", `{"data":` + many + `}`, "", provider.ReasonTooLarge},
		"too deep":                 {"data", `{"data":[` + strings.Repeat("[", 11000) + strings.Repeat("]", 11000) + `]}`, "", provider.ReasonMalformed},
		"cut":                      {"data", `{"data":[{"id":1,"status":"r"}`, "", provider.ReasonMalformed},
		"two values":               {"data", `{"data":[]} {}`, "", provider.ReasonMalformed},
		"no ids":                   {"data", `{"data":[{"status":"r"}]}`, "", provider.ReasonMalformed},
	} {
		t.Run(name, func(t *testing.T) {
			list := "{path: /e"
			if test.items != "" {
				list += ", items: " + test.items
			}
			r := newRig(t, must(t, listed(list+"}", simple)), nil, body(test.answer))
			if test.reason != "" {
				if failed := r.fails(t); failed.Reason != test.reason {
					t.Error(failed.Reason, failed)
				}
				return
			}
			if snapshot := r.must(t); told(snapshot) != test.told {
				t.Errorf("%s, want %s", told(snapshot), test.told)
			}
		})
	}
}

// TestPathsInsideItems reads values of the answer that are inside its list of items.
func TestPathsInsideItems(t *testing.T) {
	d := must(t, listed("{path: /e}", "next: {cursor: '1.next', param: c}"+simple))
	r := newRig(t, d, nil, answersOf([]string{`[{"id":1,"status":"r"},{"id":2,"status":"q","next":"z"}]`, `[{"id":3,"status":"r"}]`})...)
	if snapshot := r.must(t); told(snapshot) != "1:ready 2:queued 3:ready" || r.urls()[1] != "/e?c=z" {
		t.Error(told(snapshot), r.urls())
	}
	d = must(t, listed("{path: /e}", "quota: {credits_balance: left.0}"+simple))
	if snapshot := newRig(t, d, nil, body(`{"left":["7"],"id":1,"status":"r"}`)).must(t); snapshot.Quota.CreditsBalance != provider.Num(7) || told(snapshot) != "1:ready" {
		t.Errorf("%+v", snapshot)
	}
}
