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

// UserAgent is what the deps of a test send.
const UserAgent = "export_status_exporter/test"

// Start is where the clock of a test stands at first.
func Start() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

// Clock is a clock that only the test moves. It is safe for concurrent use.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock returns a clock that stands at a moment.
func NewClock(at time.Time) *Clock { return &Clock{now: at} }

// Now reads the clock.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Set moves the clock, forth or back.
func (c *Clock) Set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = at
}

// Advance moves the clock by a duration.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Deps returns what a provider needs to ask an API, by a clock that stands at
// Start.
func Deps(api http.RoundTripper) provider.Deps {
	return DepsAt(api, NewClock(Start()))
}

// DepsAt is Deps with a clock.
func DepsAt(api http.RoundTripper, clock *Clock) provider.Deps {
	return provider.Deps{
		BaseURL:   &url.URL{Scheme: "https", Host: "api.test"},
		Transport: api,
		Now:       clock.Now,
		Nonces:    provider.NewNonces(clock.Now),
		UserAgent: UserAgent,
	}
}

// Key returns a random value of a secret, in base64 so that it can sign.
func Key() string {
	raw := make([]byte, 64)
	_, _ = rand.Read(raw) // it never fails
	return base64.StdEncoding.EncodeToString(raw)
}

// Ref returns a secret by its value, a random one if it is empty.
func Ref(value string) secret.Ref {
	if value == "" {
		value = Key()
	}
	return secret.Ref{Value: secret.New(value)}
}

// Secrets returns the set of the specs.
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
	content, err := os.ReadFile(path) //nolint:gosec // A test names its own fixture.
	if err != nil {
		tb.Fatal(err)
	}
	return string(content)
}
