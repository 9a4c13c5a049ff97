// Package rig runs the whole program against the sandbox, for tests: on a free
// port of loopback, with a clock that stands still, and without pauses.
package rig

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
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"export_status_exporter/internal/app"
	"export_status_exporter/internal/fleet"
	"export_status_exporter/internal/sandbox"
	"export_status_exporter/provider/providertest"
)

// Main runs the tests of a package of outermost tests, and fails if a goroutine
// is left.
func Main(m *testing.M) {
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
		Loggers:       loggers,
		Version:       "test",
		Settings: fleet.Settings{
			MaxRefreshes: 128,
			Now:          r.Clock.Now,
			Rand:         func() float64 { return 0 },
			Sleep:        func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
		},
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

// Request sends one request and returns the whole answer.
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

// Account is the configuration of one sandbox account, in one line per
// setting, with its secrets in the file.
func (r *Rig) Account(a *sandbox.Account, settings ...string) string {
	c := a.Credentials()
	return r.AccountWith(a, c, settings...)
}

// AccountWith is Account with other credentials than the account's own.
func (*Rig) AccountWith(a *sandbox.Account, c sandbox.Credentials, settings ...string) string {
	return strings.TrimSuffix(a.Block(c, "", settings...), "\n")
}

// CheckQuiet fails if the exporter sent anything but reads, or showed a secret.
func (r *Rig) CheckQuiet() {
	r.t.Helper()
	if got := r.Sandbox.Violations(); len(got) > 0 {
		r.t.Errorf("more than reads: %v", got)
	}
	log := r.Log.String()
	for _, canary := range append(r.Sandbox.Canaries(), "CANARY") {
		if strings.Contains(log, canary) {
			r.t.Errorf("the log tells a secret or a personal value: %.8s...", canary)
		}
	}
}

// Reload makes the program read its configuration again.
func (r *Rig) Reload() {
	r.t.Helper()
	if status, body := r.Request(http.MethodPost, "/-/reload", nil); status != http.StatusOK {
		r.t.Fatalf("reload answered %d: %s", status, body)
	}
}

// Serves makes a provider answer every request with a body.
func Serves(status int, body string) sandbox.Fault {
	return sandbox.Fault{Kind: sandbox.FaultStatus, Status: status, Body: []byte(body)}
}

// LinesOf returns the log lines that are about an account, or about none.
func LinesOf(log, account string) string {
	var own strings.Builder
	for line := range strings.Lines(log) {
		if strings.Contains(line, " account="+account+" ") || !strings.Contains(line, " account=") {
			own.WriteString(line)
		}
	}
	return own.String()
}

// Ask sends a request and returns the answer with its body.
func Ask(ctx context.Context, client *http.Client, method, address string, change ...func(*http.Request)) (*http.Response, string, error) {
	request, err := http.NewRequestWithContext(ctx, method, address, nil)
	if err != nil {
		return nil, "", fmt.Errorf("the request: %w", err)
	}
	for _, each := range change {
		each(request)
	}
	answer, err := client.Do(request)
	if err != nil {
		return nil, "", fmt.Errorf("sending it: %w", err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	return answer, string(body), err
}

// TwoAccounts is the program with an account at each of two providers.
func TwoAccounts(t *testing.T, change func(*app.Options)) *Rig {
	t.Helper()
	r := New(t)
	fund := r.Sandbox.AddAccount(sandbox.CoinbaseExchange, "fund")
	agency := r.Sandbox.AddAccount(sandbox.OnlyFansAPI, "agency")
	for _, a := range []*sandbox.Account{fund, agency} {
		a.SetReports([]sandbox.Report{Job(a.Provider(), r.Clock.Now())})
	}
	r.Write("accounts:", r.Account(fund), r.Account(agency))
	if change != nil {
		change(&r.Options)
	}
	r.Start()
	return r
}
