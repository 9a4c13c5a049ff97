//go:build browser

package browser_test

import (
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"export_status_exporter/internal/app"
	"export_status_exporter/internal/fleet"
	"export_status_exporter/internal/sandbox"
	"export_status_exporter/provider/providertest"
)

// program is the complete exporter with five accounts at four providers.
type program struct {
	clock     *providertest.Clock
	providers *sandbox.Sandbox
	address   string // http://127.0.0.1:PORT
	client    *http.Client
}

// outage is the time since the failing account was last up, and refused the time since
// the failure that paused it.
const (
	outage  = 5 * time.Minute
	refused = 2 * time.Second
)

// start runs the program until the test ends. No account has been refreshed yet.
func start(t *testing.T) *program {
	t.Helper()
	p := &program{clock: providertest.NewClock(ago(outage)), client: &http.Client{Transport: &http.Transport{}}}
	p.providers = sandbox.New(sandbox.Options{Now: p.clock.Now})
	settings := "accounts:\n"
	for _, each := range []struct {
		name string
		at   sandbox.Provider
	}{
		{treasury, sandbox.Kraken},
		{fund, sandbox.CoinbaseExchange},
		{desk, sandbox.CoinbaseExchange},
		{derivatives, sandbox.KrakenFutures},
		{agency, sandbox.OnlyFansAPI},
	} {
		settings += p.account(t, each.at, each.name)
	}
	file := filepath.Join(t.TempDir(), "exporter.yml")
	if err := os.WriteFile(file, []byte(settings), 0o600); err != nil { // contains secrets
		t.Fatal(err)
	}
	loggers, err := app.NewLoggers(io.Discard, "debug", "logfmt", p.clock.Now)
	if err != nil {
		t.Fatal(err)
	}
	running, err := app.New(app.Options{
		ConfigFile:    file,
		TimeoutOffset: 500 * time.Millisecond,
		MaxRequests:   40,
		Loggers:       loggers,
		Version:       "1.0.0",
		Settings: fleet.Settings{
			MaxRefreshes: 128,
			Now:          p.clock.Now,
			Rand:         func() float64 { return 0 },
			Sleep:        func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.client.CloseIdleConnections()
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := running.Stop(ctx); err != nil {
			t.Errorf("stop: %v", err)
		}
		if err := p.providers.Close(); err != nil {
			t.Error(err)
		}
		if got := p.providers.Violations(); len(got) > 0 {
			t.Errorf("more than reads: %v", got)
		}
	})
	if err := running.Listen(); err != nil {
		t.Fatal(err)
	}
	running.Serve()
	p.address = "http://" + running.Addr()
	return p
}

// account adds an account with its jobs at a provider, and returns its configuration.
func (p *program) account(t *testing.T, at sandbox.Provider, name string) string {
	t.Helper()
	a := p.providers.AddAccount(at, name)
	var reports []sandbox.Report
	for _, each := range jobs()[name] {
		reports = append(reports, each.Report)
	}
	if at == sandbox.KrakenFutures {
		reports = []sandbox.Report{
			{Type: "account_log", ID: "184219", Created: ago(3 * time.Hour)},
			{Type: "account_log", ID: "184220", Created: ago(8 * time.Minute)},
		}
	}
	// Every request takes the same time on this clock.
	a.SetReportsFunc(func(time.Time) []sandbox.Report {
		p.clock.Advance(180 * time.Millisecond)
		return reports
	})
	a.SetCredits(sandbox.Credits{Balance: 1240})
	return a.Block(a.Credentials(), "", tunnel(t, p.providers, at)...)
}

// started is like start, but with data: all accounts were refreshed successfully, and
// then one was refused.
func started(t *testing.T) *program {
	t.Helper()
	p := start(t)
	p.probeAll(t)
	p.clock.Advance(ago(refused).Sub(p.clock.Now()))
	p.providers.AddAccount(sandbox.CoinbaseExchange, desk).SetFault(sandbox.Fault{
		Kind: sandbox.FaultError, Status: http.StatusUnauthorized, Errors: []string{"Invalid API Key"},
	})
	p.probeAll(t)
	p.clock.Advance(now().Sub(p.clock.Now()))
	return p
}

// probeAll refreshes one account after the other, so that every run has the same times.
func (p *program) probeAll(t *testing.T) {
	t.Helper()
	for _, name := range []string{treasury, fund, desk, derivatives, agency} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.address+"/probe?account="+name, nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := p.client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			t.Fatalf("probe of %s answered %d", name, answer.StatusCode)
		}
	}
}

// asked returns the number of requests to all providers.
func (p *program) asked() int64 {
	var sum int64
	for _, each := range sandbox.Providers() {
		sum += p.providers.Count(each)
	}
	return sum
}
