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

// Default bounds on the refreshes in flight. A thousand accounts of a provider
// that takes 200 ms are asked within three seconds, and no host sees more than a
// hundred requests at once.
const (
	DefaultMaxRefreshes        = 256
	DefaultMaxRefreshesPerHost = 100
)

// Options is what the program is started with.
type Options struct {
	// ConfigFile is the configuration; Demo stands in for it with four
	// emulated providers on loopback.
	ConfigFile string
	Demo       bool
	// DemoReady is told the address once the demo has something to show; nil
	// need not know.
	DemoReady func(address string)

	// Web are exporter-toolkit's settings: addresses, socket, TLS and users. Nil
	// means a free port on loopback.
	Web *web.FlagConfig
	// ExternalURL is the address that /sd gives to Prometheus; nil means the one
	// it was asked on.
	ExternalURL *url.URL
	// RoutePrefix is the path below which everything is served.
	RoutePrefix RoutePrefix
	// Accounts are the names of those to ask; empty means all.
	Accounts []string
	// Shard is the part of the accounts that this process has.
	Shard fleet.Shard
	// TimeoutOffset is taken off Prometheus' own deadline.
	TimeoutOffset time.Duration
	// MaxRequests bounds the scrapes in flight; beyond it the answer is 503.
	MaxRequests int
	// WriteTimeout is how long a client may take for an answer, from its first
	// byte; 0 means 30 seconds.
	WriteTimeout time.Duration
	// MaxRefreshes bounds the refreshes in flight over all accounts, and
	// MaxRefreshesPerHost those at one provider's host.
	MaxRefreshes, MaxRefreshesPerHost int
	// MaxMemory bounds, in bytes, what answers in flight and reports held take
	// over all accounts. Zero means half of GOMEMLIMIT, else 512 MiB.
	MaxMemory int64
	// EnablePprof serves /debug/pprof/.
	EnablePprof bool
	// DisableReload leaves POST /-/reload out.
	DisableReload bool
	// CreatedSamples adds _created samples to OpenMetrics answers.
	CreatedSamples bool

	Loggers Loggers
	Version string
	// Notifier tells the service manager of reloads; nil tells nobody.
	Notifier *Notifier

	// Now is the clock, Rand returns a number in [0,1), and Pause waits. Nil
	// means the real ones.
	Now   func() time.Time
	Rand  func() float64
	Pause func(context.Context, time.Duration) error
}

func (o Options) withDefaults() Options {
	if o.Web == nil {
		o.Web = loopback()
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
	if o.Pause == nil {
		o.Pause = pause
	}
	return o
}

// pause waits for d or until ctx ends, whichever is first.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// loopback is a free port on loopback, without TLS and users.
func loopback() *web.FlagConfig {
	addresses, socket, file := []string{"127.0.0.1:0"}, false, ""
	return &web.FlagConfig{WebListenAddresses: &addresses, WebSystemdSocket: &socket, WebConfigFile: &file}
}
