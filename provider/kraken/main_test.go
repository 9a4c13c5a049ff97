package kraken

import (
	"testing"

	"go.uber.org/goleak"

	"export_status_exporter/provider"
	"export_status_exporter/provider/providertest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// config returns a valid block for the given kinds of report, with random secrets.
func config(kinds ...string) *Config {
	c := DefaultConfig()
	c.APIKey, c.APISecret = providertest.Ref(""), providertest.Ref("")
	if len(kinds) > 0 {
		c.Reports = kinds
	}
	return c
}

// rig is the source of one kind of report with a scripted API.
type rig struct {
	provider.Source
	api    *providertest.API
	clock  *providertest.Clock
	seen   *providertest.Observer
	config *Config
}

func newRig(tb testing.TB, kind string, api *providertest.API) rig {
	tb.Helper()
	r := rig{
		api: api, clock: providertest.NewClock(providertest.Start()),
		seen: &providertest.Observer{}, config: config(kind),
	}
	r.Source = r.config.Sources(
		providertest.DepsAt(api, r.clock), providertest.Secrets(tb, r.config.Secrets()), r.seen,
	)[0]
	return r
}

// fetch fetches trades once and returns the result.
func fetch(tb testing.TB, answers ...providertest.Answer) (provider.Snapshot, *provider.Error) {
	tb.Helper()
	r := newRig(tb, "trades", providertest.Answers(answers...))
	return providertest.Fetch(tb, r)
}

// one fetches a list with one report and returns the report.
func one(tb testing.TB, report string) provider.Report {
	tb.Helper()
	snapshot, failed := fetch(tb, providertest.Answer{Body: `{"error":[],"result":[` + report + `]}`})
	if failed != nil {
		tb.Fatalf("%s: %v", report, failed)
	}
	if len(snapshot.Reports) != 1 {
		tb.Fatalf("%s: %d reports", report, len(snapshot.Reports))
	}
	return snapshot.Reports[0]
}
