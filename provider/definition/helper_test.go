package definition

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"export_status_exporter/provider"
	"export_status_exporter/provider/providertest"
	"export_status_exporter/secret"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// must parses one valid definition.
func must(tb testing.TB, text string) *Definition {
	tb.Helper()
	all, problems := Parse([]byte(text))
	if len(problems) > 0 {
		tb.Fatalf("problems %v of\n%s", problems, text)
	}
	for _, each := range all {
		return each
	}
	tb.Fatal("no definition")
	return nil
}

// listed returns a definition with a single source "s". The rest follows its list.
func listed(list, rest string) string {
	return "apis:\n  a:\n    url: https://api.test\n    auth: none\n    sources:\n      s:\n        list: " + list + "\n" + indent(rest, "        ")
}

func indent(text, by string) string {
	lines := strings.Split(strings.Trim(text, "\n"), "\n")
	for i := range lines {
		lines[i] = by + strings.TrimLeft(lines[i], "\t")
	}
	return strings.Join(lines, "\n") + "\n"
}

const simple = `
report: {id: id, status: status}
statuses: {queued: [q], processing: [p], ready: [r], failed: [f]}`

// rig is an account that uses a definition and a scripted API.
type rig struct {
	provider.Source
	api     *providertest.API
	seen    *providertest.Observer
	clock   *providertest.Clock
	config  *Config
	secrets *secret.Set
}

func newRig(tb testing.TB, d *Definition, change func(*Config), answers ...providertest.Answer) *rig {
	tb.Helper()
	c := NewConfig(d)
	if change != nil {
		change(c)
	}
	for _, name := range c.Definition.Params {
		if _, ok := c.Params[name]; !ok {
			tb.Fatalf("param %s", name)
		}
	}
	if problems := c.Validate(); len(problems) > 0 {
		tb.Fatal(problems)
	}
	r := &rig{api: providertest.Answers(answers...), seen: &providertest.Observer{}, clock: providertest.NewClock(providertest.Start()), config: c}
	r.secrets = providertest.Secrets(tb, c.Secrets())
	r.Source = c.Sources(providertest.DepsAt(r.api, r.clock), r.secrets, r.seen)[0]
	return r
}

// must fetches once and fails the test on an error.
func (r *rig) must(tb testing.TB) provider.Snapshot {
	tb.Helper()
	snapshot, failed := providertest.Fetch(tb, r)
	if failed != nil {
		tb.Fatal(failed.Reason, failed)
	}
	return snapshot
}

// fails fetches once and returns the failure.
func (r *rig) fails(tb testing.TB) *provider.Error {
	tb.Helper()
	_, failed := providertest.Fetch(tb, r)
	if failed == nil {
		tb.Fatal("no failure")
	}
	return failed
}

// urls returns the paths and queries requested so far.
func (r *rig) urls() []string {
	var all []string
	for _, each := range r.api.Asked() {
		all = append(all, strings.TrimPrefix(each.URL, "https://api.test"))
	}
	return all
}

func body(text string) providertest.Answer { return providertest.Answer{Body: text} }

func code(status int, text string) providertest.Answer {
	return providertest.Answer{Status: status, Body: text, Header: http.Header{}}
}

// told formats reports as id:status.
func told(snapshot provider.Snapshot) string {
	var all []string
	for i := range snapshot.Reports {
		all = append(all, fmt.Sprintf("%s:%s", snapshot.Reports[i].ID, snapshot.Reports[i].Status))
	}
	return strings.Join(all, " ")
}

func equal[T comparable](tb testing.TB, what string, got, want []T) {
	tb.Helper()
	if !slices.Equal(got, want) {
		tb.Errorf("%s:\n%v, want\n%v", what, got, want)
	}
}

// answersOf returns answers with status 200.
func answersOf(bodies []string) []providertest.Answer {
	var answers []providertest.Answer
	for _, each := range bodies {
		answers = append(answers, body(each))
	}
	return answers
}
