package collector

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"google.golang.org/protobuf/proto"

	"export_status_exporter/account"
	"export_status_exporter/collector/exposition"
	"export_status_exporter/provider"
)

// accepts returns the negotiated formats by Accept header, for Prometheus and people.
func accepts() map[string]expfmt.Format {
	all := make(map[string]expfmt.Format)
	for name, accept := range map[string]string{
		"text":        "text/plain;version=0.0.4",
		"openmetrics": "application/openmetrics-text;version=1.0.0",
		"protobuf":    "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
	} {
		all[name] = expfmt.NegotiateAccept(http.Header{"Accept": {accept}}, expfmt.DefaultOpenMetricsAcceptedFormats()...)
	}
	return all
}

// render writes a fleet in a negotiated format.
func render(w io.Writer, format expfmt.Format, fleet []Account) error {
	f := exposition.FormatOf(format)
	out, err := Render(f, fleet[0].View.Now, fleet, nil)
	if err != nil {
		return err
	}
	return out.Write(w)
}

// randomReport returns an arbitrary report, with hostile texts.
func randomReport(random *rand.Rand, i int, now time.Time) provider.Report {
	moment := func() time.Time {
		if random.IntN(3) == 0 {
			return time.Time{}
		}
		return now.Add(time.Duration(random.Int64N(int64(200*24*time.Hour))) - 100*24*time.Hour)
	}
	number := func() provider.Number {
		switch random.IntN(4) {
		case 0:
			return provider.Number{}
		case 1:
			return provider.Num(float64(random.IntN(3)))
		case 2:
			return provider.Num(math.Pow(10, float64(random.IntN(40)-10)))
		default:
			return provider.Num(random.Float64() * 1e6)
		}
	}
	words := []string{"trades", "a\"b", "back\\slash", "new\nline", "ünï", "", "fills"}
	return provider.Report{
		ID:              fmt.Sprintf("%s-%d", words[random.IntN(len(words))], i),
		Type:            words[random.IntN(2)],
		Format:          words[random.IntN(len(words))],
		Status:          provider.Statuses()[random.IntN(8)],
		ProviderStatus:  words[random.IntN(len(words))],
		ExpiryEndsReady: random.IntN(2) == 0,
		PendingDeletion: number(),
		Progress:        number(),
		Rows:            number(), ProcessedRows: number(), CostCredits: number(),
		Created: moment(), Started: moment(), Completed: moment(), Failed: moment(), Expires: moment(),
		DataStart: moment(), DataEnd: moment(), LastEntry: moment(),
	}
}

// randomFleet returns a fleet in an arbitrary state.
func randomFleet(random *rand.Rand, now time.Time) []Account {
	fleet := make([]Account, 0, 5)
	for i := range 1 + random.IntN(5) {
		view := account.View{
			Name: fmt.Sprintf("account-%d", i), Provider: []string{"kraken", "onlyfansapi"}[i%2], Now: now,
			Policy: account.Policy{Timeout: 10 * time.Second, MaxReports: 1 + random.IntN(30), MaxAge: 50 * 24 * time.Hour},
			Expect: randomExpect(random),
		}
		for j := range 1 + random.IntN(3) {
			source := account.SourceView{
				Name: fmt.Sprintf("source-%d", j), AnyType: random.IntN(2) == 0, Refreshed: random.IntN(3) > 0, Up: random.IntN(2) == 0,
				Duration: time.Duration(random.Int64N(1e10)),
				Past: &account.Past{
					Types:    []string{"a\"b", "trades"},
					Vanished: map[account.TypeStatus]float64{{Type: "trades", Status: provider.StatusReady}: float64(random.IntN(3))},
					DataEnd:  map[string]time.Time{"trades": now.Add(-time.Hour)},
				},
			}
			if random.IntN(4) == 0 {
				source.Failure = &provider.Error{Reason: provider.Reasons()[random.IntN(15)]}
				source.BackoffUntil = now.Add(time.Minute)
			}
			if random.IntN(5) > 0 {
				snapshot := &provider.Snapshot{Truncated: random.IntN(2) == 0}
				for k := range random.IntN(40) {
					snapshot.Reports = append(snapshot.Reports, randomReport(random, k, now))
				}
				if j == 0 {
					snapshot.Quota = provider.Quota{
						CreditsBalance: provider.Num(9500),
						RateLimits:     []provider.RateLimit{{Window: "minute", Max: provider.Num(60)}},
					}
				}
				source.Snapshot, source.LastSuccess = snapshot, now.Add(-time.Duration(random.Int64N(1e12)))
			}
			view.Sources = append(view.Sources, source)
		}
		api := NewCallCounters(prometheus.ObserverFunc(func(float64) {}))
		for range random.IntN(5) {
			api.Requested([]int{0, 200, 429, 777}[random.IntN(4)], time.Second)
			api.Failed(provider.Reasons()[random.IntN(15)])
			api.ClockSkew(time.Duration(random.Int64N(1e9)))
		}
		fleet = append(fleet, Account{View: view, Calls: api, Cache: &exposition.Cache{}})
	}
	return fleet
}

