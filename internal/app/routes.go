package app

import (
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"strings"
	"time"

	"export_status_exporter/internal/web"
)

// Bounds on what a client of ours can make us hold.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 10 * time.Second
	idleTimeout       = 2 * time.Minute
	maxHeaderBytes    = 16 << 10
)

func (a *App) newServer() *http.Server {
	return &http.Server{
		Handler:     a.handler(),
		ConnContext: withConnection,
		ConnState: func(connection net.Conn, state http.ConnState) {
			a.crowd.connState(connection, state)
			a.web.connState(connection, state)
		},
		HTTP2:             &http.HTTP2Config{MaxConcurrentStreams: maxStreams},
		ErrorLog:          slog.NewLogLogger(a.options.Loggers.Slog.Handler(), slog.LevelWarn),
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      maxScrapeTimeout + time.Minute, // while an answer is made; writing it has its own
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
	}
}

// route is an address that is answered: a method, a path, and by what.
type route struct {
	pattern string
	handler http.Handler
}

// routes is every address that is answered, below the route prefix. The table
// in docs/operations.md is compared with it.
func (a *App) routes() []route {
	pages, l := a.pages(), &a.lanes
	routes := []route{
		{"GET /metrics", l.scrapes.answered(a.serveMetrics)},
		{"GET /metrics/exporter", l.process.answered(a.serveExporter)},
		{"GET /probe", l.scrapes.answered(a.serveProbe)},
		{"GET /sd", l.process.answered(a.serveDiscovery)},
		{"GET /{$}", l.pages.answered(pages.Landing)},
		{"GET /exports", l.pages.answered(pages.Exports)},
		{"GET /export", l.pages.answered(pages.Export)},
		{"GET /runbooks/", l.pages.answered(pages.Runbook)},
		{"GET /config", l.pages.answered(a.serveConfig(pages))},
		// A page comes with several of these, which cost nothing to make.
		{"GET /static/", l.pages.buffered(pages.Static)},
		{"GET /favicon.ico", l.pages.buffered(pages.Static)},
		{"GET /-/healthy", l.health.direct(l.health.bounded(serveHealthy))},
		{"GET /-/ready", l.health.answered(a.serveReady)},
	}
	if !a.options.DisableReload {
		reload := l.health.buffered(a.serveReload)
		routes = append(routes, route{"POST /-/reload", reload}, route{"PUT /-/reload", reload})
	}
	if a.options.EnablePprof {
		for path, handler := range map[string]http.HandlerFunc{
			"": pprof.Index, "cmdline": pprof.Cmdline, "profile": pprof.Profile, "symbol": pprof.Symbol, "trace": pprof.Trace,
		} {
			routes = append(routes, route{"GET /debug/pprof/" + path, l.profiles.bounded(handler)})
		}
	}
	return routes
}

// handler answers every route, and nothing else.
func (a *App) handler() http.Handler {
	mux := http.NewServeMux()
	prefix := string(a.options.RoutePrefix)
	for _, each := range a.routes() {
		method, path, _ := strings.Cut(each.pattern, " ")
		mux.Handle(method+" "+prefix+path, http.StripPrefix(prefix, each.handler))
	}
	if prefix != "" {
		mux.Handle("GET /{$}", http.RedirectHandler(prefix+"/", http.StatusFound))
	}
	// What no route answers is small.
	rest := a.lanes.health.direct(mux.ServeHTTP)
	return web.SecurityHeaders(a.protected(web.RelativeRedirects(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, pattern := mux.Handler(r); pattern == "" {
			rest.ServeHTTP(w, r)
			return
		}
		mux.ServeHTTP(w, r)
	}))))
}

// protected refuses what changes something if another site's page made a
// browser send it, with a password that the browser remembers.
func (a *App) protected(next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	if u := a.options.ExternalURL; u != nil {
		// A proxy may have put another host into the request.
		if err := protection.AddTrustedOrigin(u.Scheme + "://" + u.Host); err != nil {
			panic(err) // the flag takes nothing else
		}
	}
	return protection.Handler(next)
}

func serveHealthy(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprintln(w, "healthy") }

// maxReadyNames is how many sources the answer names. It stays so small that the
// kernel takes it from us at once: health checks never wait for readers.
const maxReadyNames = 100

// serveReady is ready as soon as it is served: no provider is asked at start,
// or a crash loop with a wrong key would lock the key out.
func (a *App) serveReady(w http.ResponseWriter, _ *http.Request) {
	var waiting []string
	for _, view := range a.fleet.Current().Views(a.options.Now()) {
		for i := range view.Sources {
			if !view.Sources[i].Refreshed {
				waiting = append(waiting, view.Name+"/"+view.Sources[i].Name)
			}
		}
	}
	if len(waiting) == 0 {
		_, _ = fmt.Fprintln(w, "ready")
		return
	}
	more := ""
	if beyond := len(waiting) - maxReadyNames; beyond > 0 {
		waiting, more = waiting[:maxReadyNames], fmt.Sprintf(" and %d more", beyond)
	}
	_, _ = fmt.Fprintf(w, "ready, not refreshed yet: %s%s\n", strings.Join(waiting, " "), more)
}

// maxReloadBody is more than anybody sends who has nothing to say.
const maxReloadBody = 64 << 10

// serveReload is SIGHUP for whoever cannot send signals. One whose client has
// left is not begun.
func (a *App) serveReload(w http.ResponseWriter, r *http.Request) {
	// A client that leaves is noticed once its request has been read.
	if _, err := io.Copy(io.Discard, http.MaxBytesReader(w, r.Body, maxReloadBody)); err != nil {
		http.Error(w, "the request's body could not be read: none is needed", http.StatusBadRequest)
		return
	}
	switch err := a.reloads.do(r.Context(), a.reload); {
	case r.Context().Err() != nil: // nobody is there to be told
	case err != nil:
		http.Error(w, err.Error(), http.StatusInternalServerError)
	default:
		current := a.fleet.Current()
		_, _ = fmt.Fprintf(w, "reloaded, accounts: %d, gone: %d\n", len(current.Members), current.Gone)
	}
}
