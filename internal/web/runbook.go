package web

import (
	"cmp"
	"html/template"
	"io/fs"
	"net/http"
	"slices"
	"strings"

	"export_status_exporter/provider"
)

// runbookIncomplete is about a ready export whose file lacks something.
const runbookIncomplete = "ExportIncomplete"

// urgencyRunbook names the runbook of what is wrong with an export; empty if
// nothing is.
func urgencyRunbook(u urgency) string {
	switch u {
	case urgencyFailed:
		return "ExportFailed"
	case urgencyStuck:
		return "ExportStuck"
	case urgencyAwaiting:
		return "ExportAwaitingStart"
	case urgencyUnknown:
		return "ExportAnswerNotUnderstood"
	case urgencyExpiring:
		return "ExportExpiringSoon"
	case urgencyUnderWay, urgencyReady, urgencyOver:
		return ""
	}
	return ""
}

// reasonRunbook names the runbook of a source that fails.
func reasonRunbook(r provider.Reason) string {
	switch r {
	case provider.ReasonAuth, provider.ReasonPermission, provider.ReasonLockout, provider.ReasonPaymentRequired:
		return "ExportAuthFailing"
	case provider.ReasonClockSkew:
		return "ExportClockSkew"
	default:
		return "ExportSourceDown"
	}
}

// runbook is a page of docs/runbooks, as the docs tool has rendered it.
type runbook struct {
	Name string
	HTML template.HTML
}

// runbookIndex is the name of the page that lists the others.
const runbookIndex = "README"

// runbooks are the pages by their names.
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

// RunbookNames are the alerts that have a runbook, sorted.
func (p *Pages) RunbookNames() []string {
	names := make([]string, 0, len(p.runbooks))
	for name := range p.runbooks {
		if name != runbookIndex {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, cmp.Compare)
	return names
}

// runbookPage is /runbooks/ and what is below it.
type runbookPage struct {
	frame
	runbook
	// Names are the other runbooks, for the page that is not there.
	Names []string
}

// Runbook answers GET /runbooks/ and GET /runbooks/ALERT.
func (p *Pages) Runbook(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/runbooks/")
	if strings.Contains(name, "/") {
		http.NotFound(w, r)
		return
	}
	fleet := p.current()
	page := runbookPage{frame: p.frame(hereRunbooks, "Runbooks", "../", ageOf(fleet))}
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
