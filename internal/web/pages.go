// Package web renders the pages that a person looks at. It shows views of
// accounts that it is given and does nothing else: it has no clock, asks no
// provider and starts no refresh, however often a page is read.
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

// What comes of the assets never changes, so that a process makes it once, when
// the first pages are made.
var (
	sharedStatic    = sync.OnceValue(staticAssets)
	sharedTemplates = sync.OnceValue(func() *template.Template { return parseTemplates(sharedStatic()) })
	sharedRunbooks  = sync.OnceValue(runbooks)
)

// Fleet is all accounts at one moment.
type Fleet struct {
	// Now is the moment of all views. It is there even if no account is.
	Now      time.Time
	Accounts []account.View
}

// Info is what the pages say of the exporter itself.
type Info struct {
	Version string
	// Profiles says that /debug/pprof/ is served.
	Profiles bool
}

// Pages serves the pages. It is safe for concurrent use.
type Pages struct {
	current   func() Fleet
	info      Info
	templates *template.Template
	static    map[string]asset
	runbooks  map[string]runbook
}

// New returns the pages over a function that returns the accounts as they are
// shown at the present moment. The function is called once for each page and
// must not ask a provider.
func New(current func() Fleet, info Info) *Pages {
	return &Pages{
		current:   current,
		info:      info,
		static:    sharedStatic(),
		templates: sharedTemplates(),
		runbooks:  sharedRunbooks(),
	}
}

// Exports answers GET /exports: the state of every source and a table of
// exports, most urgent first, as HTML or, with ?format=json, as a Document. See
// query for the other parameters. Links in the page are relative, so it may
// be mounted below any prefix.
func (p *Pages) Exports(w http.ResponseWriter, r *http.Request) {
	values := r.URL.Query()
	asked := parseQuery(values)
	switch values.Get("format") {
	case "json":
		p.writeJSON(w, build(p.current(), asked, p.info))
	case "", "html":
		if asked.refresh > 0 {
			// A header and not an element of the page: both are in the HTML
			// standard, reload the same address and thereby keep the filter.
			w.Header().Set("Refresh", strconv.Itoa(asked.refresh))
		}
		p.writeHTML(w, http.StatusOK, "exports.html", p.exportsPage(p.current(), asked))
	default:
		http.Error(w, "format must be html or json", http.StatusBadRequest)
	}
}

// Landing answers GET /: where everything is, and the accounts at a glance.
func (p *Pages) Landing(w http.ResponseWriter, _ *http.Request) {
	p.writeHTML(w, http.StatusOK, "landing.html", p.landingPage(p.current()))
}

// writeJSON sends a document once it is whole, so that an answer is never cut
// in the middle by an error.
func (*Pages) writeJSON(w http.ResponseWriter, d *Document) {
	body, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		http.Error(w, "the exports cannot be written as JSON: "+err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(append(body, '\n'))
}

func (p *Pages) writeHTML(w http.ResponseWriter, status int, name string, data any) {
	var b bytes.Buffer
	if err := p.templates.ExecuteTemplate(&b, name, data); err != nil {
		http.Error(w, "the page cannot be made: "+err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes())
}
