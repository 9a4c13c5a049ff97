package definition

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"export_status_exporter/provider"
	"export_status_exporter/provider/providertest"
)

// got returns a definition with a single source "s" that has only a get.
func got(get, rest string) string { return strings.Replace(listed(get, rest), "list: ", "get: ", 1) }

func ids(all ...string) func(*Config) {
	return func(c *Config) { c.IDs = map[string][]string{"s": all} }
}

func TestAboutTheID(t *testing.T) {
	for name, test := range map[string]struct {
		id     string
		answer providertest.Answer
		told   string
		reason provider.Reason
		missed string
	}{
		"equal":           {"7", body(`{"id":7,"status":"r"}`), "7:ready", "", ""},
		"short of whole":  {"7", body(`{"id":"gid://x/7","status":"r"}`), "7:ready", "", ""},
		"none":            {"7", body(`{"status":"r"}`), "7:ready", "", ""},
		"another":         {"7", body(`{"id":"8","status":"r"}`), "", provider.ReasonMalformed, ""},
		"among others":    {"7", body(`[{"id":"8","status":"q"},{"id":"7","status":"r"}]`), "7:ready", "", ""},
		"no item":         {"7", body(`[]`), "", "", "7"},
		"null item":       {"7", body(`[null]`), "", "", "7"},
		"404":             {"7", code(404, `{"error":"x"}`), "", "", "7"},
		"410":             {"7", code(410, ``), "", "", "7"},
		"404 by a page":   {"7", code(404, `<html>`), "", provider.ReasonNotFound, ""},
		"410 by a text":   {"7", code(410, `gone`), "", provider.ReasonNotFound, ""},
		"401":             {"7", code(401, `[{"error":"x"}]`), "", provider.ReasonAuth, ""},
		"403 by a page":   {"7", code(403, `<html>`), "", provider.ReasonUnavailable, ""},
		"ignored":         {"7", body(`{"id":7,"status":"no"}`), "", "", ""},
		"empty":           {"7", body(``), "", provider.ReasonMalformed, ""},
		"unknown":         {"7", body(`{"id":7,"status":"odd"}`), "7:unknown", "", ""},
		"refused by word": {"7", body(`{"id":7,"code":"gone"}`), "", "", "7"},
	} {
		t.Run(name, func(t *testing.T) {
			text := got(`{path: "/e/{id}"}`, "report: {id: id, status: status}\nstatuses: {ready: [r], queued: [q], ignored: [no]}")
			d := must(t, strings.Replace(text, "    sources:", "    fail_if: {path: code, reasons: {not_found: [Gone]}}\n    sources:", 1))
			r := newRig(t, d, ids(test.id), test.answer)
			if test.reason != "" {
				if failed := r.fails(t); failed.Reason != test.reason {
					t.Error(failed.Reason, failed)
				}
				return
			}
			if snapshot := r.must(t); told(snapshot) != test.told || strings.Join(snapshot.Missing, " ") != test.missed {
				t.Errorf("%s %v, want %s %s", told(snapshot), snapshot.Missing, test.told, test.missed)
			}
		})
	}
}

func TestIDsAreEscaped(t *testing.T) {
	d := must(t, got(`{path: "/e/x-{id}.json", query: {q: "{id}"}}`, simple))
	anywhere := must(t, got(`{path: /e, query: {q: "{id}"}}`, simple))
	for id, want := range map[string]string{
		"a/b?c#d%e f": "/e?q=a%2Fb%3Fc%23d%25e+f",
		"../../ü":     "/e?q=..%2F..%2F%C3%BC",
	} {
		r := newRig(t, anywhere, ids(id), body(`{"status":"r"}`))
		r.must(t)
		equal(t, "asked", r.urls(), []string{want})
	}
	for id, want := range map[string]string{
		"=:@&+,$ ~.-_":                         "/e/x-=:@&+%2C$%20~.-_.json?q=%3D%3A%40%26%2B%2C%24+~.-_",
		"6ba7b810-9dad-11d1-80b4-00c04fd430c8": "/e/x-6ba7b810-9dad-11d1-80b4-00c04fd430c8.json?q=6ba7b810-9dad-11d1-80b4-00c04fd430c8",
		"a.b:c==":                              "/e/x-a.b:c==.json?q=a.b%3Ac%3D%3D",
	} {
		r := newRig(t, d, ids(id), body(`{"status":"r"}`))
		r.must(t)
		equal(t, "asked", r.urls(), []string{want})
	}
	for _, id := range []string{
		"", ".", "..", "a\nb", "a\x00", "a\x7f", strings.Repeat("a", 513), strings.Repeat(" ", 200), "a/b", `a\b`, "a?x=1", "a#b", "a;b",
		"../../x", "a..b", "..%2F..", "%2e%2e", "%252e%252e", "a%", "ü", "a\uff0fb", "a\xff", "{param}",
	} {
		c := NewConfig(d)
		c.IDs = map[string][]string{"s": {id}}
		if len(c.Validate()) == 0 {
			t.Errorf("%q is taken", id)
		}
	}
}

