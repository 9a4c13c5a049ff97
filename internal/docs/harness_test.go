package main

import (
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"go.uber.org/goleak"

	"export_status_exporter/internal/app"
	"export_status_exporter/internal/docs/markdown"
	"export_status_exporter/internal/fleet"
	"export_status_exporter/internal/sandbox"
	"export_status_exporter/provider/providertest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// top returns the root folder of the module.
func top(t *testing.T) string {
	t.Helper()
	folder, err := root()
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

// read returns the content of a file of the module.
func read(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(top(t), filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// page parses a page of the module.
func page(t *testing.T, name string) markdown.Document {
	t.Helper()
	return markdown.Parse(read(t, name))
}

// program is the complete exporter on port 0, with the demo's accounts.
type program struct {
	t       *testing.T
	clock   *providertest.Clock
	sandbox *sandbox.Sandbox
	app     *app.App
	client  *http.Client
}

// demo starts the exporter with the demo's configuration, but without --demo, so that a
// test can modify the providers.
func demo(t *testing.T) *program {
	t.Helper()
	p := &program{t: t, clock: providertest.NewClock(providertest.Start()), client: &http.Client{Transport: &http.Transport{}}}
	p.sandbox = sandbox.New(sandbox.Options{Now: p.clock.Now})
	p.sandbox.SeedDemo()
	p.sandbox.AddAccount(sandbox.CoinbaseExchange, sandbox.RefusedAccount).ClearFault() // no failing account
	if err := p.sandbox.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.sandbox.Close(); err != nil {
			t.Errorf("closing the providers: %v", err)
		}
	})
	file := filepath.Join(t.TempDir(), "demo.yml")
	if err := os.WriteFile(file, p.sandbox.DemoConfig(), 0o600); err != nil {
		t.Fatal(err)
	}
	loggers, err := app.NewLoggers(io.Discard, "error", "logfmt", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	p.app, err = app.New(app.Options{
		ConfigFile: file, Loggers: loggers, Version: "test", MaxRequests: 10,
		Settings: fleet.Settings{
			MaxRefreshes: 100, Now: p.clock.Now, Rand: func() float64 { return 0.5 },
			Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.client.CloseIdleConnections()
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := p.app.Stop(ctx); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	if err := p.app.Listen(); err != nil {
		t.Fatal(err)
	}
	p.app.Serve()
	return p
}

// get returns the body of a path.
func (p *program) get(path string) string {
	p.t.Helper()
	request, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, "http://"+p.app.Addr()+path, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	answer, err := p.client.Do(request)
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		p.t.Fatalf("%s: %s, %v", path, answer.Status, err)
	}
	return string(body)
}

// scrape returns the metrics of a path by name.
func (p *program) scrape(path string) map[string]*dto.MetricFamily {
	p.t.Helper()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(p.get(path)))
	if err != nil {
		p.t.Fatal(err)
	}
	return families
}

// fail makes every provider answer with the given status from now on.
func (p *program) fail(status int) {
	for _, each := range sandbox.Providers() {
		p.sandbox.SetFault(each, sandbox.Fault{Kind: sandbox.FaultStatus, Status: status})
	}
}
