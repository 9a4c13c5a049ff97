package fleet

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"export_status_exporter/config"
	"export_status_exporter/provider"
)

// TestAProxysRefusalIsSaid: the error of a proxy that refuses to connect has
// its status, and a 407 is not retried.
func TestAProxysRefusalIsSaid(t *testing.T) {
	t.Parallel()
	for _, status := range []int{403, 407, 502, 503} {
		proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
		t.Cleanup(proxy.Close)
		c, err := config.Parse([]byte("accounts: [{name: a, onlyfansapi: {token: x, proxy_url: '"+proxy.URL+"'}}]"), "exporter.yml")
		if err != nil {
			t.Fatal(err)
		}
		pool := &transports{idlePerHost: 1, built: make(map[config.Route]*transport)}
		round := pool.get(c.Accounts[0].Connection)
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://api.test/", nil)
		if err != nil {
			t.Fatal(err)
		}
		_, err = round.RoundTrip(request)
		var failed *provider.Error
		if !errors.As(err, &failed) || failed.Reason != provider.ReasonNetwork || failed.Final != (status == 407) ||
			!strings.HasPrefix(failed.Detail, "the proxy answers HTTP "+strconv.Itoa(status)) {
			t.Errorf("%d: %v", status, err)
		}
		pool.closeIdle()
	}
}
