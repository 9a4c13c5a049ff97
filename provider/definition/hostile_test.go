package definition

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
	"export_status_exporter/provider/providertest"
	"export_status_exporter/secret"
)

// TestHostileAnswers checks that any answer results in reports within all limits or in
// a known reason, and that no other calls are sent.
func TestHostileAnswers(t *testing.T) {
	t.Parallel()
	d := must(t, listed("{path: /e, items: data}", "next: {cursor: next, param: c}\nget: {path: '/e/{id}', after_list: unfinished}\n"+
		"report: {id: id, type: kind.of.it, status: status, created: at, rows: rows}\nstatuses: {queued: [q], ready: [r]}\nquota: {credits_balance: credits}"))
	item := func(fields string) string { return `{"data":[{"id":"1","status":"r"` + fields + `}]}` }
	for name, test := range map[string]struct {
		answer string
		reason provider.Reason // empty if the answer is accepted
		want   string
	}{
		"depth in a value that nobody wants": {item(`,"x":` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000)), "", "1:ready"},
		"depth in a value that is wanted":    {item(`,"kind":` + strings.Repeat(`{"of":`, 3000) + "1" + strings.Repeat("}", 3000)), "", "1:ready"},
		"depth without end":                  {item(`,"x":` + strings.Repeat("[", 200000)), provider.ReasonMalformed, ""},
		"depth as items":                     {`{"data":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + `}`, provider.ReasonMalformed, ""},
		"many small values":                  {item(`,"x":[` + strings.Repeat("[],{},", 500000) + "0]"), "", "1:ready"},
		"too many bytes":                     {item(`,"x":"` + strings.Repeat("x", apiclient.MaxBodyBytes) + `"`), provider.ReasonTooLarge, ""},
		"a name that stands twice":           {`{"data":[{"id":"1","id":"2","status":"q","status":"r"}]}`, "", "2:ready"},
		"a terminal's language":              {item(`,"kind":{"of":{"it":"\u001b[31m\u202e"}}`), "", "1:ready"},
		"broken text":                        {"{\"data\":[{\"id\":\"1\xff\",\"status\":\"r\"}]}", "", "1\uFFFD:ready"},
		"numbers beyond all bounds":          {item(`,"rows":1e999,"at":-1e300`), "", "1:ready"},
		"a cursor that is a break of a line": {`{"data":[{"id":"1","status":"r"}],"next":"a\r\nHost: evil.test"}`, provider.ReasonMalformed, ""},
		"a cursor without end":               {`{"data":[{"id":"1","status":"r"}],"next":"` + strings.Repeat("x", maxCursorBytes+1) + `"}`, provider.ReasonMalformed, ""},
		"an id that leads elsewhere":         {`{"data":[{"id":"../../delete?x=y#z","status":"q"}]}`, "", "delete?x=y#z:queued"},
		"an id of dots":                      {`{"data":[{"id":"..","status":"q"}]}`, "", "..:queued"},
		"markup":                             {item(`,"kind":{"of":{"it":"<script>alert(1)</script>"}}`), "", "1:ready"},
		"a balance that is none":             {`{"data":[],"credits":{"a":1}}`, "", ""},
	} {
		r := newRig(t, d, nil, body(test.answer), body(`{"id":"another"}`))
		snapshot, failed := providertest.Fetch(t, r)
		switch {
		case failed != nil && failed.Reason != test.reason, failed == nil && test.reason != "":
			t.Errorf("%s: %v, want %q", name, failed, test.reason)
		case failed == nil && told(snapshot) != test.want:
			t.Errorf("%s: %q, want %q", name, told(snapshot), test.want)
		}
		for _, url := range r.urls() {
			if !strings.HasPrefix(url, "/e") || strings.ContainsAny(url, "\r\n") || strings.Contains(url, "..") {
				t.Errorf("%s: asked %q", name, url)
			}
		}
	}
}

// TestHostileParams checks that params are escaped and cannot break out of a header, a
// path or a host.
func TestHostileParams(t *testing.T) {
	t.Parallel()
	d := must(t, strings.Replace(listed("{path: '/{p}/e', method: POST, query: {q: '{p}'}, body: {b: '{p}'}}", simple), "    auth: none", "    params: [p]\n    headers: {X-P: '{p}'}\n    auth: none", 1))
	for text, reason := range map[string]provider.Reason{
		`a/../b?c=d#e&f="g"`: "", "%2e%2e": "", "a b": "", `{id}{p}`: "", "é": provider.ReasonInvalidRequest,
	} {
		r := newRig(t, d, func(c *Config) { c.Params = map[string]string{"p": text} }, body(`[{"id":1,"status":"r"}]`))
		_, failed := providertest.Fetch(t, r)
		if reason != "" {
			if failed == nil || failed.Reason != reason || len(r.urls()) != 0 {
				t.Errorf("%q: %v, asked %v", text, failed, r.urls())
			}
			continue
		}
		if failed != nil {
			t.Errorf("%q: %v", text, failed)
			continue
		}
		asked := r.api.Asked()[0]
		path, _, _ := strings.Cut(strings.TrimPrefix(asked.URL, "https://api.test/"), "?")
		if segment, rest, _ := strings.Cut(path, "/"); rest != "e" || segment != escaped(text) || asked.Header.Get("X-P") != text {
			t.Errorf("%q: asked %s", text, asked.URL)
		}
	}
	for _, text := range []string{"", ".", "..", "a\r\nX: y", "a\x00", strings.Repeat("x", 600)} {
		c := NewConfig(d)
		c.Params = map[string]string{"p": text}
		if len(c.Validate()) == 0 {
			t.Errorf("%q is taken", text)
		}
	}
}

