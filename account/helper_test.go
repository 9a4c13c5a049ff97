package account_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-kit/log"
	"go.uber.org/goleak"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// answer is the answer of a source to one call.
type answer func(ctx context.Context) (provider.Snapshot, error)

// source is a provider.Source with scripted answers. It records when it was
// called.
type source struct {
	name  string
	types []string

	mu      sync.Mutex
	script  []answer // the last one again and again
	asked   []time.Time
	retried int // how many calls knew that they are a retry
	running int
	most    int // how many calls there were at once
}

// newSource returns a source with these answers. The last one is repeated
// forever.
func newSource(name string, script ...answer) *source { return &source{name: name, script: script} }

func (s *source) Name() string    { return s.name }
func (s *source) Types() []string { return s.types }

func (s *source) Fetch(ctx context.Context) (provider.Snapshot, error) {
	s.mu.Lock()
	give := s.script[min(len(s.asked), len(s.script)-1)]
	s.asked = append(s.asked, time.Now())
	if provider.RetryOf(ctx) != nil {
		s.retried++
	}
	s.running++
	s.most = max(s.most, s.running)
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.running--
	}()
	return give(ctx)
}

// calls returns how often the source was called.
func (s *source) calls() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.asked)
}

// answers replaces the remaining answers.
func (s *source) answers(script ...answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.script, s.asked = script, nil
}

// gives returns an answer with these reports as a complete list.
func gives(reports ...provider.Report) answer {
	return snapshot(provider.Snapshot{Reports: reports, Complete: true})
}

func snapshot(s provider.Snapshot) answer {
	return func(context.Context) (provider.Snapshot, error) { return s, nil }
}

// fails returns an answer with a failure.
func fails(reason provider.Reason) answer {
	return failsWith(&provider.Error{Reason: reason, Detail: "no"})
}

func failsWith(err error) answer {
	return func(context.Context) (provider.Snapshot, error) { return provider.Snapshot{}, err }
}

// hints returns an answer with a failure that names the time of the next
// attempt.
func hints(reason provider.Reason, wait time.Duration) answer {
	return func(context.Context) (provider.Snapshot, error) {
		return provider.Snapshot{}, &provider.Error{Reason: reason, Detail: "no", RetryAt: time.Now().Add(wait)}
	}
}

// after delays another answer until a duration has passed or the context is
// done.
func after(wait time.Duration, then answer) answer {
	return func(ctx context.Context) (provider.Snapshot, error) {
		if err := sleep(ctx, wait); err != nil {
			if errors.Is(err, context.DeadlineExceeded) {
				err = &provider.Error{Reason: provider.ReasonTimeout, Detail: "no answer in time"}
			}
			return provider.Snapshot{}, err
		}
		return then(ctx)
	}
}

func sleep(ctx context.Context, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// secrets are credentials that change when a test says so.
type secrets struct {
	mu      sync.Mutex
	version uint64
	problem string
	reads   int
}

func (s *secrets) Reload(context.Context) (uint64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reads++
	if s.problem != "" {
		return s.version, errors.New(s.problem)
	}
	return s.version, nil
}

func (s *secrets) Version() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.version
}

func (s *secrets) set(version uint64, problem string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.version, s.problem = version, problem
}

// logs is a log that can be read while it is written.
type logs struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// count is how many lines hold all the parts.
func (l *logs) count(parts ...string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	found := 0
lines:
	for line := range strings.Lines(l.text.String()) {
		for _, part := range parts {
			if !strings.Contains(line, part) {
				continue lines
			}
		}
		found++
	}
	return found
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// rig is an account in a synctest bubble with a fake clock.
type rig struct {
	*account.Account
	t       *testing.T
	secrets *secrets
	logs    *logs
}

// Refresh refreshes what is due at now, as a scrape does.
func (r *rig) Refresh(ctx context.Context, now time.Time) (complete bool) {
	if r.NoteScrape(now) {
		r.Begin(ctx, now)
	}
	return r.Wait(ctx)
}

// newRig returns an account with the default policy and no jitter. change
// adjusts the options.
func newRig(t *testing.T, change func(*account.Options), sources ...*source) *rig {
	t.Helper()
	r := &rig{t: t, secrets: &secrets{version: 1}, logs: &logs{}}
	o := account.Options{
		Name: "treasury", Provider: "kraken",
		Policy: account.Policy{
			RefreshInterval: time.Minute, Timeout: 10 * time.Second, StaleAfter: time.Hour,
			MaxReports: 1000, MaxAge: 30 * 24 * time.Hour,
		},
		Secrets:      r.secrets,
		Key:          ofSecrets(account.NewKeys(time.Now), 1, r.secrets.Version),
		Slots:        []account.Slots{make(account.Slots, 100)},
		ObserveReady: func(string, time.Duration) {},
		Logger:       log.NewLogfmtLogger(r.logs),
		Now:          time.Now,
		Rand:         func() float64 { return 0 },
		Sleep:        sleep,
	}
	for _, s := range sources {
		o.Sources = append(o.Sources, s)
	}
	if change != nil {
		change(&o)
	}
	r.Account = account.New(o)
	t.Cleanup(r.Stop)
	return r
}

// keyOption is the type of account.Options.Key.
type keyOption = func(context.Context) (context.Context, *account.Key)

// signer is the key of a context value: the key that signs.
type signer struct{}

// ofKey is a key of a store that does not change.
func ofKey(keys *account.Keys, which byte) keyOption {
	return ofSecrets(keys, which, func() uint64 { return 0 })
}

// ofSecrets is a key of a store whose other secrets change.
func ofSecrets(keys *account.Keys, which byte, version func() uint64) keyOption {
	return func(ctx context.Context) (context.Context, *account.Key) {
		return context.WithValue(ctx, signer{}, which), keys.Of("kraken", [32]byte{which}, [32]byte{byte(version())})
	}
}

// scrape refreshes with plenty of time and returns what is shown then.
func (r *rig) scrape() account.View {
	r.t.Helper()
	if !r.Refresh(r.t.Context(), time.Now()) {
		r.t.Error("a scrape without a deadline was cut short")
	}
	return r.View(time.Now())
}

// wants fails the test unless the sources were called this often.
func wants(t *testing.T, when string, calls int, sources ...*source) {
	t.Helper()
	got := 0
	for _, s := range sources {
		got += s.calls()
	}
	if got != calls {
		t.Errorf("%s: asked %d times, want %d", when, got, calls)
	}
}

// reasonOf is why a source is not up, or nothing.
func reasonOf(v account.SourceView) provider.Reason {
	if v.Failure == nil {
		return ""
	}
	return v.Failure.Reason
}
