package fleet

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"export_status_exporter/config"
	"export_status_exporter/provider"
)

// TestARetryIsAlone: a retry does not use a connection that others use or have used.
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
	for _, retry := range []bool{false, true, true, false} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		if retry {
			request = request.WithContext(provider.WithRetry(t.Context()))
		}
		answer, err := round.RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		from := make([]byte, 100)
		n, _ := answer.Body.Read(from)
		_ = answer.Body.Close()
		used[string(from[:n])]++
	}
	if len(used) != 3 {
		t.Errorf("connections %v, want one for both requests, and one for each retry", used)
	}
}
