package collector_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"export_status_exporter/account"
	"export_status_exporter/collector"
	"export_status_exporter/provider"
)

// TestTable checks the rules for all metrics.
func TestTable(t *testing.T) {
	name := regexp.MustCompile(`^export_[a-z]+(_[a-z]+)*$`)
	label := regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`)
	seen := make(map[string]bool)
	for _, m := range collector.Table() {
		t.Run(m.Name, func(t *testing.T) {
			if !name.MatchString(m.Name) {
				t.Error("is not a name of the house")
			}
			if seen[m.Name] {
				t.Error("stands in the table twice")
			}
			seen[m.Name] = true
			if counts := strings.HasSuffix(m.Name, "_total"); counts != (m.Kind == collector.Counter) {
				t.Errorf("is a %s", m.Kind)
			}
			if info := strings.HasSuffix(m.Name, "_info"); info && m.Kind != collector.Gauge {
				t.Errorf("is a %s", m.Kind)
			}
			if bare := strings.TrimSuffix(m.Name, "_total"); m.Unit != "" && !strings.HasSuffix(bare, "_"+m.Unit) && !strings.Contains(bare, "_"+m.Unit+"_") {
				t.Errorf("its name does not tell its unit %q", m.Unit)
			}
			for _, unit := range []string{"seconds", "ratio", "credits"} {
				if strings.HasSuffix(m.Name, "_"+unit) && m.Unit != unit {
					t.Errorf("unit %q, want %q", m.Unit, unit)
				}
			}
			if !strings.HasSuffix(m.Help, ".") || strings.Contains(m.Help, "\n") || m.Help[:1] != strings.ToUpper(m.Help[:1]) {
				t.Errorf("help %q is not a sentence on one line", m.Help)
			}
			for i, each := range m.Labels {
				if !label.MatchString(each) || slices.Contains(m.Labels[:i], each) {
					t.Errorf("labels %v", m.Labels)
				}
			}
			identity := map[collector.Scope][]string{
				collector.PerReport:  {"provider", "account", "source", "report_id"},
				collector.PerAccount: {"provider", "account"},
			}[m.Scope]
			if m.Presence == "" {
				t.Error("does not say when it is there")
			}
			if age := m.Name == "export_age_seconds"; age != m.Aged {
				t.Errorf("differs at every scrape: %v", m.Aged)
			}
			if len(m.Labels) < len(identity) || !slices.Equal(m.Labels[:len(identity)], identity) {
				t.Errorf("labels %v, want %v first", m.Labels, identity)
			}
			if m.Scope == collector.PerProcess && slices.Contains(m.Labels, "account") {
				t.Errorf("is about the process, with labels %v", m.Labels)
			}
		})
	}
}

// lookup returns the metric of the table with the given name.
func lookup(name string) (collector.Metric, bool) {
	table := collector.Table()
	at := slices.IndexFunc(table, func(m collector.Metric) bool { return m.Name == name })
	if at < 0 {
		return collector.Metric{}, false
	}
	return table[at], true
}

// everything returns an account in which every metric of a report and an account has a
// sample.
func everything() collector.Account {
	full := provider.Report{
		ID: "full", Type: "trades", Format: "csv", ProviderStatus: "resting", Progress: provider.Num(0.5), PendingDeletion: provider.Num(1),
		Rows: provider.Num(10), ProcessedRows: provider.Num(5), CostCredits: provider.Num(2),
		FailedItems: provider.Num(3), SizeBytes: provider.Num(4096),
		Created: before(9 * time.Hour), Started: before(8 * time.Hour), Completed: before(7 * time.Hour), Failed: before(6 * time.Hour),
		Expires: before(5 * time.Hour), DataStart: before(4 * time.Hour), DataEnd: before(3 * time.Hour), LastEntry: before(2 * time.Hour),
	}
	queued := provider.Report{ID: "queued", Type: "trades", Status: provider.StatusQueued, Created: before(time.Hour)}
	ready := provider.Report{ID: "ready", Type: "trades", Status: provider.StatusReady, Created: before(time.Hour), Completed: before(time.Minute)}
	undated := provider.Report{ID: "undated", Type: "trades", Status: provider.StatusReady, FirstSeen: before(8 * time.Hour)}
	source := up("trades", []string{"trades"}, provider.Snapshot{
		Reports:    []provider.Report{full, queued, ready, undated},
		Unreadable: provider.Unreadable{provider.FieldExpires: 2},
		KeyExpires: noon.Add(30 * 24 * time.Hour),
		Quota: provider.Quota{
			CreditsBalance: provider.Num(7),
			RateLimits:     []provider.RateLimit{{Window: "minute", Max: provider.Num(60), Remaining: provider.Num(59)}},
		},
	})
	source.Up, source.Failure, source.BackoffUntil = false, &provider.Error{Reason: provider.ReasonTimeout}, noon.Add(time.Minute)
	source.DataEnd = map[string]time.Time{"trades": before(3 * time.Hour)}
	api := collector.NewCallCounters(prometheus.ObserverFunc(func(float64) {}))
	api.Requested(200, time.Second)
	api.ClockSkew(time.Second)
	view := literal("kraken", "treasury", source)
	day := 24 * time.Hour
	view.Expect = view.Expect.With(provider.Override{DataWithin: &day}, map[provider.TypeKey]provider.NamedOverride{
		provider.ParseTypeKey("to_come"): {Key: "to_come"},
	})
	return collector.Account{View: view, Calls: api}
}

// TestEveryMetricIsShown checks that each entry of the table about reports and accounts
// has a sample with the table's type, help and labels, and that nothing else is shown.
func TestEveryMetricIsShown(t *testing.T) {
	families, err := pedanticWith(t, everything()).Gather()
	if err != nil {
		t.Fatal(err)
	}
	shown := make(map[string]bool)
	for _, family := range families {
		want, ok := lookup(family.GetName())
		if !ok || want.Scope == collector.PerProcess {
			t.Errorf("%s is shown, and is not a metric of accounts in the table", family.GetName())
			continue
		}
		shown[want.Name] = true
		if got := strings.ToLower(family.GetType().String()); got != string(want.Kind) || family.GetHelp() != want.Help {
			t.Errorf("%s is shown as %s, %q", want.Name, got, family.GetHelp())
		}
		labels := slices.Sorted(slices.Values(want.Labels))
		for _, metric := range family.GetMetric() {
			var got []string
			for _, pair := range metric.GetLabel() {
				got = append(got, pair.GetName())
			}
			if !slices.Equal(got, labels) {
				t.Errorf("%s has labels %v, want %v", want.Name, got, labels)
			}
		}
	}
	for _, want := range collector.Table() {
		if want.Scope != collector.PerProcess && !shown[want.Name] {
			t.Errorf("%s is not shown", want.Name)
		}
	}
}

// TestLabelsAreInTheirPlaces checks that each label has its own value.
func TestLabelsAreInTheirPlaces(t *testing.T) {
	all := everything()
	view := &all.View
	view.Expect = expect()
	view.Provider, view.Name = "is-provider", "is-account"
	source := &view.Sources[0]
	source.Name, source.Types = "is-source", []string{"is-type"}
	source.DataEnd = map[string]time.Time{"is-type": noon}
	source.Vanished = map[account.TypeStatus]float64{{Type: "is-type", Status: provider.StatusReady}: 1}
	for i := range source.Snapshot.Reports {
		r := &source.Snapshot.Reports[i]
		r.ID, r.Type, r.Format = "is-report_id-"+r.ID, "is-type", "is-format"
	}
	source.Snapshot.Reports[0].ProviderStatus = "is-provider_status"
	source.Snapshot.Quota.RateLimits[0].Window = "is-window"
	source.Failure.Reason = "is-reason"
	families, err := pedanticWith(t, all).Gather()
	if err != nil {
		t.Fatal(err)
	}
	named := []string{"provider", "account", "source", "type", "report_id", "format", "provider_status", "window"}
	for _, family := range families {
		for _, metric := range family.GetMetric() {
			for _, pair := range metric.GetLabel() {
				if slices.Contains(named, pair.GetName()) != strings.HasPrefix(pair.GetValue(), "is-") && pair.GetName() != "reason" {
					t.Errorf("%s: %s = %q", family.GetName(), pair.GetName(), pair.GetValue())
				}
				if strings.HasPrefix(pair.GetValue(), "is-") && !strings.HasPrefix(pair.GetValue(), "is-"+pair.GetName()) {
					t.Errorf("%s: %s = %q", family.GetName(), pair.GetName(), pair.GetValue())
				}
			}
		}
	}
}

// TestDescribe checks that Describe sends the table without the process metrics, in
// order.
func TestDescribe(t *testing.T) {
	descriptions := make(chan *prometheus.Desc, 100)
	collector.New(nil).Describe(descriptions)
	close(descriptions)
	var want []string
	for _, m := range collector.Table() {
		if m.Scope != collector.PerProcess {
			want = append(want, prometheus.NewDesc(m.Name, m.Help, m.Labels, nil).String())
		}
	}
	var got []string
	for desc := range descriptions {
		got = append(got, desc.String())
	}
	if !slices.Equal(got, want) {
		t.Errorf("described\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestNoAccounts checks that an exporter without accounts shows nothing and does not
// fail.
func TestNoAccounts(t *testing.T) {
	if got := gather(t, pedantic(t)); len(got) != 0 {
		t.Errorf("shown: %v", got)
	}
}
