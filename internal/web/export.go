package web

import (
	"net/http"
	"slices"
	"time"

	"export_status_exporter/account"
	"export_status_exporter/internal/human"
)

// maxMatches is the maximum number of exports listed for one id.
const maxMatches = 25

// exportPage is the page /export with everything that is known about one
// export.
type exportPage struct {
	frame
	// Named means that the URL has an id.
	Named bool
	// Matches are the exports that the URL may mean. The fields below More are
	// set only if there is exactly one.
	Matches []row
	More    int
	Steps   []step
	Urgency string
	// Unlisted means that the account's limits exclude the export from the
	// lists.
	Unlisted bool
	Problem  *problem
	Within   string
	Took     string
	Usual    typicalDuration
	Queries  []promQuery
}

// step is a named time in the life of an export.
type step struct {
	Name string
	*instant
}

// Export handles GET /export?provider=&account=&source=&id=. Parameters other
// than id may be left out to match any value.
func (p *Pages) Export(w http.ResponseWriter, r *http.Request) {
	values := r.URL.Query()
	asked := parseQuery(values)
	source := sanitize(values.Get("source"))
	fleet := p.current()
	page := exportPage{frame: p.frame(hereExports, "Export", "./", freshnessOf(fleet)), Named: asked.id != ""}
	entries, more := findExports(fleet, asked, source)
	for i := range entries {
		page.Matches = append(page.Matches, newRow(&entries[i], asked.blank()))
	}
	page.More = more
	status := http.StatusOK
	switch len(entries) {
	case 0:
		status = http.StatusNotFound
		page.Title = "No such export · " + product
		page.Queries = missingQueries(asked, source)
	case 1:
		page.fill(&entries[0], fleet)
	default:
		page.Title = "Exports of one id · " + product
	}
	p.writeHTML(w, status, "export.html", &page)
}

// findExports returns the exports with an id, whether or not they are listed,
// and how many there are beyond maxMatches.
func findExports(f Fleet, q query, source string) (found []entry, more int) {
	if q.id == "" {
		return nil, 0
	}
	for place := range f.Accounts {
		view := &f.Accounts[place]
		if !q.matches(view) {
			continue
		}
		for i := range view.Sources {
			s := &view.Sources[i]
			if source != "" && source != s.Name || s.Snapshot == nil {
				continue
			}
			for j := range s.Snapshot.Reports {
				r := &s.Snapshot.Reports[j]
				switch {
				case r.ID != q.id:
				case len(found) == maxMatches:
					more++
				default:
					listed := account.ListedReport{Source: s, Report: r, Status: r.StatusAt(view.Now)}
					found = append(found, newEntry(view, place, listed, s.Summaries(view.Now)[r.Type]))
				}
			}
		}
	}
	return found, more
}

// fill sets the fields about one export.
func (p *exportPage) fill(e *entry, f Fleet) {
	r := &p.Matches[0]
	p.Title = exportName(e) + " " + r.Ident.Short() + " · " + product
	p.Urgency = urgencies[e.urgency].title
	p.Steps = steps(r)
	if within := e.expected().ReadyWithin; within > 0 {
		p.Within = human.Span(within)
	}
	p.Took = took(e)
	all := make(durations)
	for i := range f.Accounts {
		all.add(&f.Accounts[i])
	}
	p.Usual = all.typical(e.view.Provider, e.Report.Type)
	p.Unlisted = !isListed(e)
	if e.Source.Failure != nil {
		known := make(map[problemKey]*problem)
		source := newSource(e.view, e.Source, account.Omitted{})
		addProblems(known, &Account{Name: e.view.Name, Provider: e.view.Provider, Sources: []Source{source}})
		p.Problem = sortedProblems(known)[0]
	}
	p.Queries = exportQueries(e)
}

func isListed(e *entry) bool {
	listed, _ := e.view.List()
	return slices.ContainsFunc(listed, func(each account.ListedReport) bool { return each.Report == e.Report })
}

// exportName describes an export by its type and format instead of its id.
func exportName(e *entry) string {
	name := ""
	for _, word := range []string{e.Report.Type, e.Report.Format} {
		if word != "" {
			name += visible(word) + " "
		}
	}
	return name + "export"
}

func steps(r *row) []step {
	var list []step
	add := func(name string, t *time.Time) {
		if t != nil {
			list = append(list, step{name, r.When(t)})
		}
	}
	add("Requested", r.Created)
	add("Started", r.Started)
	add("Ready", r.Completed)
	add("Failed", r.Failed)
	if r.Until != nil {
		add("Expires", r.Expires)
	}
	add("Data from", r.DataStart)
	add("Data to", r.DataEnd)
	add("Newest row", r.LastEntry)
	add("First seen", r.FirstSeen)
	add("Last change seen", r.Changed)
	return list
}

// took describes how long an export took, or has taken so far.
func took(e *entry) string {
	r := e.Report
	switch {
	case r.Since().IsZero():
		return ""
	case !r.Completed.IsZero():
		return human.Span(max(r.Completed.Sub(r.Since()), 0))
	case !r.Failed.IsZero():
		return human.Span(max(r.Failed.Sub(r.Since()), 0)) + " until it failed"
	case e.Status.Unfinished():
		return human.Span(max(e.view.Now.Sub(r.Since()), 0)) + " so far"
	default:
		return ""
	}
}
