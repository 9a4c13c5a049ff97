// Package app wires the program together and runs it. Tests run the whole
// program in process, on port 0.
package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-kit/log/level"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	versioncollector "github.com/prometheus/client_golang/prometheus/collectors/version"
	"github.com/prometheus/exporter-toolkit/web"

	"export_status_exporter/collector"
	"export_status_exporter/internal/files"
	"export_status_exporter/internal/fleet"
	"export_status_exporter/internal/sandbox"
)

// App is the running program. Once Serve has returned, its methods are safe for
// concurrent use.
type App struct {
	options     Options
	registry    *prometheus.Registry // of the process, not of the accounts
	process     *collector.Process
	files       *files.Reader
	fleet       *fleet.Runner
	reloads     *reloads
	noted       map[string]bool // notes about API definitions that the last load had; used only by load, which never runs twice at once
	demo        *sandbox.Sandbox
	lanes       lanes
	renders     chan struct{} // a slot for each answer that may be rendered at a time
	entrance    *entrance
	connections *connLimiter
	web         *webFiles

	servers   []*http.Server
	listeners []net.Listener
	done      chan error

	// stopping is done once Stop was called, which calls stop.
	stopping context.Context
	stop     context.CancelFunc
	// undo holds the cleanup functions that Stop calls, last first. New, Listen
	// and Serve push to it, so a failed start is rolled back like a normal stop.
	undo []func(context.Context) error
}

// New loads the configuration and prepares the program, but makes no API call
// and opens no listener. On error, everything is cleaned up.
func New(o Options) (_ *App, err error) {
	o = o.withDefaults()
	if err := o.Shard.Check(); err != nil {
		return nil, err
	}
	a := &App{
		options:     o,
		registry:    prometheus.NewRegistry(),
		files:       files.New(),
		renders:     make(chan struct{}, runtime.GOMAXPROCS(0)),
		connections: newConnLimiter(max(maxConnections, 2*o.MaxRequests), max(maxInFlight, 2*o.MaxRequests)),
		reloads:     newReloads(),
		// The buffer lets every server report its end without a reader.
		done: make(chan error, 1+len(*o.Web.WebListenAddresses)),
	}
	a.stopping, a.stop = context.WithCancel(context.Background())
	a.lanes = newLanes(o.MaxRequests, o.WriteTimeout, a.connections)
	a.entrance = &entrance{connections: a.connections, passwords: newPasswords(), offset: o.TimeoutOffset}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.Stop(context.Background()))
		}
	}()
	a.registry.MustRegister(
		versioncollector.NewCollector("export_status_exporter"),
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	a.process = collector.NewProcess(a.registry)
	collector.NewLogLinesDropped(a.registry, o.Loggers.Dropped)
	a.process.Shard.Set(float64(o.Shard.Number))
	a.process.TotalShards.Set(float64(o.Shard.Total))
	a.fleet = fleet.New(fleet.Options{
		Settings:  o.Settings,
		UserAgent: "export_status_exporter/" + o.Version,
		Logger:    o.Loggers.Kit,
		Process:   a.process,
	})
	if o.Demo {
		if err := a.startDemo(); err != nil {
			return nil, err
		}
	}
	if err := a.load(); err != nil {
		return nil, a.logged(err)
	}
	a.undo = append(a.undo, func(context.Context) error {
		a.fleet.Stop()
		return nil
	})
	return a, nil
}

// Listen reads the web configuration and opens the listeners. It may block, on
// a file or on a name to resolve. No request is answered before Serve.
func (a *App) Listen() error {
	if file := *a.options.Web.WebConfigFile; file != "" {
		opened, err := openWebFiles(context.Background(), a.files, file, a.options.Loggers.Kit)
		if err != nil {
			return fmt.Errorf("web configuration: %w", err)
		}
		a.web = opened
		a.undo = append(a.undo, func(context.Context) error { opened.close(); return nil })
	}
	if a.listensElsewhere() {
		return nil
	}
	a.undo = append(a.undo, a.closeListeners)
	return a.listen()
}

// Serve serves until Stop. It returns at once. If serving ends earlier, Done
// receives the error.
func (a *App) Serve() {
	flags := a.web.flags(*a.options.Web)
	if a.listensElsewhere() {
		a.serveElsewhere(flags)
	}
	// Use one server per listener: exporter-toolkit wraps the handler of the
	// server that it is given, and would do so once per listener.
	for _, listener := range a.listeners {
		server := a.newServer()
		a.servers = append(a.servers, server)
		go func() { a.done <- web.Serve(listener, server, flags, a.options.Loggers.Slog) }()
	}
	a.undo = append(a.undo, a.shutdown)
	if a.demo != nil {
		a.watchDemo()
	}
}

