package web

import (
	"html/template"
	"io/fs"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// runbookIncomplete is the runbook for a ready export whose file is incomplete.
const runbookIncomplete = "ExportIncomplete"

// runbook is a page of docs/runbooks, rendered by the docs tool.
type runbook struct {
	Name string
	HTML template.HTML
}

// runbookIndex is the name of the page that lists the others.
const runbookIndex = "README"

// runbooks returns the runbooks by name.
func runbooks() map[string]runbook {
	found := make(map[string]runbook)
	files, err := fs.Glob(assets, "assets/runbooks/*.html")
	if err != nil {
		panic(err) // the pattern is constant
	}
	for _, file := range files {
		body, err := assets.ReadFile(file)
		if err != nil {
			panic(err) // embedded at build time
		}
		name := strings.TrimSuffix(file[strings.LastIndex(file, "/")+1:], ".html")
		found[name] = runbook{name, template.HTML(body)} //nolint:gosec // Rendered from pages of this repository.
	}
	return found
}

// RunbookNames returns the alerts that have a runbook, sorted.
func (p *Pages) RunbookNames() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(p.runbooks)), func(name string) bool { return name == runbookIndex })
}

// runbookPage is a page under /runbooks/.
type runbookPage struct {
	frame
	runbook
	// Names lists all runbooks if the requested one does not exist.
	Names []string
}

// Runbook handles GET /runbooks/ and GET /runbooks/ALERT.
func (p *Pages) Runbook(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/runbooks/")
	if strings.Contains(name, "/") {
		http.NotFound(w, r)
		return
	}
	fleet := p.current()
	page := runbookPage{frame: p.frame(hereRunbooks, "Runbooks", "../", freshnessOf(fleet))}
	status := http.StatusOK
	if name == "" {
		name = runbookIndex
	} else {
		page.Title = name + " · Runbooks · " + product
	}
	found, ok := p.runbooks[name]
	if page.runbook = found; !ok {
		status = http.StatusNotFound
		page.Title, page.Names = "No such runbook · "+product, p.RunbookNames()
	}
	p.writeHTML(w, status, "runbook.html", page)
}