func TestHTTPStatusDecides(t *testing.T) {
	d := must(t, got(`{path: "/e/{id}", items: data}`, "report: {created: at}\nstatuses: {ready: [{http: 200}], processing: [{http: 202}], failed: [{http: 422}, {present: error}]}"))
	for _, test := range []struct {
		answer providertest.Answer
		told   string
	}{
		{code(200, `{"data":{"at":1700000000}}`), "h:ready"},
		{code(202, ``), "h:processing"},
		{code(422, `{"data":{"message":"x"}}`), "h:failed"},
		{code(200, `{"data":{"error":"x"}}`), "h:failed"},
	} {
		if snapshot := newRig(t, d, ids("h"), test.answer).must(t); told(snapshot) != test.told {
			t.Errorf("%s, want %s", told(snapshot), test.told)
		}
	}
	if failed := newRig(t, d, ids("h"), code(500, "")).fails(t); failed.Reason != provider.ReasonUnavailable {
		t.Error(failed.Reason)
	}
}

func TestTheMostSevereCounts(t *testing.T) {
	d := must(t, listed("{path: /e}", `report: {id: id, status: s}
statuses:
  ready: [done, {path: ok, is: TRUE}, {path: n, is: 3}]
  failed: [{present: error}]
  processing: [{absent: end}]
  expired: [{present: gone}]
  ignored: [internal]`))
	for item, want := range map[string]string{
		`"s":" DONE ","end":1`:             "1:ready",
		`"ok":true,"end":1`:                "1:ready",
		`"n":"3","end":1`:                  "1:ready",
		`"s":"done"`:                       "1:processing",
		`"s":"done","end":1,"error":{}`:    "1:ready",
		`"s":"done","end":1,"error":[0]`:   "1:failed",
		`"s":"done","end":0,"gone":false`:  "1:expired",
		`"s":"odd","end":1`:                "1:unknown",
		`"s":"internal","error":"x"`:       "",
		`"s":{"a":1},"end":1,"error":null`: "1:unknown",
	} {
		snapshot := newRig(t, d, nil, body(`[{"id":1,`+item+`}]`)).must(t)
		if told(snapshot) != want {
			t.Errorf("%s is %s, want %s", item, told(snapshot), want)
		}
	}
}

func TestFailIf(t *testing.T) {
	for _, test := range []struct {
		failIf, answer string
		reason         provider.Reason
	}{
		{"{path: code, unless: [0, OK]}", `{"code":0,"id":1,"status":"r"}`, ""},
		{"{path: code, unless: [0, OK]}", `{"code":" ok ","id":1,"status":"r"}`, ""},
		{"{path: code, unless: [0]}", `{"id":1,"status":"r"}`, ""},
		{"{path: code, unless: [0], reasons: {auth: [10003], rate_limited: [10006]}}", `{"id":1,"status":"r","code":"10006"}`, provider.ReasonRateLimited},
		{"{path: code, unless: [0], reasons: {auth: [10003]}}", `{"code":10003}`, provider.ReasonAuth},
		{"{path: code, unless: [0]}", `{"code":5}`, provider.ReasonUnknown},
		{"{path: code}", `{"code":0,"id":1,"status":"r"}`, provider.ReasonUnknown},
		{"{present: errors}", `{"errors":[],"id":1,"status":"r"}`, ""},
		{"{present: errors, word: errors.0.code, reasons: {permission: [DENIED]}}", `{"id":1,"status":"r","errors":[{"code":"denied"}]}`, provider.ReasonPermission},
		{"{path: error, unless: [none]}", `{"error":{"code":1},"id":1}`, provider.ReasonUnknown},
	} {
		d := must(t, strings.Replace(listed("{path: /e}", simple), "    sources:", "    fail_if: "+test.failIf+"\n    sources:", 1))
		r := newRig(t, d, nil, body(test.answer))
		if test.reason == "" {
			r.must(t)
		} else if failed := r.fails(t); failed.Reason != test.reason {
			t.Errorf("%s of %s: %s, want %s", test.failIf, test.answer, failed.Reason, test.reason)
		}
	}
}