// TestRenderShowsWhatTheCollectorShows compares Render with a Collector in every
// format, for random fleets and over several scrapes.
func TestRenderShowsWhatTheCollectorShows(t *testing.T) {
	for seed := range uint64(12) {
		random := rand.New(rand.NewPCG(seed, 7))
		now := time.Date(2026, 3, 1, 12, 0, 0, 5e8, time.UTC)
		fleet := randomFleet(random, now)
		for range 4 {
			for name, format := range accepts() {
				compare(t, fmt.Sprintf("seed %d, %s", seed, name), fleet, format)
			}
			// Time passes, including expiries and limits, and some refreshes return
			// changes.
			now = now.Add(time.Duration(random.Int64N(int64(40 * 24 * time.Hour))))
			for i := range fleet {
				fleet[i].View.Now = now
				if random.IntN(3) == 0 {
					sources := slices.Clone(fleet[i].View.Sources)
					sources[0].Snapshot = &provider.Snapshot{Reports: []provider.Report{randomReport(random, 0, now)}}
					fleet[i].View.Sources = sources
				}
				if random.IntN(3) == 0 {
					fleet[i].Calls.Requested(500, time.Second)
				}
			}
		}
	}
}

func compare(t *testing.T, name string, fleet []Account, format expfmt.Format) {
	t.Helper()
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(New(fleet))
	want, err := registry.Gather()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	var reference, rendered bytes.Buffer
	encoder := expfmt.NewEncoder(&reference, format)
	for _, family := range want {
		if err := encoder.Encode(family); err != nil {
			t.Fatal(err)
		}
	}
	if closer, ok := encoder.(expfmt.Closer); ok {
		_ = closer.Close()
	}
	if err := render(&rendered, format, fleet); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if format.FormatType() == expfmt.TypeProtoDelim {
		a, b := decode(t, reference.Bytes(), format), decode(t, rendered.Bytes(), format)
		if !slices.EqualFunc(a, b, func(a, b *dto.MetricFamily) bool { return proto.Equal(a, b) }) {
			t.Fatalf("%s: collector %v, render %v", name, a, b)
		}
		return
	}
	// The texts have the same lines, but labels and lines may be in another order.
	if a, b := lines(reference.String()), lines(rendered.String()); !slices.Equal(a, b) {
		t.Fatalf("%s (-collector +render):\n%s", name, gocmp.Diff(a, b))
	}
	if format.FormatType() == expfmt.TypeTextPlain {
		parser := expfmt.NewTextParser(model.UTF8Validation)
		if _, err := parser.TextToMetricFamilies(&rendered); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	if format.FormatType() == expfmt.TypeOpenMetrics && !strings.HasSuffix(rendered.String(), "# EOF\n") {
		t.Fatalf("%s: no end", name)
	}
}

// lines returns the sorted lines of a text, with sorted labels.
func lines(text string) []string {
	var all []string
	for line := range strings.Lines(text) {
		open, end := strings.IndexByte(line, '{'), strings.LastIndexByte(line, '}')
		if line[0] != '#' && open > 0 {
			pairs := strings.SplitAfter(line[open+1:end]+",", `",`)
			slices.Sort(pairs)
			line = line[:open] + strings.Join(pairs, "") + line[end:]
		}
		all = append(all, line)
	}
	slices.Sort(all)
	return all
}

func decode(t *testing.T, content []byte, format expfmt.Format) []*dto.MetricFamily {
	t.Helper()
	decoder := expfmt.NewDecoder(bytes.NewReader(content), format)
	var families []*dto.MetricFamily
	for {
		family := &dto.MetricFamily{}
		if err := decoder.Decode(family); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		for _, metric := range family.GetMetric() {
			slices.SortFunc(metric.GetLabel(), func(a, b *dto.LabelPair) int { return cmp.Compare(a.GetName(), b.GetName()) })
		}
		slices.SortFunc(family.GetMetric(), func(a, b *dto.Metric) int {
			return slices.CompareFunc(a.GetLabel(), b.GetLabel(), func(a, b *dto.LabelPair) int { return cmp.Compare(a.GetValue(), b.GetValue()) })
		})
		families = append(families, family)
	}
	slices.SortFunc(families, func(a, b *dto.MetricFamily) int { return cmp.Compare(a.GetName(), b.GetName()) })
	return families
}

// TestRenderReusesBytes checks that an unchanged account is not rendered again.
func TestRenderReusesBytes(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	fleet := randomFleet(rand.New(rand.NewPCG(3, 3)), now)
	for name, part := range map[string]exposition.Part{"exports": fleet[0].exports(), "state": fleet[0].state()} {
		from, _ := part.Write(make(recorder))
		if !part.Same(from) {
			t.Errorf("%s: what did not change is rendered again", name)
		}
		fleet[0].Calls.Failed(provider.ReasonAuth)
		if part.Same(from) != (name == "exports") {
			t.Errorf("%s: after a call that failed, the same: %v", name, part.Same(from))
		}
	}
}

// TestScrapeAllocationsDoNotGrow checks that the allocations of a scrape of unchanged
// snapshots do not depend on the number of reports.
func TestScrapeAllocationsDoNotGrow(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	measure := func(reports int, format expfmt.Format) float64 {
		fleet := []Account{plainAccount("one", reports, now)}
		return testing.AllocsPerRun(20, func() {
			if err := render(io.Discard, format, fleet); err != nil {
				t.Fatal(err)
			}
		})
	}
	for name, format := range accepts() {
		if few, many := measure(10, format), measure(3000, format); many > few+2 {
			t.Errorf("%s: %v allocations for 10 reports, %v for 3000", name, few, many)
		}
	}
}
