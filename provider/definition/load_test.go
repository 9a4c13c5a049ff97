package definition

import (
	"fmt"
	"strings"
	"testing"

	"export_status_exporter/provider/providertest"
)

const right = `apis:
  a:
    url: https://api.test
    params: [site]
    auth: bearer
    headers: {V: "2"}
    fail_if: {path: code, unless: [0]}
    sources:
      s:
        list: {path: /e, items: data}
        next: {cursor: next, param: after}
        get: {path: "/e/{id}"}
        report: {id: id, status: status, created: at}
        statuses: {ready: [done], failed: [bad]}
        quota: {credits_balance: left}
`

// TestBrokenDefinitions breaks a valid definition in one place and expects one problem
// with the line of that place.
func TestBrokenDefinitions(t *testing.T) {
	must(t, right)
	for _, test := range []struct{ old, new, want string }{
		{"  a:", "  A:", "must be of the form"},
		{"  a:", "  kraken:", "is taken by the exporter itself"},
		{"url: https://api.test", "url: http://api.test", "must begin with https://"},
		{"url: https://api.test", "url: https://user:hidden@api.test", "must not contain a user or password"},
		{"url: https://api.test", "url: https://api.test?a=b", "must not contain a query"},
		{"url: https://api.test", "url: https://api.{site}.test", "first label"},
		{"url: https://api.test", "url: 'https://{site}'", "first label"},
		{"url: https://api.test", "url: 'https://{shop}.api.test'", "{shop} is not in params"},
		{"url: https://api.test", "url: https://api.test/../x", "segment . or .."},
		{"params: [site]", "params: [id]", "not id"},
		{"auth: bearer", "auth: brearer", "must be none, bearer"},
		{"auth: bearer", "auth: {api_key: {header: Host}}", "belongs to the exporter's client"},
		{"auth: bearer", "auth: {api_key: {prefix: x}}", "must have the header"},
		{"auth: bearer", "auth: {oauth2: {grant: implicit, token_path: /t}}", "client_credentials or"},
		{"auth: bearer", "auth: {oauth2: {grant: refresh_token}}", "exactly one of token_url"},
		{"auth: bearer", "auth: {oauth2: {grant: refresh_token, token_url: 'http://evil.test/t'}}", "https"},
		{"auth: bearer", "auth: {oauth2: {grant: refresh_token, token_url: 'https://{site}.test/t'}}", "no part of its host"},
		{"auth: bearer", "token: hidden", "unknown key"},
		{`headers: {V: "2"}`, "headers: {Authorization: hidden}", "a secret does not belong"},
		{"params: [site]", "params: [site, api_key]", "would be a secret"},
		{`headers: {V: "2"}`, "headers: {X-HTTP-Method-Override: DELETE}", "overrides the method"},
		{`headers: {V: "2"}`, "headers: {Transfer-Encoding: chunked}", "belongs to the exporter's client"},
		{`headers: {V: "2"}`, `headers: {V: "a\r\nX: hidden"}`, "one line"},
		{`headers: {V: "2"}`, `headers: {"V\r\nX": "hidden"}`, "not the name of a header"},
		{`headers: {V: "2"}`, `headers: {V: "x{site}"}`, "must be the whole value"},
		{`headers: {V: "2"}`, `headers: {V: "{id}"}`, "not available in a list"},
		{"unless: [0]}", "reasons: {atuh: [1]}}", `did you mean "auth"?`},
		{"unless: [0]}", "reasons: {auth: [1], unknown: [1]}}", "means both"},
		{"path: code, ", "", "exactly one of path and present"},
		{"list: {path: /e,", "list: {path: e,", "must begin with /"},
		{"list: {path: /e,", "list: {path: //evil.test/e,", "one /"},
		{"list: {path: /e,", "list: {path: /e/../x,", "segment . or .."},
		{"list: {path: /e,", "list: {path: /e/%2e%2e/x,", "segment . or .."},
		{"list: {path: /e,", "list: {path: '/e?x=y',", "must not contain a query"},
		{"list: {path: /e,", "list: {path: '/e/{id}',", "only in get"},
		{"list: {path: /e,", "list: {path: '/e/{sitee}',", `did you mean "site"?`},
		{"list: {path: /e,", "list: {path: /e, method: DELETE,", "GET or POST"},
		{"list: {path: /e,", "list: {path: /e, body: {a: b},", "method: POST"},
		{"list: {path: /e,", "list: {path: /e, method: GET, graphql: '{ a }',", "always a POST"},
		{"list: {path: /e,", "list: {path: /e, graphql: 'mutation { a }',", "a query or a fragment"},
		{"list: {path: /e,", "list: {path: /e, graphql: \"{ a } # {\\n mutation M { b }\",", "a query or a fragment"},
		{"list: {path: /e,", "list: {path: /e, graphql: '{ a(x: \"}\") } subscription { b }',", "a query or a fragment"},
		{"list: {path: /e,", "list: {path: /e, query: {_method: DELETE},", "overrides the method"},
		{"list: {path: /e,", "list: {path: /e, method: POST, body: {a: {_METHOD: x}},", "overrides the method"},
		{"list: {path: /e,", "list: {path: /e, method: POST, body: {query: 'mutation { a }'},", "GraphQL mutation"},
		{"list: {path: /e,", "list: {path: /e, query: {api_key: hidden},", "a secret does not belong"},
		{"items: data}", "itmes: data}", `did you mean "items"?`},
		{"items: data}", "items: a..b}", "a key is missing"},
		{"items: data}", "items: 'a[0]'}", "no expressions"},
		{"items: data}", "items: =x}", "not a literal"},
		{"cursor: next, param: after", "cursor: next", "needs param"},
		{"cursor: next, param: after", "cursor: next, url: next, param: x", "exactly one of"},
		{"cursor: next, param: after", "cursor: next, param: _method", "overrides the method"},
		{"cursor: next, param: after", "cursor: next, param: X_HTTP_Method_Override", "overrides the method"},
		{"list: {path: /e,", "list: {path: /e, query: {'_method[]': DELETE},", "overrides the method"},
		{"list: {path: /e,", "list: {path: /e, query: {query: 'mutation { a }'},", "GraphQL mutation"},
		{"cursor: next, param: after", "url: next, alone: true", "cannot be used with"},
		{"cursor: next, param: after", "page: p, first: x", "a whole number"},
		{`get: {path: "/e/{id}"}`, "get: {path: /e}", "must contain {id}"},
		{`get: {path: "/e/{id}"}`, `get: {path: "/e/{id}", after_list: always}`, "never, unfinished or all"},
		{"id: id, ", "", "report.id"},
		{"status: status, ", "", "report.status"},
		{"created: at", "creatd: at", `did you mean "created"?`},
		{"failed: [bad]", "failed: [DONE]", "means both"},
		{"failed: [bad]", "failled: [bad]", `did you mean "failed"?`},
		{"failed: [bad]", "failed: bad", "must be a list"},
		{"failed: [bad]", "failed: [{present: a, absent: b}]", "must be one of"},
		{"failed: [bad]", "failed: [{http: 42}]", "from 200 to 599"},
		{"ready: [done], failed: [bad]", "", "statuses must map"},
		{"credits_balance", "credit_balance", `did you mean "credits_balance"?`},
	} {
		text := strings.Replace(right, test.old, test.new, 1)
		if text == right {
			t.Fatalf("%q is not there", test.old)
		}
		before, _, _ := strings.Cut(right, test.old)
		line := strings.Count(before, "\n") + 1
		_, problems := Parse([]byte(text), "kraken")
		found := false
		for _, p := range problems {
			if strings.Contains(p.Text, "hidden") || strings.Contains(p.Path, "hidden") {
				t.Errorf("%s: shows a value: %v", test.new, p)
			}
			found = found || strings.Contains(p.Text, test.want) && (p.Line == line || p.Line == 9)
		}
		if !found {
			t.Errorf("%s: %v, want line %d: %s", test.new, problems, line, test.want)
		}
	}
}