func TestDetails(t *testing.T) {
	text := listed("{path: /e}", `get: {path: "/e/{id}", after_list: MODE}
report: {id: id, type: type, status: status, rows: rows}
statuses: {queued: [q], ready: [r], failed: [f], ignored: [no]}`)
	list := `[{"id":"a","status":"r","rows":1,"type":"t"},{"id":"b","status":"q"},{"id":"..","status":"q"}]`
	for mode, want := range map[string][]string{"never": {"/e", "/e"}, "unfinished": {"/e", "/e/b", "/e", "/e/b"}, "all": {"/e", "/e/b", "/e/a", "/e", "/e/b"}} {
		r := newRig(t, must(t, strings.Replace(text, "MODE", mode, 1)), nil)
		r.api = providertest.Answers()
		answer := func(request *http.Request) (*http.Response, error) {
			text := map[string]string{"/e": list, "/e/a": `{"id":"a","rows":5}`, "/e/b": `{"id":"b","rows":7,"status":"q"}`}[request.URL.Path]
			return providertest.JSON(text).RoundTrip(request)
		}
		var asked []string
		r.Source = r.config.Sources(providertest.Deps(roundTrip(func(request *http.Request) (*http.Response, error) {
			asked = append(asked, request.URL.Path)
			return answer(request)
		})), r.secrets, r.seen)[0]
		r.must(t)
		snapshot := r.must(t)
		equal(t, mode, asked, want)
		if told(snapshot) != "a:ready b:queued ..:queued" {
			t.Error(told(snapshot))
		}
		rows := fmt.Sprint(snapshot.Reports[0].Rows.Value, snapshot.Reports[1].Rows.Value)
		if rows != map[string]string{"never": "1 0", "unfinished": "1 7", "all": "5 7"}[mode] || snapshot.Reports[0].Type != "t" {
			t.Error(mode, rows)
		}
	}
}

func TestDetailsAreBoundedAndMayBeMissing(t *testing.T) {
	d := must(t, listed("{path: /e}", `get: {path: "/e/{id}", after_list: all}`+simple))
	var items []string
	for i := range maxDetails + 20 {
		items = append(items, fmt.Sprintf(`{"id":%d,"status":"q"}`, i))
	}
	r := newRig(t, d, nil, body("["+strings.Join(items, ",")+"]"), code(404, "{}"))
	if snapshot := r.must(t); len(r.urls()) != maxDetails+1 || len(snapshot.Reports) != maxDetails+20 {
		t.Error(len(r.urls()), len(snapshot.Reports))
	}
	r = newRig(t, d, nil, body(`[{"id":1,"status":"q"}]`), code(500, "{}"))
	if failed := r.fails(t); failed.Reason != provider.ReasonUnavailable {
		t.Error(failed.Reason)
	}
}

// roundTrip is a RoundTripper function.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(request *http.Request) (*http.Response, error) { return f(request) }

