package app

import (
	"fmt"
	"net/http"

	"github.com/go-kit/log/level"
	toolkit "github.com/prometheus/exporter-toolkit/web"

	"export_status_exporter/internal/web"
)

// pages are what a person looks at. They show what is there and ask nobody.
func (a *App) pages() *web.Pages {
	return web.New(func() web.Fleet {
		now := a.options.Now()
		return web.Fleet{Now: now, Accounts: a.fleet.Current().Views(now)}
	}, web.Info{Version: a.options.Version})
}

// serveLanding shows where everything is, and the accounts at a glance.
func (a *App) serveLanding(w http.ResponseWriter, r *http.Request) {
	glance, err := a.pages().Glance()
	if err != nil {
		_ = level.Error(a.options.Loggers.Kit).Log("msg", "landing page is incomplete", "err", err)
	}
	links := []toolkit.LandingLinks{
		{Address: "exports", Text: "Exports", Description: "every report and how its account is doing"},
		{Address: "metrics", Text: "Metrics", Description: "asks the providers what is due"},
		{Address: "metrics/exporter", Text: "Exporter metrics", Description: "of the process alone, asks nobody"},
		{Address: "sd", Text: "Discovery", Description: "the accounts, for http_sd_configs and /probe?account=NAME"},
		{Address: "config", Text: "Configuration", Description: "as it is in force, without secrets"},
		{Address: "-/ready", Text: "Ready", Description: "which sources were not refreshed yet"},
		{Address: "-/healthy", Text: "Healthy"},
	}
	if a.options.EnablePprof {
		links = append(links, toolkit.LandingLinks{Address: "debug/pprof/", Text: "Profiles"})
	}
	// Relative links work below any path, and the toolkit compares the page's
	// own path with what it puts before them.
	const here = "./"
	page, err := toolkit.NewLandingPage(toolkit.LandingConfig{
		RoutePrefix: here,
		Name:        "Export Status Exporter",
		Description: "The state of data exports, for Prometheus",
		Version:     a.options.Version,
		CSS:         web.Stylesheet(),
		ExtraHTML:   glance,
		Links:       links,
		Profiling:   "false",
	})
	if err != nil {
		http.Error(w, "the page could not be made", http.StatusInternalServerError)
		return
	}
	relative := r.Clone(r.Context())
	relative.URL.Path = here
	page.ServeHTTP(standards{w}, relative)
}

// standards puts before the toolkit's page what it lacks, and without which
// browsers follow rules of the last century.
type standards struct{ http.ResponseWriter }

func (s standards) Write(page []byte) (int, error) {
	if _, err := s.ResponseWriter.Write([]byte("<!DOCTYPE html>\n")); err != nil {
		return 0, err
	}
	return s.ResponseWriter.Write(page)
}

// serveConfig shows the configuration in force, with every secret masked.
func (a *App) serveConfig(w http.ResponseWriter, _ *http.Request) {
	text, err := a.fleet.Current().Config.Masked()
	if err != nil {
		http.Error(w, "the configuration could not be written", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = fmt.Fprint(w, text)
}
