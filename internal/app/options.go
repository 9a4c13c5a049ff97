package app

import (
	"cmp"
	"context"
	"math/rand/v2"
	"net/url"
	"time"

	"github.com/prometheus/exporter-toolkit/web"

	"export_status_exporter/internal/fleet"
)

// Default limits on concurrent refreshes. With a provider that takes 200 ms, a
// thousand accounts are refreshed within three seconds, and no host sees more
// than a hundred requests at once.
const (
	DefaultMaxRefreshes        = 256
	DefaultMaxRefreshesPerHost = 100
)

// Options configures the program.
type Options struct {
	// Settings are those of the accounts. Nil functions mean the real ones.
	fleet.Settings

	// ConfigFile is the path of the configuration file. Demo replaces it with
	// emulated providers on loopback.
	ConfigFile string
	Demo       bool
	// DemoReady is called with the base URL once the demo has data. It may be
	// nil.
	DemoReady func(address string)

	// Web holds exporter-toolkit's settings: addresses, systemd socket, TLS and
	// users. Nil means a free port on loopback.
	Web *web.FlagConfig
	// ExternalURL is the URL that /sd returns to Prometheus. Nil means the host
	// of the request.
	ExternalURL *url.URL
	// RoutePrefix is the path prefix of everything that is served.
	RoutePrefix RoutePrefix
	// Accounts are the names of the accounts to refresh; empty means all.
	Accounts []string
	// TimeoutOffset is subtracted from Prometheus' scrape timeout.
	TimeoutOffset time.Duration
	// MaxRequests is the maximum number of concurrent scrapes; more get 503.
	MaxRequests int
	// WriteTimeout is how long a client may take to read an answer, from its
	// first byte. 0 means 30 seconds.
	WriteTimeout time.Duration
	// EnablePprof serves /debug/pprof/.
	EnablePprof bool
	// DisableReload removes the endpoint /-/reload.
	DisableReload bool
	// CreatedSamples adds _created samples to OpenMetrics answers.
	CreatedSamples bool

	Loggers Loggers
	Version string
	// Notifier reports reloads to the service manager. It may be nil.
	Notifier *Notifier
}

func (o Options) withDefaults() Options {
	if o.Web == nil {
		o.Web = Loopback()
	}
	o.Shard.Total = max(o.Shard.Total, 1)
	o.MaxRefreshes = max(o.MaxRefreshes, 1)
	o.WriteTimeout = cmp.Or(o.WriteTimeout, writeTimeout)
	if o.MaxRefreshesPerHost < 1 {
		o.MaxRefreshesPerHost = o.MaxRefreshes
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Rand == nil {
		o.Rand = rand.Float64
	}
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	return o
}

// sleep waits until d has passed or ctx is done, whichever comes first.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Loopback returns the settings for a free port on loopback, without TLS and
// users.
func Loopback() *web.FlagConfig {
	addresses, socket, file := []string{"127.0.0.1:0"}, false, ""
	return &web.FlagConfig{WebListenAddresses: &addresses, WebSystemdSocket: &socket, WebConfigFile: &file}
}
