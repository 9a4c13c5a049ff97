package coinbase

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"export_status_exporter/provider"
	"export_status_exporter/provider/providertest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// rig is an account's source with a scripted API.
type rig struct {
	provider.Source
	api    *providertest.API
	clock  *providertest.Clock
	seen   *providertest.Observer
	config *Config
}

func newRig(tb testing.TB, change func(*Config), answers ...providertest.Answer) rig {
	tb.Helper()
	c := DefaultConfig()
	c.APIKey, c.APISecret, c.Passphrase = providertest.Ref(""), providertest.Ref(""), providertest.Ref("")
	if change != nil {
		change(c)
	}
	r := rig{
		api: providertest.Answers(answers...), clock: providertest.NewClock(providertest.Start()),
		seen: &providertest.Observer{}, config: c,
	}
	r.Source = c.Sources(providertest.DepsAt(r.api, r.clock), providertest.Secrets(tb, c.Secrets()), r.seen)[0]
	return r
}

// fetch fetches once and returns the result.
func (r rig) fetch(tb testing.TB) (provider.Snapshot, *provider.Error) {
	tb.Helper()
	return providertest.Fetch(tb, r)
}

// queries returns the queries of the list calls so far.
func (r rig) queries(tb testing.TB) []string {
	tb.Helper()
	var all []string
	for _, asked := range r.api.Asked() {
		u, err := url.Parse(asked.URL)
		if err != nil || u.Path != "/reports" || asked.Method != http.MethodGet || asked.Body != "" {
			tb.Fatalf("asked %s %s: %v", asked.Method, asked.URL, err)
		}
		all = append(all, u.RawQuery)
	}
	return all
}

// page returns a list of ids with the cursor of the next page.
func page(after string, ids ...string) providertest.Answer {
	var items []string
	for _, id := range ids {
		items = append(items, `{"id":"`+id+`","status":"pending"}`)
	}
	answer := providertest.Answer{Header: http.Header{}, Body: "[" + strings.Join(items, ",") + "]"}
	if after != "" {
		answer.Header.Set("CB-AFTER", after)
	}
	return answer
}

// idsOf returns the ids of a snapshot in order.
func idsOf(snapshot provider.Snapshot) []string {
	var ids []string
	for _, r := range snapshot.Reports {
		ids = append(ids, r.ID)
	}
	return ids
}
