package app

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/pprof"
	"strings"
	"time"

	"export_status_exporter/internal/web"
)

// Limits on what one client can make the server hold.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 10 * time.Second
	maxHeaderBytes    = 8 << 10
	// The least that HTTP/2 allows. Its server keeps a frame until it is complete.
	maxReadFrame        = 16 << 10
	maxConnectionUpload = 64 << 10
	// maxStreamUpload is how much of a body the server keeps until a handler reads it.
	// Clients may send that much before they know any limit.
	maxStreamUpload = 64<<10 - 1
)

func (a *App) newServer() *http.Server {
	server := &http.Server{
		Handler:     a.handler(),
		ConnContext: withConnection,
		ConnState: func(connection net.Conn, state http.ConnState) {
			a.connections.connState(connection, state)
			if !meterState(connection, state) || state != http.StateNew {
				a.web.connState(connection, state)
			}
		},
		HTTP2: &http.HTTP2Config{
			MaxConcurrentStreams: maxStreams, WriteByteTimeout: writeTimeout, MaxReadFrameSize: maxReadFrame,
			MaxReceiveBufferPerConnection: maxConnectionUpload, MaxReceiveBufferPerStream: maxStreamUpload,
		},
		DisableGeneralOptionsHandler: true, // it would answer without a password
		ErrorLog:                     log.New(&serverLog{logger: a.options.Loggers.Slog, now: time.Now}, "", 0),
		ReadHeaderTimeout:            readHeaderTimeout,
		ReadTimeout:                  readTimeout,
		WriteTimeout:                 maxScrapeTimeout + time.Minute, // until the answer is ready; lane.timeout limits its writing
		IdleTimeout:                  -1,                             // see connLimiter.expireLater
		MaxHeaderBytes:               maxHeaderBytes,
	}
	server.BaseContext = func(net.Listener) context.Context {
		a.entrance.enclose(server)
		return context.Background()
	}
	return server
}

// route is a pattern for http.ServeMux and its handler.
type route struct {
	pattern string
	handler http.Handler
}

// routes returns all routes, without the route prefix. A test compares them
// with the table in docs/operations.md.
func (a *App) routes() []route {
	pages, l := a.pages(), &a.lanes
	routes := []route{
		{"GET /metrics", l.scrapes.answered(a.serveMetrics)},
		{"GET /metrics/exporter", l.process.answered(a.serveExporter)},
		{"GET /probe", l.scrapes.answered(a.serveProbe)},
		{"GET /sd", l.process.answered(a.serveDiscovery)},
		{"GET /{$}", l.pages.inTurn(pages.Landing)},
		{"GET /exports", l.pages.inTurn(pages.Exports)},
		{"GET /export", l.pages.inTurn(pages.Export)},
		{"GET /runbooks/", l.pages.answered(pages.Runbook)},
		{"GET /config", l.pages.answered(a.serveConfig(pages))},
		// A page loads several of these, and they cost nothing to serve.
		{"GET /static/", l.pages.buffered(pages.Static)},
		{"GET /favicon.ico", l.pages.buffered(pages.Static)},
		{"GET /-/healthy", l.health.limitConcurrency(serveHealthy)},
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
			routes = append(routes, route{"GET /debug/pprof/" + path, l.profiles.streamed(handler)})
		}
	}
	return routes
}

// handler returns the root handler.
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
	return a.admitted(a.protected(web.RelativeRedirects(mux)))
}

// protected rejects requests that change something if a page of another site
// made the browser send them. The browser would add a password that it
// remembers.
func (a *App) protected(next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	if u := a.options.ExternalURL; u != nil {
		// A proxy may have changed the Host header. Browsers send origins in lower case.
		if err := protection.AddTrustedOrigin(u.Scheme + "://" + strings.ToLower(u.Host)); err != nil {
			panic(err) // the flag has been validated
		}
	}
	return protection.Handler(next)
}

func serveHealthy(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprintln(w, "healthy") }

// maxReadyNames is how many sources the answer lists. It keeps the answer so
// small that the kernel buffers it at once, so a health check never waits for
// its client.
const maxReadyNames = 100

// serveReady reports ready as soon as the server runs. No provider is called at
// start: in a crash loop with a bad key, those calls would lock the key.
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

// maxReloadBody limits the body of a reload request, which needs none.
const maxReloadBody = 64 << 10

// serveReload reloads the configuration, like SIGHUP. It does not start a
// reload if the client has already disconnected.
func (a *App) serveReload(w http.ResponseWriter, r *http.Request) {
	// The server notices a disconnected client only after it has read the body.
	if _, err := io.Copy(io.Discard, http.MaxBytesReader(w, r.Body, maxReloadBody)); err != nil {
		http.Error(w, "cannot read the request body; send none", http.StatusBadRequest)
		return
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	defer context.AfterFunc(a.stopping, cancel)()
	switch err := a.reloads.do(ctx, a.reload); {
	case r.Context().Err() != nil: // the client disconnected
	case a.stopping.Err() != nil:
		http.Error(w, "the exporter is stopping", http.StatusServiceUnavailable)
	case err != nil:
		http.Error(w, err.Error(), http.StatusInternalServerError)
	default:
		current := a.fleet.Current()
		_, _ = fmt.Fprintf(w, "reloaded, accounts: %d, gone: %d\n", len(current.Members), current.Gone)
	}
}
