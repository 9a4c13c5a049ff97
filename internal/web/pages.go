// Package web renders the HTML pages. It only shows the views that it is given:
// it has no clock, makes no API call and starts no refresh.
package web

import (
	"bytes"
	"embed"
	"encoding/json"
	"html/template"
	"net/http"
	"strconv"
	"sync"
	"time"

	"export_status_exporter/account"
)

//go:embed assets
var assets embed.FS

// The assets never change, so they are processed once per process.
var (
	sharedStatic    = sync.OnceValue(staticAssets)
	sharedTemplates = sync.OnceValue(func() *template.Template { return parseTemplates(sharedStatic()) })
	sharedRunbooks  = sync.OnceValue(runbooks)
)

// Fleet holds the views of all accounts at one moment.
type Fleet struct {
	// Now is the time of all views. It is set even without accounts.
	Now      time.Time
	Accounts []account.View
}

// Info is what the pages show about the exporter itself.
type Info struct {
	Version string
	// Profiles means that /debug/pprof/ is served.
	Profiles bool
}

// Pages serves the HTML pages. It is safe for concurrent use.
type Pages struct {
	current   func() Fleet
	info      Info
	templates *template.Template
	static    map[string]asset
	runbooks  map[string]runbook
}

// New returns the pages. It calls current once per request for the views to
// show; current must not make an API call.
func New(current func() Fleet, info Info) *Pages {
	return &Pages{
		current:   current,
		info:      info,
		static:    sharedStatic(),
		templates: sharedTemplates(),
		runbooks:  sharedRunbooks(),
	}
}

// Exports handles GET /exports: the state of every source and a table of
// exports, most urgent first, as HTML or, with ?format=json, as a Document. See
// query for the other parameters. Links are relative, so any path prefix works.
func (p *Pages) Exports(w http.ResponseWriter, r *http.Request) {
	values := r.URL.Query()
	asked := parseQuery(values)
	switch values.Get("format") {
	case "json":
		p.writeJSON(w, build(p.current(), asked, p.info))
	case "", "html":
		if asked.refresh > 0 {
			// Use a header instead of a meta element. Both are in the HTML
			// standard, reload the same URL and so keep the filter.
			w.Header().Set("Refresh", strconv.Itoa(asked.refresh))
		}
		p.writeHTML(w, http.StatusOK, "exports.html", p.exportsPage(p.current(), asked))
	default:
		http.Error(w, "format must be html or json", http.StatusBadRequest)
	}
}

// Landing handles GET /: links to all pages, and a summary of the accounts.
func (p *Pages) Landing(w http.ResponseWriter, _ *http.Request) {
	p.writeHTML(w, http.StatusOK, "landing.html", p.landingPage(p.current()))
}

// writeJSON encodes the whole document before sending it, so an error never
// truncates a response.
func (*Pages) writeJSON(w http.ResponseWriter, d *Document) {
	body, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		http.Error(w, "cannot encode the exports as JSON: "+err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(append(body, '\n'))
}

func (p *Pages) writeHTML(w http.ResponseWriter, status int, name string, data any) {
	var b bytes.Buffer
	if err := p.templates.ExecuteTemplate(&b, name, data); err != nil {
		http.Error(w, "cannot render the page: "+err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes())
}