// TestAnyLinesMissing removes every range of lines from a valid definition. The rest
// must be rejected or usable, without a panic.
func TestAnyLinesMissing(t *testing.T) {
	lines := strings.Split(strings.TrimSuffix(right, "\n"), "\n")
	loaded := 0
	for without := range 1 << (len(lines) - 2) {
		var text strings.Builder
		for i, line := range lines {
			if i < 2 || without&(1<<(i-2)) == 0 {
				text.WriteString(line + "\n")
			}
		}
		all, problems := Parse([]byte(text.String()))
		if (len(all) == 0) == (len(problems) == 0) {
			t.Fatalf("%d definitions and the problems %v of\n%s", len(all), problems, text.String())
		}
		loaded += len(all)
	}
	if loaded == 0 {
		t.Error("not one is right")
	}
}

func TestAllProblemsAtOnce(t *testing.T) {
	_, problems := Parse([]byte("apis:\n  a:\n    ulr: x\n    auth: no\n    sources:\n      s:\n        lst: {}\n        report: {creatd: x}\n"))
	if len(problems) < 5 {
		t.Error(problems)
	}
}

func TestHugeDefinitions(t *testing.T) {
	var b strings.Builder
	b.WriteString("x-a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := range 20 {
		fmt.Fprintf(&b, "x-a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d]\n", i+1, i+1, i, i, i, i, i, i, i, i)
	}
	b.WriteString("apis:\n  a: {sources: {s: {list: {path: /e, method: POST, body: {x: *a20}}}}}\n")
	if _, problems := Parse([]byte(b.String())); len(problems) == 0 {
		t.Error("taken")
	}
	if _, problems := Parse([]byte("apis:\n  a: " + strings.Repeat("{a: ", 200) + "x" + strings.Repeat("}", 200))); len(problems) == 0 {
		t.Error("taken")
	}
}

