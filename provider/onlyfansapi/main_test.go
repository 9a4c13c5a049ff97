package onlyfansapi

import (
	"net/http"
	"net/url"
	"testing"

	"go.uber.org/goleak"

	"export_status_exporter/provider"
	"export_status_exporter/provider/providertest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const fixture = "testdata/onlyfansapi_data_export.json"

// rig is the source of a team with a scripted API.
type rig struct {
	provider.Source
	api    *providertest.API
	seen   *providertest.Observer
	config *Config
}

func newRig(tb testing.TB, change func(*Config), answers ...providertest.Answer) rig {
	tb.Helper()
	c := DefaultConfig()
	c.Token = providertest.Ref("")
	if change != nil {
		change(c)
	}
	r := rig{api: providertest.Answers(answers...), seen: &providertest.Observer{}, config: c}
	r.Source = c.Sources(providertest.Deps(r.api), providertest.Secrets(tb, c.Secrets()), r.seen)[0]
	return r
}

// fetch fetches once and returns the result.
func (r rig) fetch(tb testing.TB) (provider.Snapshot, *provider.Error) {
	tb.Helper()
	return providertest.Fetch(tb, r)
}

// must fetches once and fails the test on an error.
func (r rig) must(tb testing.TB) provider.Snapshot {
	tb.Helper()
	snapshot, failed := r.fetch(tb)
	if failed != nil {
		tb.Fatal(failed)
	}
	return snapshot
}

// pages returns the page parameters of the list calls so far, and checks the other
// parameters.
func (r rig) pages(tb testing.TB) []string {
	tb.Helper()
	var all []string
	for _, asked := range r.api.Asked() {
		u, err := url.Parse(asked.URL)
		if err != nil || asked.Method != http.MethodGet || u.Path != "/api/data-exports" || asked.Body != "" {
			tb.Fatalf("asked %s %s: %v", asked.Method, asked.URL, err)
		}
		q := u.Query()
		if len(q) != 3 || q.Get("per_page") != "100" || q.Get("download_url_expires_in") != "1" {
			tb.Errorf("query %s", u.RawQuery)
		}
		all = append(all, q.Get("page"))
	}
	return all
}

// body returns an answer with status 200.
func body(text string) providertest.Answer { return providertest.Answer{Body: text} }

// only requests explicit ids.
func only(ids ...string) func(*Config) { return func(c *Config) { c.ExportIDs = ids } }

// idsOf returns the ids of a snapshot in order.
func idsOf(snapshot provider.Snapshot) []string {
	var ids []string
	for _, r := range snapshot.Reports {
		ids = append(ids, r.ID)
	}
	return ids
}
