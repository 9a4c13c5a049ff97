package providertest

import (
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"net/url"
	"os"
	"sync"
	"testing"
	"time"

	"export_status_exporter/internal/files"
	"export_status_exporter/provider"
	"export_status_exporter/secret"
)

// UserAgent is the User-Agent header in tests.
const UserAgent = "export_status_exporter/test"

// Start returns the initial time of a test's clock.
func Start() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

// Clock is a clock that moves only when the test sets it. It is safe for concurrent
// use.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock returns a clock set to the given time.
func NewClock(at time.Time) *Clock { return &Clock{now: at} }

// Now returns the clock's time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Set sets the clock, forward or back.
func (c *Clock) Set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = at
}

// Advance moves the clock forward by d.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Deps returns the dependencies of a provider that uses the given API, with a clock set
// to Start.
func Deps(api http.RoundTripper) provider.Deps {
	return DepsAt(api, NewClock(Start()))
}

// DepsAt is like Deps with the given clock.
func DepsAt(api http.RoundTripper, clock *Clock) provider.Deps {
	return provider.Deps{
		BaseURL:   &url.URL{Scheme: "https", Host: "api.test"},
		Transport: api,
		Now:       clock.Now,
		Nonces:    provider.NewNonces(clock.Now),
		UserAgent: UserAgent,
	}
}

// Key returns a random secret in base64, so that it can be used for signing.
func Key() string {
	raw := make([]byte, 64)
	_, _ = rand.Read(raw) // never fails
	return base64.StdEncoding.EncodeToString(raw)
}

// Ref returns a reference to the secret value, or to a random one if value is empty.
func Ref(value string) secret.Ref {
	if value == "" {
		value = Key()
	}
	return secret.Ref{Value: secret.New(value)}
}

// Secrets returns a set of the given secrets.
func Secrets(tb testing.TB, specs map[string]secret.Spec) *secret.Set {
	tb.Helper()
	set, err := secret.NewSet(tb.Context(), files.New(), specs)
	if err != nil {
		tb.Fatal(err)
	}
	return set
}

// File returns the content of a fixture.
func File(tb testing.TB, path string) string {
	tb.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	return string(content)
}