func TestGraphQL(t *testing.T) {
	for text, right := range map[string]bool{
		"{ a }": true, "query { a }": true, "query Q($x: In = {a: 1}) @d(x: {}) { a(b: \"}\") { c } }": true,
		"query A { ...F } fragment F on T { mutation }": true, "{ a(x: \"\"\" } mutation { \"\"\") }": true, "# mutation\n{ a }": true,
		"\ufeff,{ a }": true, "": false, "mutation { a }": false, "{ a } mutation { b }": false, "{ a }mutation{ b }": false,
		"query { a": false, "{ a } }": false, "query": false, "{ a } \"x\" query { b }": false, "subscription { a }": false,
		"{ a(x: \"\\\"}\") } mutation { b }": false, "type T { a: Int }": false, "{ a [ }": false, "Query { a }": false,
	} {
		if err := checkGraphQL(text); (err == nil) != right {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestBlocks(t *testing.T) {
	d := must(t, strings.Replace(strings.Replace(listed("{path: '/{org}/e'}", "get: {path: '/{org}/e/{id}'}"+simple), "https://api.test", "https://{site}.api.test", 1), "    auth: none", "    params: [site, org]\n    auth: none", 1))
	for _, test := range []struct {
		change func(*Config)
		want   string
	}{
		{func(*Config) {}, ""},
		{func(c *Config) { c.OwnBaseURL = true; delete(c.Params, "site") }, ""},
		{func(c *Config) { delete(c.Params, "site") }, "site is missing"},
		{func(c *Config) { delete(c.Params, "org") }, "org is missing"},
		{func(c *Config) { c.Params["sitee"] = "x" }, `did you mean "site"?`},
		{func(c *Config) { c.Params["site"] = "evil.test/" }, "1 to 63 of a-z 0-9 -"},
		{func(c *Config) { c.Params["site"] = "-a" }, "begins or ends with -"},
		{func(c *Config) { c.Params["org"] = ".." }, "one segment"},
		{func(c *Config) { c.Params["org"] = "a\r\nb" }, "one line"},
		{func(c *Config) { c.Only = []string{"t"} }, "is not a source"},
		{func(c *Config) { c.IDs = map[string][]string{"t": {"1"}} }, "is not a source"},
		{func(c *Config) { c.IDs = map[string][]string{"s": {"1", "1"}} }, "named twice"},
		{func(c *Config) { c.IDs = map[string][]string{"s": {".."}} }, "cannot be requested: in a path"},
	} {
		c := NewConfig(d)
		c.Params = map[string]string{"site": "x", "org": "o/p"}
		test.change(c)
		problems := fmt.Sprint(c.Validate())
		if (problems == "[]") != (test.want == "") || !strings.Contains(problems, test.want) {
			t.Errorf("%s, want %s", problems, test.want)
		}
	}
	single := must(t, got(`{path: "/e/{id}"}`, simple))
	if problems := fmt.Sprint(NewConfig(single).Validate()); !strings.Contains(problems, "must name exports to watch") {
		t.Error(problems)
	}
}

func TestKeyAndBasic(t *testing.T) {
	d := must(t, strings.Replace(listed("{path: /e}", simple), "auth: none", `auth: {api_key: {header: Authorization, prefix: "Token "}}`, 1))
	r := newRig(t, d, func(c *Config) { c.APIKey = providertest.Ref("k") }, body(oneItem))
	r.must(t)
	if got := r.api.Asked()[0].Header.Get("Authorization"); got != "Token k" {
		t.Error(got)
	}
	d = must(t, strings.Replace(listed("{path: /e}", simple), "auth: none", "auth: basic", 1))
	r = newRig(t, d, func(c *Config) { c.Username, c.Password = providertest.Ref("u"), providertest.Ref("p") }, body(oneItem))
	r.must(t)
	if got := r.api.Asked()[0].Header.Get("Authorization"); got != "Basic dTpw" {
		t.Error(got)
	}
}

func FuzzLoad(f *testing.F) {
	for name := range Presets() {
		content, err := embedded.ReadFile("presets/" + name + ".yml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(content)
	}
	f.Fuzz(func(_ *testing.T, content []byte) {
		if len(content) < 1<<16 {
			Parse(content)
		}
	})
}

func FuzzMapping(f *testing.F) {
	d := Presets()["stripe"]
	f.Add([]byte(providertest.File(f, "presets/stripe.report_runs.json")), 200)
	f.Add([]byte(`{"data":{"1":{"id":1}},"has_more":1}`), 404)
	c := NewConfig(d)
	c.Token = providertest.Ref("")
	secrets := providertest.Secrets(f, c.Secrets())
	f.Fuzz(func(t *testing.T, answer []byte, status int) {
		source := c.Sources(providertest.Deps(providertest.Answers(code(200+(status&255), string(answer)))), secrets, &providertest.Observer{})[0]
		snapshot, err := source.Fetch(t.Context())
		providertest.CheckFetch(t, snapshot, err)
	})
}
