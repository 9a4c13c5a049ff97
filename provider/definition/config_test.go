package definition

import (
	"slices"
	"testing"
	"time"

	"export_status_exporter/provider/providertest"
	"export_status_exporter/secret"
)

// simpleList returns a definition with one list, with the given auth and further lines.
func simpleList(auth, rest string) string {
	return "apis:\n  n:\n    url: https://{host}.example.com\n    params: [host]\n    auth: " + auth + "\n" + rest +
		"    sources:\n      s:\n        list: {path: /e}\n        report: {id: id, status: status}\n        statuses: {ready: [r]}\n"
}

// TestKeySecret checks which secret identifies the key for each kind of auth.
func TestKeySecret(t *testing.T) {
	t.Parallel()
	for auth, want := range map[string]string{
		"none":                       "",
		"bearer":                     "token",
		"basic":                      "password",
		"{api_key: {header: X-Key}}": "api_key",
		"{oauth2: {grant: client_credentials, token_path: /t}}": "client_secret",
		"{oauth2: {grant: refresh_token, token_path: /t}}":      "refresh_token",
		"{oauth2: {grant: jwt_bearer, token_path: /t}}":         "private_key",
	} {
		c := NewConfig(must(t, simpleList(auth, "")))
		if got := c.KeySecret(); got != want || want != "" && !c.Takes(want) {
			t.Errorf("%s: %q, want %q", auth, got, want)
		}
		for name := range c.Secrets() {
			if !c.Takes(name) {
				t.Errorf("%s: needs %s, and does not take it", auth, name)
			}
		}
	}
}

// TestRequested checks that two accounts may share a key unless they request the same
// data.
func TestRequested(t *testing.T) {
	t.Parallel()
	d := must(t, simpleList("none", ""))
	d.Params = []string{"host", "more"}
	with := func(host, more string, only ...string) *Config {
		c := NewConfig(d)
		c.Params, c.Only = map[string]string{"host": host, "more": more}, only
		return c
	}
	for _, c := range []struct {
		a, b *Config
		want bool
	}{
		{with("one", ""), with("one", ""), true},
		{with("one", ""), with("two", ""), false},
		{with("one", ""), with("one", "", "s"), true},
		{with("one", ""), with("one", "", "other"), false},
		{with("one", `""`), with(`one"`, `"`), false},
	} {
		both := append(c.a.Requested(), c.b.Requested()...)
		slices.Sort(both)
		if got := len(slices.Compact(both)) < len(c.a.Requested())+len(c.b.Requested()); got != c.want {
			t.Errorf("%v and %v request the same: %t", c.a.Params, c.b.Params, got)
		}
		if c.a.Serial() {
			t.Error("there is no nonce")
		}
	}
}

// TestBlockOfADefinition checks the settings of a block other than its secrets.
func TestBlockOfADefinition(t *testing.T) {
	t.Parallel()
	d := must(t, "apis:\n  n:\n    url: https://example.com\n    auth: none\n    refresh_interval: 1.5h\n    sources:\n"+
		"      s:\n        list: {path: /e, method: POST, body: {a: b}}\n        get: {path: '/e/{id}'}\n        report: {id: id, status: status}\n        statuses: {ready: [r]}\n")
	if d.RefreshInterval != 90*time.Minute {
		t.Errorf("interval %s", d.RefreshInterval)
	}
	if posts := d.Posts(); !slices.Equal(posts, []string{"/e"}) {
		t.Errorf("posts %v", posts)
	}
	c := NewConfig(d)
	c.Types = []string{"fills"}
	if warnings := c.Warnings(); len(warnings) != 0 {
		t.Errorf("warnings %v", warnings)
	}
	secrets := providertest.Secrets(t, map[string]secret.Spec{})
	source := c.Sources(providertest.Deps(providertest.JSON(`[]`)), secrets, &providertest.Observer{})[0]
	if source.Name() != "s" || !slices.Equal(source.Types(), []string{"fills"}) {
		t.Errorf("source %s of %v", source.Name(), source.Types())
	}
	c.IDs = map[string][]string{"s": {"A"}}
	if warnings := c.Warnings(); len(warnings) != 1 {
		t.Errorf("warnings %v", warnings)
	}
	for _, wrong := range []string{"0s", "31d", "soon", "-1m", "[1m]"} {
		if _, problems := Parse([]byte(simpleList("none", "    refresh_interval: "+wrong+"\n"))); len(problems) != 1 || problems[0].Line != 6 {
			t.Errorf("%s: %v", wrong, problems)
		}
	}
}

// TestWhereAnIDMayStand checks that every get must contain the id, and that after_list
// requires a list.
func TestWhereAnIDMayStand(t *testing.T) {
	t.Parallel()
	for get, problems := range map[string]int{
		"{path: '/e/{id}'}":                                     0,
		"{path: /e, query: {q: '{id}'}}":                        0,
		"{path: /e, query: {q: [a, '{id}']}}":                   0,
		"{path: /e, method: POST, body: {q: '{id}'}}":           0,
		"{path: /e, method: POST, body: {q: {r: ['{id}']}}}":    0,
		"{path: /e, graphql: '{ e }', variables: {id: '{id}'}}": 0,
		"{path: /e}":                 1,
		"{path: /e, query: {q: id}}": 1,
		"{path: /e, method: POST, body: {q: {r: [a, 1]}}}":        1,
		"{path: '/e/{id}', after_list: all}":                      1,
		"{path: '/e/{id}', after_list: sometimes}":                2,
		"{path: /e, graphql: '{ e }', variables: {id: '{x}'}}":    1,
		"{path: /e, method: POST, body: {q: 'the {id} in text'}}": 1,
	} {
		_, got := Parse([]byte("apis:\n  n:\n    url: https://example.com\n    auth: none\n    sources:\n      s:\n        get: " + get +
			"\n        report: {status: status}\n        statuses: {ready: [r]}\n"))
		if len(got) != problems {
			t.Errorf("%s: %v, want %d problems", get, got, problems)
		}
	}
}

// TestValidateTellsAllAtOnce checks that a missing setting is reported once and does
// not hide other problems.
func TestValidateTellsAllAtOnce(t *testing.T) {
	t.Parallel()
	c := NewConfig(Presets()["jira"])
	var told []string
	for _, problem := range c.Validate() {
		told = append(told, problem.Setting+": "+problem.Problem)
	}
	equal(t, "told", told, []string{
		"params: site is missing",
		"ids: must name exports to watch, such as {tasks: [ID]}: jira has no list (sources: tasks)",
	})
	c.Params, c.Only = map[string]string{"site": "My_Site"}, []string{"task"}
	told = nil
	for _, problem := range c.Validate() {
		told = append(told, problem.Setting)
	}
	equal(t, "told", told, []string{"params", "sources"})
}
