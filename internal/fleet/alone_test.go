package fleet

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"export_status_exporter/config"
	"export_status_exporter/provider"
)

// TestARetryIsAlone: a retry has one connection, which no other requests use.
func TestARetryIsAlone(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(r.RemoteAddr))
	}))
	t.Cleanup(server.Close)
	parsed, err := config.Parse([]byte("accounts: [{name: a, onlyfansapi: {token: x, tls_config: {insecure_skip_verify: true}}}]"), "exporter.yml")
	if err != nil {
		t.Fatal(err)
	}
	pool := &transports{idlePerHost: 2, built: make(map[config.Route]*transport)}
	t.Cleanup(pool.closeIdle)
	round := pool.get(parsed.Accounts[0].Connection)
	used := make(map[string]int)
	ctx, end := context.WithCancel(t.Context())
	defer end()
	first, second := provider.WithRetry(ctx), provider.WithRetry(ctx)
	for _, ctx := range []context.Context{t.Context(), first, first, second, t.Context()} {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := round.RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		from, err := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		used[string(from)]++
	}
	if len(used) != 3 {
		t.Errorf("connections %v, want one for each retry and one for the rest", used)
	}
}
