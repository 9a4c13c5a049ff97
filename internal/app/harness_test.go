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

// Rig is the whole program on port 0 against the sandbox.
type Rig struct {
	t       *testing.T
	Clock   *providertest.Clock
	Sandbox *sandbox.Sandbox
	Log     *logBuffer
	File    string
	Options app.Options
	App     *app.App
	Client  *http.Client
}

// New starts the sandbox only, with Stripe and what else is defined; add
// accounts to it, write a configuration, then start.
func New(t *testing.T, apis ...sandbox.API) *Rig {
	t.Helper()
	r := &Rig{
		t:     t,
		Clock: providertest.NewClock(providertest.Start()),
		Log:   &logBuffer{},
		File:  filepath.Join(t.TempDir(), "config.yml"),
	}
	transport := &http.Transport{DisableCompression: true} // TestPackedAnswers looks at it
	r.Client = &http.Client{Transport: transport}
	r.Sandbox = sandbox.New(sandbox.Options{Now: r.Clock.Now})
	for _, each := range append(apis, sandbox.StripeAPI()) {
		r.Sandbox.Define(each)
	}
	if err := r.Sandbox.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Sandbox.Close(); err != nil {
			t.Error(err)
		}
	})
	loggers, err := app.NewLoggers(r.Log, "debug", "logfmt", r.Clock.Now)
	if err != nil {
		t.Fatal(err)
	}
	r.Options = app.Options{
		ConfigFile:    r.File,
		Web:           app.Loopback(),
		TimeoutOffset: 500 * time.Millisecond,
		MaxRequests:   40,
		MaxRefreshes:  128,
		Loggers:       loggers,
		Version:       "test",
		Now:           r.Clock.Now,
		Rand:          func() float64 { return 0 },
		Sleep:         func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	}
	return r
}

// Providers are those in code, and one that is asked by an API definition.
func Providers() []sandbox.Provider { return append(sandbox.Providers(), sandbox.Stripe) }

// Write makes the configuration file.
func (r *Rig) Write(lines ...string) {
	r.t.Helper()
	if err := os.WriteFile(r.File, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		r.t.Fatal(err)
	}
}

// Prepend adds lines at the top of the configuration file.
func (r *Rig) Prepend(lines ...string) {
	r.t.Helper()
	content, err := os.ReadFile(r.File)
	if err != nil {
		r.t.Fatal(err)
	}
	r.Write(append(lines, string(content))...)
}

// Start runs the program until the test ends.
func (r *Rig) Start() {
	r.t.Helper()
	app, err := app.New(r.Options)
	if err != nil {
		r.t.Fatal(err)
	}
	r.App = app
	r.t.Cleanup(func() {
		r.Client.CloseIdleConnections()
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

// Request sends one Request and returns the whole answer.
func (r *Rig) Request(method, path string, header http.Header) (status int, body string) {
	r.t.Helper()
	request, err := http.NewRequestWithContext(r.t.Context(), method, "http://"+r.App.Addr()+path, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	maps.Copy(request.Header, header)
	answer, err := r.Client.Do(request)
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

// Scrape asks /metrics, which must answer 200 whatever happens. Its deadline is
// far beyond every timeout of the providers.
func (r *Rig) Scrape() Samples {
	r.t.Helper()
	status, body := r.Request(http.MethodGet, "/metrics", http.Header{"X-Prometheus-Scrape-Timeout-Seconds": {"240"}})
	if status != http.StatusOK {
		r.t.Fatalf("scrape answered %d: %s", status, body)
	}
	return Parse(r.t, body)
}

// Samples are the values of an exposition by metric and labels.
type Samples map[string]float64

func Parse(t *testing.T, body string) Samples {
	t.Helper()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(body))
	if err != nil {
		t.Fatalf("not an exposition: %v", err)
	}
	all := Samples{}
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

// With returns the keys of the samples that hold every part.
func (s Samples) With(parts ...string) []string {
	var found []string
	for key := range s {
		if !slices.ContainsFunc(parts, func(part string) bool { return !strings.Contains(key, part) }) {
			found = append(found, key)
		}
	}
	slices.Sort(found)
	return found
}

// Want fails unless the sample is there and has the value.
func (s Samples) Want(t *testing.T, key string, value float64) {
	t.Helper()
	got, ok := s[key]
	switch {
	case !ok:
		t.Errorf("missing %s", key)
	case got != value:
		t.Errorf("%s = %v, want %v", key, got, value)
	}
}

// Reasons are the Reasons that a source's failing is shown with.
func (s Samples) Reasons(account, source string) []string {
	var found []string
	for _, key := range s.With("export_source_failing{", fmt.Sprintf("account=%q", account), fmt.Sprintf("source=%q", source)) {
		_, rest, _ := strings.Cut(key, `reason="`)
		reason, _, _ := strings.Cut(rest, `"`)
		found = append(found, reason)
	}
	return found
}

// Account is the configuration of one sandbox Account, in one line per
// setting, with its secrets in the file.
func (r *Rig) Account(a *sandbox.Account, settings ...string) string {
	c := a.Credentials()
	return r.AccountWith(a, c, settings...)
}

func (*Rig) AccountWith(a *sandbox.Account, c sandbox.Credentials, settings ...string) string {
	return strings.TrimSuffix(a.Block(c, "", settings...), "\n")
}
