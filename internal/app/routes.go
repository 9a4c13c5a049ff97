package app

import (
	"fmt"
	"log/slog"
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
		Handler:           compressed(a.handler()),
		ErrorLog:          slog.NewLogLogger(a.options.Loggers.Slog.Handler(), slog.LevelWarn),
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      maxScrapeTimeout + time.Minute,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
	}
}

// route is an address that is answered: a method, a path, and by what.
type route struct {
	pattern string
	handler http.Handler
}

// routes is every address that is answered. The table in README.md is compared
// with it.
func (a *App) routes() []route {
	pages := a.pages()
	routes := []route{
		{"GET /metrics", a.limited(a.serveMetrics)},
		{"GET /metrics/exporter", a.limited(a.serveExporter)},
		{"GET /probe", a.limited(a.serveProbe)},
		{"GET /sd", http.HandlerFunc(a.serveDiscovery)},
		{"GET /{$}", http.HandlerFunc(a.serveLanding)},
		{"GET /exports", a.viewed(pages.Exports)},
		{"GET /config", http.HandlerFunc(a.serveConfig)},
		{"GET /static/", http.HandlerFunc(pages.Static)},
		{"GET /favicon.ico", http.HandlerFunc(pages.Static)},
		{"GET /-/healthy", http.HandlerFunc(serveHealthy)},
		{"GET /-/ready", http.HandlerFunc(a.serveReady)},
	}
	if !a.options.DisableReload {
		routes = append(routes, route{"POST /-/reload", http.HandlerFunc(a.serveReload)})
	}
	if a.options.EnablePprof {
		routes = append(routes,
			route{"GET /debug/pprof/", http.HandlerFunc(pprof.Index)},
			route{"GET /debug/pprof/cmdline", http.HandlerFunc(pprof.Cmdline)},
			route{"GET /debug/pprof/profile", http.HandlerFunc(pprof.Profile)},
			route{"GET /debug/pprof/symbol", http.HandlerFunc(pprof.Symbol)},
			route{"GET /debug/pprof/trace", http.HandlerFunc(pprof.Trace)},
		)
	}
	return routes
}

// handler answers every route, and nothing else.
func (a *App) handler() http.Handler {
	mux := http.NewServeMux()
	for _, each := range a.routes() {
		mux.Handle(each.pattern, each.handler)
	}
	return web.SecurityHeaders(mux)
}

func serveHealthy(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprintln(w, "healthy") }

// serveReady is ready as soon as it is served: no provider is asked at start,
// or a crash loop with a wrong key would lock the key out.
func (a *App) serveReady(w http.ResponseWriter, _ *http.Request) {
	var waiting []string
	for _, view := range a.fleet.Load().views(a.options.Now()) {
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
	_, _ = fmt.Fprintf(w, "ready, not refreshed yet: %s\n", strings.Join(waiting, " "))
}

// serveReload is SIGHUP for whoever cannot send signals.
func (a *App) serveReload(w http.ResponseWriter, _ *http.Request) {
	if err := a.Reload(); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	_, _ = fmt.Fprintln(w, "reloaded, "+a.fleet.Load().size())
}
