package fleet

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/go-kit/log"
	"github.com/prometheus/client_golang/prometheus"

	"export_status_exporter/collector"
	"export_status_exporter/config"
)

// newRunner returns a runner that is stopped at the end of the test.
func newRunner(t *testing.T, registry *prometheus.Registry) *Runner {
	t.Helper()
	runner := New(Options{
		Settings: Settings{
			MaxRefreshes: 8, MaxRefreshesPerHost: 8, Shard: Shard{0, 1}, Now: time.Now, Rand: rand.Float64,
			Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
		},
		Logger: log.NewNopLogger(), Process: collector.NewProcess(registry),
	})
	t.Cleanup(runner.Stop)
	return runner
}

// TestAReloadDropsUnusedTransports: a reload keeps the transports that accounts use, and
// closes the connections of the others once their refreshes have ended.
func TestAReloadDropsUnusedTransports(t *testing.T) {
	t.Parallel()
	const reloads = 5
	closed := make(chan struct{}, reloads)
	arrived, finish := make(chan struct{}), make(chan struct{}) // of the first refresh, which outlasts a reload
	api := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "Bearer token-0" {
			close(arrived)
			<-finish
		}
		_, _ = io.WriteString(w, `{"data":[]}`)
	}))
	api.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateClosed {
			closed <- struct{}{}
		}
	}
	api.Start()
	t.Cleanup(api.Close)
	runner := newRunner(t, prometheus.NewRegistry())
	load := func(i int) {
		t.Helper()
		account := "  - {name: %s, onlyfansapi: {token: token-%d, base_url: '" + api.URL + "'%s}}\n"
		text := "accounts:\n" + fmt.Sprintf(account, "kept", 1000, "") + fmt.Sprintf(account, "changed", i, fmt.Sprintf(", tls_config: {server_name: h%d.test}", i))
		parsed, err := config.Parse([]byte(text), "exporter.yml")
		if err != nil {
			t.Fatal(err)
		}
		if err := runner.Load(parsed); err != nil {
			t.Fatal(err)
		}
	}
	load(0)
	kept := runner.Current().transports.get(runner.Current().Members[0].config.Connection)
	for i := range reloads {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		if i == 0 {
			go func() {
				<-arrived
				cancel()
			}()
		}
		if !Refresh(ctx, runner.Current().Members, time.Now()) && i > 0 {
			t.Fatal("a refresh did not end")
		}
		cancel()
		load(i + 1)
		if i == 0 {
			select {
			case <-closed:
				t.Error("the reload cut a refresh in flight")
			default:
			}
			close(finish)
		}
		<-closed
		now := runner.Current().transports
		if len(now.built) != 2 || now.get(runner.Current().Members[0].config.Connection) != kept {
			t.Errorf("after reload %d: %d transports", i+1, len(now.built))
		}
	}
}
