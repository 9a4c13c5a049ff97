package krakenfutures

import (
	"testing"

	"go.uber.org/goleak"

	"export_status_exporter/provider"
	"export_status_exporter/provider/providertest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// rig is one source of an account, asking an API of answers.
type rig struct {
	provider.Source
	api    *providertest.API
	seen   *providertest.Observer
	config *Config
}

// newRig returns the source of that name: a stream among all streams, or
// accounts or api_key alone.
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

// fetch asks once and returns what came.
func (r rig) fetch(tb testing.TB) (provider.Snapshot, *provider.Error) {
	tb.Helper()
	return providertest.Fetch(tb, r)
}

// body is an answer with status 200.
func body(text string) providertest.Answer { return providertest.Answer{Body: text} }
