package fleet

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"export_status_exporter/config"
)

// TestAReloadDropsUnusedHosts: a reload closes the idle connections to a host that no
// account uses any more, although others connect the same way.
func TestAReloadDropsUnusedHosts(t *testing.T) {
	t.Parallel()
	closed := make(chan struct{}, 1)
	serve := func(state func(net.Conn, http.ConnState)) string {
		api := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"data":[]}`) }))
		api.Config.ConnState = state
		api.Start()
		t.Cleanup(api.Close)
		return api.URL
	}
	first := serve(func(_ net.Conn, state http.ConnState) {
		if state == http.StateClosed {
			closed <- struct{}{}
		}
	})
	second := serve(nil)
	runner := newRunner(t, prometheus.NewRegistry())
	for _, url := range []string{first, second} {
		parsed, err := config.Parse(fmt.Appendf(nil, "accounts:\n  - {name: a, onlyfansapi: {token: token-of-a, base_url: '%s'}}\n", url), "exporter.yml")
		if err != nil {
			t.Fatal(err)
		}
		if err := runner.Load(parsed); err != nil {
			t.Fatal(err)
		}
		Refresh(t.Context(), runner.Current().Members, time.Now())
	}
	select {
	case <-closed:
	case <-time.After(10 * time.Second):
		t.Error("the connection stays")
	}
}
