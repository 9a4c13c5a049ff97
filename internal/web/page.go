package web

import (
	"html/template"
	"slices"
	"time"

	"export_status_exporter/provider"

	"export_status_exporter/account"
)

// quietFold is how many accounts without trouble are shown before they fold.
const quietFold = 12

// page is a document with what only a browser needs.
type page struct {
	*Document
	query query
	// Tiles are the numbers at the top, one for each status.
	Tiles  []tile
	Fields []field
	Groups []group
	// Folded accounts, all without trouble, stand behind a click if they are many.
	Shown, Folded []Account
	// JSON, Clear and More are relative addresses of this page in other forms.
	JSON, Clear, More string
	Filtered, Waiting bool
	// Known says that the summary counts the reports. Total and Listed are what
	// it says, and 0 if it does not.
	Known         bool
	Total, Listed int
	// Limited says that the form has to keep a limit.
	Limited        bool
	RefreshSeconds int
	MaxLimit       int
}

// tile is one number that is also a filter.
type tile struct {
	Status string
	Count  int
	Link   string
	Chosen bool
}

// group is the reports of one urgency.
type group struct {
	Title   string
	Urgency string
	Reports []Report
}

func newPage(f Fleet, q query, d *Document) *page {
	p := &page{
		Document: d, query: q,
		Fields:         fields(f, q),
		JSON:           q.link("format", "json"),
		Clear:          query{limit: q.limit, refresh: q.refresh}.self(),
		Filtered:       q.filtered(),
		Waiting:        d.Summary.Sources.Total > 0 && d.Summary.Sources.NotRefreshed == d.Summary.Sources.Total,
		Limited:        q.limit != defaultLimit,
		RefreshSeconds: q.refresh,
		MaxLimit:       maxLimit,
	}
	if counts := d.Summary.Reports; counts.ByStatus != nil {
		p.Known, p.Total, p.Listed = true, *counts.Total, *counts.Listed
	}
	if q.limit < maxLimit && (p.Listed > q.limit || d.Summary.Accounts.Total > q.limit) {
		more := q
		more.limit = maxLimit
		p.More = more.self()
	}
	for _, status := range provider.Statuses() {
		name := status.String()
		t := tile{Status: name, Count: d.Summary.Reports.ByStatus[name], Link: q.link(byStatus, name), Chosen: q.status == name}
		if t.Chosen {
			t.Link = q.link(byStatus, "") // a second click undoes the first
		}
		p.Tiles = append(p.Tiles, t)
	}
	for i := range d.Reports {
		if last := len(p.Groups) - 1; last < 0 || p.Groups[last].Urgency != d.Reports[i].Urgency {
			title := urgencyTitles[slices.Index(urgencyNames[:], d.Reports[i].Urgency)]
			p.Groups = append(p.Groups, group{Title: title, Urgency: d.Reports[i].Urgency})
		}
		last := &p.Groups[len(p.Groups)-1]
		last.Reports = append(last.Reports, d.Reports[i])
	}
	p.Shown = d.Accounts
	at := slices.IndexFunc(d.Accounts, func(a Account) bool { return a.State == string(account.StateUp) })
	if at >= 0 && len(d.Accounts)-at > quietFold {
		p.Shown, p.Folded = d.Accounts[:at], d.Accounts[at:]
	}
	return p
}

// AccountLink is the address of this page for one account.
func (p *page) AccountLink(name string) string {
	return query{account: name, limit: p.query.limit, refresh: p.query.refresh}.self()
}

// Unlisted is how many reports the accounts' own limits leave out.
func (p *page) Unlisted() int { return p.Total - p.Listed }

// Show is how one report is to be shown, for the template's parts.
func (p *page) Show(r Report) shownReport { return shownReport{r, p} }

// ShowAccount is the same for an account.
func (p *page) ShowAccount(a Account) shownAccount { return shownAccount{a, p} }

type shownReport struct {
	Report
	Page *page
}

type shownAccount struct {
	Account
	Page *page
}

// parseTemplates parses what is constant content and therefore always good.
func parseTemplates(static map[string]asset) *template.Template {
	return template.Must(template.New("").Funcs(template.FuncMap{
		"asset":   func(name string) string { return "static/" + name + "?v=" + static[name].tag },
		"count":   count,
		"date":    date,
		"glyph":   glyph,
		"percent": percent,
		"plural":  plural,
		// A file that lacks nothing needs no word.
		"positive": func(n *float64) bool { return n != nil && *n > 0 },
		"seconds":  seconds,
		"span":     func(s float64) string { return span(time.Duration(s * float64(time.Second))) },
		"whole":    func(n int) string { return count(float64(n)) },
		"visible":  visible,
		"yes":      func(b bool) bool { return b },
		"when":     when,
		"words":    words,
	}).ParseFS(assets, "assets/*.html"))
}
