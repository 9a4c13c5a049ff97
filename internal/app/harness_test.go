package app_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"go.uber.org/goleak"

	"export_status_exporter/internal/app"
	"export_status_exporter/internal/fleet"
	"export_status_exporter/internal/sandbox"
	"export_status_exporter/provider/providertest"
)

func TestMain(m *testing.M) {
	// The slow faults wait for a timeout, most of the others for a socket.
	flag.Parse()
	if err := flag.Set("test.parallel", "8"); err != nil {
		panic(err) // every test binary has it
	}
	goleak.VerifyTestMain(m)
}

// logBuffer is a log that can be read while it is written.
type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// rig is the whole program on port 0 against the sandbox.
type rig struct {
	t       *testing.T
	clock   *providertest.Clock
	sandbox *sandbox.Sandbox
	log     *logBuffer
	file    string
	options app.Options
	app     *app.App
	client  *http.Client
}

// newRig starts the sandbox only, with Stripe and what else is defined; add
// accounts to it, write a configuration, then start.
func newRig(t *testing.T, apis ...sandbox.API) *rig {
	t.Helper()
	r := &rig{
		t:     t,
		clock: providertest.NewClock(providertest.Start()),
		log:   &logBuffer{},
		file:  filepath.Join(t.TempDir(), "config.yml"),
	}
	transport := &http.Transport{DisableCompression: true} // TestPackedAnswers looks at it
	r.client = &http.Client{Transport: transport}
	r.sandbox = sandbox.New(sandbox.Options{Now: r.clock.Now})
	for _, each := range append(apis, sandbox.StripeAPI()) {
		r.sandbox.Define(each)
	}
	if err := r.sandbox.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.sandbox.Close(); err != nil {
			t.Error(err)
		}
	})
	loggers, err := app.NewLoggers(r.log, "debug", "logfmt", r.clock.Now)
	if err != nil {
		t.Fatal(err)
	}
	r.options = app.Options{
		ConfigFile:    r.file,
		Web:           app.Loopback(),
		TimeoutOffset: 500 * time.Millisecond,
		MaxRequests:   40,
		Loggers:       loggers,
		Version:       "test",
		Settings: fleet.Settings{
			MaxRefreshes: 128,
			Now:          r.clock.Now,
			Rand:         func() float64 { return 0 },
			Sleep:        func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
		},
	}
	return r
}

// providers are those in code, and one that is asked by an API definition.
func providers() []sandbox.Provider { return append(sandbox.Providers(), sandbox.Stripe) }

// write makes the configuration file.
func (r *rig) write(lines ...string) {
	r.t.Helper()
	if err := os.WriteFile(r.file, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		r.t.Fatal(err)
	}
}

// prepend adds lines at the top of the configuration file.
func (r *rig) prepend(lines ...string) {
	r.t.Helper()
	content, err := os.ReadFile(r.file)
	if err != nil {
		r.t.Fatal(err)
	}
	r.write(append(lines, string(content))...)
}

// start runs the program until the test ends.
func (r *rig) start() {
	r.t.Helper()
	app, err := app.New(r.options)
	if err != nil {
		r.t.Fatal(err)
	}
	r.app = app
	r.t.Cleanup(func() {
		r.client.CloseIdleConnections()
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := app.Stop(ctx); err != nil {
			r.t.Errorf("stop: %v", err)
		}
	})
	if err := app.Listen(); err != nil {
		r.t.Fatal(err)
	}
	app.Serve()
}

// request sends one request and returns the whole answer.
func (r *rig) request(method, path string, header http.Header) (status int, body string) {
	r.t.Helper()
	request, err := http.NewRequestWithContext(r.t.Context(), method, "http://"+r.app.Addr()+path, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	maps.Copy(request.Header, header)
	answer, err := r.client.Do(request)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return answer.StatusCode, string(content)
}

// scrape asks /metrics, which must answer 200 whatever happens. Its deadline is
// far beyond every timeout of the providers.
func (r *rig) scrape() samples {
	r.t.Helper()
	status, body := r.request(http.MethodGet, "/metrics", http.Header{"X-Prometheus-Scrape-Timeout-Seconds": {"240"}})
	if status != http.StatusOK {
		r.t.Fatalf("scrape answered %d: %s", status, body)
	}
	return parse(r.t, body)
}

// samples are the values of an exposition by metric and labels.
type samples map[string]float64

func parse(t *testing.T, body string) samples {
	t.Helper()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(body))
	if err != nil {
		t.Fatalf("not an exposition: %v", err)
	}
	all := samples{}
	for name, family := range families {
		for _, metric := range family.GetMetric() {
			key := name + labels(metric)
			switch family.GetType() {
			case dto.MetricType_COUNTER:
				all[key] = metric.GetCounter().GetValue()
			case dto.MetricType_GAUGE:
				all[key] = metric.GetGauge().GetValue()
			case dto.MetricType_HISTOGRAM:
				all[key] = float64(metric.GetHistogram().GetSampleCount())
			default:
				all[key] = metric.GetUntyped().GetValue()
			}
		}
	}
	return all
}

func labels(metric *dto.Metric) string {
	parts := make([]string, 0, len(metric.GetLabel()))
	for _, pair := range metric.GetLabel() {
		parts = append(parts, fmt.Sprintf("%s=%q", pair.GetName(), pair.GetValue()))
	}
	slices.Sort(parts)
	if len(parts) == 0 {
		return ""
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// with returns the keys of the samples that hold every part.
func (s samples) with(parts ...string) []string {
	var found []string
	for key := range s {
		if !slices.ContainsFunc(parts, func(part string) bool { return !strings.Contains(key, part) }) {
			found = append(found, key)
		}
	}
	slices.Sort(found)
	return found
}

// want fails unless the sample is there and has the value.
func (s samples) want(t *testing.T, key string, value float64) {
	t.Helper()
	got, ok := s[key]
	switch {
	case !ok:
		t.Errorf("missing %s", key)
	case got != value:
		t.Errorf("%s = %v, want %v", key, got, value)
	}
}

// reasons are the reasons that a source's failing is shown with.
func (s samples) reasons(account, source string) []string {
	var found []string
	for _, key := range s.with("export_source_failing{", fmt.Sprintf("account=%q", account), fmt.Sprintf("source=%q", source)) {
		_, rest, _ := strings.Cut(key, `reason="`)
		reason, _, _ := strings.Cut(rest, `"`)
		found = append(found, reason)
	}
	return found
}

// account is the configuration of one sandbox account, in one line per
// setting, with its secrets in the file.
func (r *rig) account(a *sandbox.Account, settings ...string) string {
	c := a.Credentials()
	return r.accountWith(a, c, settings...)
}

func (*rig) accountWith(a *sandbox.Account, c sandbox.Credentials, settings ...string) string {
	return strings.TrimSuffix(a.Block(c, "", settings...), "\n")
}