// TestNamesThatWouldBecomeOne: a short name stays with the export that had it first. If
// several appear at once, all stay whole, as long as one is listed.
func TestNamesThatWouldBecomeOne(t *testing.T) {
	d := must(t, listed("{path: /e}", "report: {id: id, type: type, status: status}\nstatuses: {ready: [r]}"))
	refreshes := []struct{ answer, want, firstType string }{
		{`[{"id":"x/1","type":"t/a","status":"r"},{"id":"x/2","type":"t/b","status":"r"}]`, "1:ready 2:ready", "a"},
		{`[{"id":"y/1","type":"u/a","status":"r"},{"id":"x/1","type":"t/a","status":"r"},{"id":"z/1","status":"r"}]`, "y/1:ready 1:ready z/1:ready", "u/a"},
		{`[{"id":"x/1","type":"t/a","status":"r"}]`, "1:ready", "a"},
		{`[{"id":"z/1","type":"u/a","status":"r"}]`, "z/1:ready", "u/a"},
		{`[{"id":"x/1","type":"u/a","status":"r"}]`, "x/1:ready", "u/a"},
		{`[{"id":"x/3","type":"t/c","status":"r"},{"id":"y/3","type":"u/c","status":"r"}]`, "x/3:ready y/3:ready", "t/c"},
		{`[{"id":"y/3","type":"u/c","status":"r"}]`, "y/3:ready", "u/c"},
		{`[]`, "", ""},
		{`[{"id":"y/3","type":"u/c","status":"r"}]`, "3:ready", "u/c"},
	}
	var answers []string
	for _, each := range refreshes {
		answers = append(answers, each.answer)
	}
	r := newRig(t, d, nil, answersOf(answers)...)
	for i, each := range refreshes {
		snapshot := r.must(t)
		if got := told(snapshot); got != each.want || got != "" && snapshot.Reports[0].Type != each.firstType {
			t.Errorf("refresh %d: %s %+v, want %s of type %s", i, got, snapshot.Reports, each.want, each.firstType)
		}
	}
	r = newRig(t, d, func(c *Config) { c.Types = []string{"A"} }, body(`[{"id":"1","type":"t/a","status":"r"},{"id":"2","type":"t/b","status":"r"}]`))
	if snapshot := r.must(t); told(snapshot) != "1:ready" || snapshot.Reports[0].Type != "A" {
		t.Errorf("%+v", snapshot.Reports)
	}
}

// TestDetailsThatCannotBeRequested: a listed id that does not fit a path is not sent, but
// told.
func TestDetailsThatCannotBeRequested(t *testing.T) {
	for _, id := range []string{"..%2F..", "a?x=1", "a/b", "ü", strings.Repeat("x", 600)} {
		d := must(t, listed("{path: /e}", `get: {path: "/e/{id}", after_list: all}`+simple))
		list := body(fmt.Sprintf(`[{"id":%q,"status":"q"},{"id":"b","status":"q"}]`, id))
		r := newRig(t, d, nil, list, body(`{"id":"b","status":"r"}`))
		snapshot := r.must(t)
		equal(t, "asked", r.urls(), []string{"/e", "/e/b"})
		if len(snapshot.Reports) != 2 || snapshot.Unreadable[provider.FieldID] != 1 {
			t.Errorf("%s: %+v", id, snapshot)
		}
	}
	d := must(t, listed("{path: /e}", `get: {path: /g, query: {q: "{id}"}, after_list: all}`+simple))
	r := newRig(t, d, nil, body(`[{"id":"mutation{a}","status":"q"},{"id":"b/ü","status":"q"}]`), body(`{"status":"r"}`))
	snapshot := r.must(t)
	equal(t, "asked", r.urls(), []string{"/e", "/g?q=b%2F%C3%BC"})
	if snapshot.Unreadable[provider.FieldID] != 1 {
		t.Errorf("%+v", snapshot)
	}
}

// TestUnfitDetailsAreAllCounted, also after the last detail that a refresh reads.
func TestUnfitDetailsAreAllCounted(t *testing.T) {
	d := must(t, listed("{path: /e}", `get: {path: "/e/{id}", after_list: unfinished}`+simple))
	var items []string
	for i := range 2 * maxDetails {
		items = append(items, fmt.Sprintf(`{"id":"%d","status":"q"},{"id":"%d?","status":"q"}`, i, i))
	}
	r := newRig(t, d, nil, body("["+strings.Join(items, ",")+"]"), code(404, "{}"))
	if snapshot := r.must(t); snapshot.Unreadable[provider.FieldID] != 2*maxDetails || len(r.urls()) != maxDetails+1 {
		t.Error(snapshot.Unreadable, len(r.urls()))
	}
}

// TestWholeIDsInAQuery: an id with slashes is asked for by a parameter.
func TestWholeIDsInAQuery(t *testing.T) {
	d := must(t, got(`{path: /e, query: {q: "{id}"}}`, simple))
	if snapshot := newRig(t, d, ids("gid://x/7"), body(`{"id":"7","status":"r"}`)).must(t); told(snapshot) != "7:ready" {
		t.Error(told(snapshot))
	}
	if failed := newRig(t, d, ids("gid://x/7"), body(`{"id":"gid://y/7","status":"r"}`)).fails(t); failed.Reason != provider.ReasonMalformed {
		t.Error(failed)
	}
}