func escaped(text string) string { return params{"p": text}.fill("{p}") }

// TestHostileTokens checks that the token endpoint's answers are limited and cannot
// break out of a header.
func TestHostileTokens(t *testing.T) {
	t.Parallel()
	d := must(t, granted("grant: client_credentials, token_path: /token"))
	for _, answer := range []string{
		`{"access_token":"a\r\nHost: evil.test"}`, `{"access_token":"` + strings.Repeat("x", maxTokenBytes+1) + `"}`,
		`{"access_token":{"a":1}}`, `{"access_token":""}`, `{}`, `[]`, `<html>`, `{"access_token":"é"}`,
	} {
		r := newRig(t, d, client, body(answer))
		if failed := r.fails(t); failed.Reason != provider.ReasonMalformed || len(r.urls()) != 1 || strings.Contains(fmt.Sprint(failed), "evil") {
			t.Errorf("%.40s: %v, asked %v", answer, failed, r.urls())
		}
	}
	for _, life := range []string{"-1", "1e300", `"soon"`, "null", "0", "{}"} {
		r := newRig(t, d, client, body(`{"access_token":"tok","expires_in":`+life+`}`), body(oneItem), body(oneItem))
		r.must(t)
		r.must(t)
		equal(t, "asked with a life of "+life, r.urls(), []string{"/token", "/e", "/e"})
	}
	r := newRig(t, d, client, providertest.Answer{Status: http.StatusFound, Header: http.Header{"Location": {"https://evil.test/token"}}})
	if failed := r.fails(t); len(r.urls()) != 1 {
		t.Errorf("%v, asked %v", failed, r.urls())
	}
}

// TestTheTextOfADefinition checks that Text parses to the same definition.
func TestTheTextOfADefinition(t *testing.T) {
	t.Parallel()
	for _, name := range PresetNames() {
		checkText(t, Preset(name))
	}
	checkText(t, must(t, right))
}

func checkText(t *testing.T, d *Definition) {
	t.Helper()
	var node yaml.Node
	if err := yaml.Unmarshal([]byte(d.Text()), &node); err != nil {
		t.Fatalf("%v:\n%s", err, d.Text())
	}
	content, err := yaml.Marshal(map[string]any{"apis": map[string]any{d.Name: node.Content[0]}})
	if err != nil {
		t.Fatal(err)
	}
	again, problems := Parse(content)
	if len(problems) > 0 || again[d.Name] == nil || !again[d.Name].Equal(d) {
		t.Errorf("%v:\n%s\nis another definition than\n%s", problems, content, d.Text())
	}
}

// FuzzFetch checks that any definition and any answer keep the contract of Fetch and
// Try, and that only the definition's own calls are sent.
func FuzzFetch(f *testing.F) {
	f.Add(right, `{"code":0,"data":[{"id":"a","status":"done"}],"next":"x"}`)
	for _, name := range []string{"customerio.exports", "stripe.report_runs", "shopify.bulk_operations", "salesforce.query_jobs", "jira.tasks"} {
		preset, _, _ := strings.Cut(name, ".")
		text, err := embedded.ReadFile("presets/" + preset + ".yml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text), providertest.File(f, "presets/"+name+".json"))
	}
	f.Fuzz(func(t *testing.T, definition, answer string) {
		if len(definition) > 1<<14 {
			return
		}
		all, _ := Parse([]byte(definition))
		for _, d := range all {
			checkText(t, d)
			c := filled(d)
			for _, each := range d.Sources {
				if trial, err := d.Try(t.Context(), each.Name, strings.NewReader(answer), TryOptions{Now: providertest.Start()}); err == nil {
					providertest.CheckFetch(t, trial.Snapshot, nil)
				}
			}
			if len(c.Validate()) > 0 {
				continue
			}
			api := providertest.Answers(body(answer))
			for _, source := range c.Sources(providertest.Deps(api), providertest.Secrets(t, map[string]secret.Spec{}), &providertest.Observer{}) {
				snapshot, err := source.Fetch(t.Context())
				providertest.CheckFetch(t, snapshot, err)
			}
		}
	})
}

// filled returns a valid block for a definition, without secrets.
func filled(d *Definition) *Config {
	plain := *d
	plain.Auth = Auth{Kind: authNone}
	c := NewConfig(&plain)
	c.Params, c.IDs = make(map[string]string), make(map[string][]string)
	for _, name := range d.Params {
		c.Params[name] = "x"
	}
	for _, each := range d.Sources {
		if each.HasGet() && !each.HasList() {
			c.IDs[each.Name] = []string{"one"}
		}
	}
	return c
}
