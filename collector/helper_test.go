package collector_test

import (
	"bytes"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/prometheus/common/expfmt"
	"go.uber.org/goleak"

	"export_status_exporter/account"
	"export_status_exporter/collector"
	"export_status_exporter/provider"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// noon is the time of every scrape: Unix time 1773576000.
var noon = time.Date(2026, 3, 15, 12, 0, 0, 0, time.UTC)

func before(d time.Duration) time.Time { return noon.Add(-d) }

// expect returns the expectations of an empty configuration.
func expect() *provider.Expect {
	return &provider.Expect{General: provider.Expectation{ReadyWithin: 4 * time.Hour, FetchBeforeExpiry: 24 * time.Hour}}
}

// literal returns a view of an account with the policy of an empty configuration.
func literal(kind, name string, sources ...account.SourceView) account.View {
	return account.View{
		Name: name, Provider: kind, Now: noon, Sources: sources,
		Policy: account.Policy{
			RefreshInterval: time.Minute, Timeout: 10 * time.Second, StaleAfter: time.Hour,
			MaxReports: 1000, MaxAge: 30 * 24 * time.Hour,
		},
		Expect: expect(),
	}
}

// up returns a source that was refreshed two seconds ago, in a quarter of a second.
func up(name string, types []string, snapshot provider.Snapshot) account.SourceView {
	return account.SourceView{
		Name: name, Past: &account.Past{Types: types}, Snapshot: &snapshot, Refreshed: true, Up: true,
		LastSuccess: before(2 * time.Second), Duration: 250 * time.Millisecond,
	}
}

// one returns a view of an account with one source that has the given reports.
func one(reports ...provider.Report) account.View {
	return literal("kraken", "treasury", up("trades", []string{"trades"}, provider.Snapshot{Reports: reports}))
}

// pedantic returns a registry of the views, without API counters, that makes all checks
// that a registry can make.
func pedantic(t *testing.T, views ...account.View) *prometheus.Registry {
	t.Helper()
	accounts := make([]collector.Account, len(views))
	for i, view := range views {
		accounts[i].View = view
	}
	return pedanticWith(t, accounts...)
}

func pedanticWith(t *testing.T, accounts ...collector.Account) *prometheus.Registry {
	t.Helper()
	registry := prometheus.NewPedanticRegistry()
	if err := registry.Register(collector.New(accounts)); err != nil {
		t.Fatalf("register: %v", err)
	}
	problems, err := testutil.GatherAndLint(registry)
	if err != nil {
		t.Fatalf("gather: %v", err)
	}
	for _, problem := range problems {
		t.Errorf("lint: %s: %s", problem.Metric, problem.Text)
	}
	return registry
}

// samples maps series, as written in the text format, to their values.
type samples map[string]float64

func gather(t *testing.T, from prometheus.Gatherer) samples {
	t.Helper()
	families, err := from.Gather()
	if err != nil {
		t.Fatalf("gather: %v", err)
	}
	var text bytes.Buffer
	for _, family := range families {
		if _, err := expfmt.MetricFamilyToText(&text, family); err != nil {
			t.Fatalf("format: %v", err)
		}
	}
	found := make(samples)
	for line := range strings.Lines(text.String()) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		cut := strings.LastIndexByte(strings.TrimSpace(line), ' ')
		value, err := strconv.ParseFloat(strings.TrimSpace(line[cut:]), 64)
		if err != nil {
			t.Fatalf("line %q: %v", line, err)
		}
		found[line[:cut]] = value
	}
	return found
}

// of returns the series of one metric, by the text between the braces.
func (s samples) of(name string) samples {
	found := make(samples)
	for series, value := range s {
		if bare, labels, ok := strings.Cut(series, "{"); ok && bare == name {
			found[strings.TrimSuffix(labels, "}")] = value
		} else if series == name {
			found[""] = value
		}
	}
	return found
}