// shutdown refuses new requests and waits for those in flight until ctx is
// done. After half of that time, it cancels the refreshes that scrapes wait
// for, so that these scrapes are still answered, and the answers that nobody reads.
func (a *App) shutdown(ctx context.Context) error {
	_ = level.Info(a.options.Loggers.Kit).Log("msg", "stopping, draining scrapes in flight")
	a.entrance.passwords.stop()
	if end, ok := ctx.Deadline(); ok {
		drained, cancel := context.WithCancel(ctx)
		defer cancel()
		half := time.AfterFunc(time.Until(end)/2, func() {
			go a.fleet.Stop()          // it waits for the refreshes
			for drained.Err() == nil { // answers that the stop sets free may also find no reader
				a.lanes.endStalled()
				select {
				case <-drained.Done():
				case <-time.After(minWriteTime):
				}
			}
		})
		defer half.Stop()
	}
	results := make([]error, len(a.servers))
	var wait sync.WaitGroup
	for i, server := range a.servers {
		wait.Go(func() {
			if err := server.Shutdown(ctx); err != nil {
				results[i] = errors.Join(fmt.Errorf("scrapes were still running at the end of --web.shutdown-timeout: %w", err), server.Close())
			}
		})
	}
	wait.Wait()
	return errors.Join(results...)
}

// listensElsewhere reports whether exporter-toolkit must open the listeners,
// because they come from systemd or are not TCP addresses.
func (a *App) listensElsewhere() bool {
	return *a.options.Web.WebSystemdSocket || slices.ContainsFunc(*a.options.Web.WebListenAddresses, func(address string) bool {
		return strings.HasPrefix(address, "vsock://")
	})
}

func (a *App) listen() error {
	var config net.ListenConfig
	for _, address := range *a.options.Web.WebListenAddresses {
		listener, err := config.Listen(context.Background(), "tcp", address)
		if err != nil {
			return fmt.Errorf("listening on %s: %w; choose another address with --web.listen-address", address, err)
		}
		a.listeners = append(a.listeners, meteredListener{listener, a.web.ready})
	}
	return nil
}

// closeListeners closes those that Serve has not given to a server.
func (a *App) closeListeners(context.Context) error {
	for _, listener := range a.listeners {
		_ = listener.Close() // a server may have closed it
	}
	return nil
}

// Version returns the version of the program.
func (a *App) Version() string { return a.options.Version }

// Size returns the number of accounts.
func (a *App) Size() int { return len(a.fleet.Current().Members) }

// Providers returns the number of accounts by provider name.
func (a *App) Providers() map[string]int {
	counts := make(map[string]int)
	for _, m := range a.fleet.Current().Members {
		counts[m.Provider()]++
	}
	return counts
}

// RefreshAll refreshes every source once and waits for as long as the slowest
// account may take. It returns the accounts after that, and the time at which
// the refreshes began.
func (a *App) RefreshAll(ctx context.Context) (now time.Time, accounts []collector.Account) {
	now = a.options.Now()
	members := a.fleet.Current().Members
	var longest time.Duration
	for _, m := range members {
		longest = max(longest, m.Timeout())
	}
	ctx, cancel := context.WithTimeout(ctx, longest+time.Second)
	defer cancel()
	fleet.Refresh(ctx, members, now)
	return now, fleet.Accounts(members, now)
}

// Addr returns the first address that the program listens on. It is empty
// before Listen, or if exporter-toolkit opens the listeners.
func (a *App) Addr() string {
	if len(a.listeners) == 0 {
		return ""
	}
	return a.listeners[0].Addr().String()
}

// URL returns the base URL of the pages, with a trailing slash. It is empty if
// Addr is.
func (a *App) URL() string {
	if a.Addr() == "" {
		return ""
	}
	scheme := "http://"
	if SpeaksTLS(context.Background(), *a.options.Web.WebConfigFile) {
		scheme = "https://"
	}
	return scheme + a.Addr() + string(a.options.RoutePrefix) + "/"
}

// Done returns a channel that receives the error if serving ends before Stop.
func (a *App) Done() <-chan error { return a.done }

// Stop ends scrapes, refreshes and everything else, in the reverse order of
// their start, and waits for them until ctx is done.
func (a *App) Stop(ctx context.Context) error {
	a.stop()
	var problems []error
	for i := len(a.undo) - 1; i >= 0; i-- {
		problems = append(problems, a.undo[i](ctx))
	}
	a.undo = nil
	return errors.Join(problems...)
}

// Reload re-reads the configuration and puts it into effect. On error, the old
// configuration stays in effect as a whole. Calls during a reload wait for the
// next one, which they share.
func (a *App) Reload() error {
	return a.reloads.do(context.Background(), a.reload)
}

// safely turns a panic of a function into an error, because a bug in the code for some
// configuration must not end a program that runs well with another. The log has the stack,
// but not the value, which might hold a secret.
func (a *App) safely(do func() error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			_ = level.Error(a.options.Loggers.Kit).Log("msg", "reload panicked", "panic", fmt.Sprintf("%T", value), "stack", string(debug.Stack()))
			err = errors.New("a bug in the exporter: the reload panicked; see the log")
		}
	}()
	return do()
}

// reload runs one reload and notifies the service manager, even if the reload
// fails.
func (a *App) reload() error {
	a.options.Notifier.Reloading()
	defer a.options.Notifier.Ready()
	err := a.safely(a.load)
	if err != nil {
		a.process.ReloadSuccessful.Set(0)
		_ = level.Error(a.options.Loggers.Kit).Log("msg", "reload failed, keeping the old configuration", "err", a.logged(err))
		return err
	}
	current := a.fleet.Current()
	_ = level.Info(a.options.Loggers.Kit).Log("msg", "configuration loaded", "accounts", len(current.Members), "gone", current.Gone)
	return nil
}
