package krakenfutures

import (
	"testing"

	"go.uber.org/goleak"

	"export_status_exporter/provider"
	"export_status_exporter/provider/providertest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// rig is one source of an account with a scripted API.
type rig struct {
	provider.Source
	api    *providertest.API
	seen   *providertest.Observer
	config *Config
}

// newRig returns the source with the given name: one stream of an account with all
// streams, or accounts or api_key of an account without streams.
func newRig(tb testing.TB, name string, answers ...providertest.Answer) rig {
	tb.Helper()
	c := DefaultConfig()
	c.APIKey, c.APISecret, c.Streams = providertest.Ref(""), providertest.Ref(""), streamNames()
	if name == "accounts" || name == "api_key" {
		c.Streams, c.Accounts, c.CheckKey = nil, name == "accounts", name == "api_key"
	}
	r := rig{api: providertest.Answers(answers...), seen: &providertest.Observer{}, config: c}
	for _, source := range c.Sources(providertest.Deps(r.api), providertest.Secrets(tb, c.Secrets()), r.seen) {
		if source.Name() == name {
			r.Source = source
			return r
		}
	}
	tb.Fatalf("no source %s", name)
	return r
}

// fetch fetches once and returns the result.
func (r rig) fetch(tb testing.TB) (provider.Snapshot, *provider.Error) {
	tb.Helper()
	return providertest.Fetch(tb, r)
}

// body returns an answer with status 200.
func body(text string) providertest.Answer { return providertest.Answer{Body: text} }
