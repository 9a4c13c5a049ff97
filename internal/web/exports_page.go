package web

import (
	"slices"

	"export_status_exporter/provider"
)

const (
	// cardAccounts is the maximum number of accounts that are shown as cards;
	// more are shown as table rows.
	cardAccounts = 8
	// groupRows is the maximum number of exports shown of a group, and maxRows
	// that of a list. HTML takes several times the bytes of JSON.
	groupRows = 25
	maxRows   = 1000
)

// exportsPage is the HTML page /exports.
type exportsPage struct {
	frame
	*Document
	troubles
	query query
	// Tiles are the numbers at the top, one per status.
	Tiles   []tile
	Fields  []field
	Hidden  []filter
	Chips   []chip
	Columns []column
	Groups  []group
	Pager   *pager
	// Cards are the accounts if there are few, Lines if there are many.
	Cards []shownAccount
	Lines []accountLine
	Waits []typicalDuration
	// Clear links to the page without a filter, Grouped to the page without
	// sorting, and More to the page with the highest limit if some accounts are
	// not shown.
	Clear, Grouped, More string
	Filtered, Waiting    bool
	// Known means that the numbers of exports are known. Total and Listed are
	// those of the summary, or 0.
	Known         bool
	Total, Listed int
	MaxLimit      int
}

// tile is a number that links to a filter.
type tile struct {
	Status string
	Count  int
	Link   string
	Chosen bool
}

// chip is an active filter, with a link to remove it.
type chip struct{ Name, Value, Without string }

// group is a group of exports in the table.
type group struct {
	Title, Urgency string
	Rows           []row
	// Count is the number of exports in the group. All links to them if not all
	// are shown.
	Count int
	All   string
}

func (p *Pages) exportsPage(f Fleet, q query) *exportsPage {
	s := newDraft(f, q, p.info)
	page := &exportsPage{
		frame: p.frame(hereExports, "Exports", "./", s.freshness), Document: s.Document, query: q,
		Fields: fields(f, q), Chips: chips(q), troubles: s.troubles, Columns: columnsOf(q), Waits: s.durations.all(),
		Clear: q.blank().self(), Filtered: q.filtered(), MaxLimit: maxLimit,
		Waiting: s.Summary.Sources.Total > 0 && s.Summary.Sources.NotRefreshed == s.Summary.Sources.Total,
	}
	page.JSON, page.RefreshSeconds, page.link = q.link("format", "json"), q.refresh, q.link
	if n := s.Summary.Accounts.Trouble; n > 0 {
		page.Title = "(" + count(float64(n)) + ") " + page.Title
	}
	if counts := s.Summary.Reports; counts.ByStatus != nil {
		page.Known, page.Total, page.Listed = true, *counts.Total, *counts.Listed
	}
	if q.flat() {
		page.list(s.entries)
	} else {
		page.group(s.entries)
	}
	page.addTiles()
	page.addAccounts()
	return page
}

// list shows one page of all entries.
func (p *exportsPage) list(entries []entry) {
	size := min(p.query.limit, maxRows)
	from, to := p.query.part(len(entries), size)
	p.Pager = newPager(p.query, size, from, to, len(entries))
	p.Grouped = p.query.grouped().self()
	if from == to {
		return
	}
	g := group{Title: "All exports by urgency", Count: len(entries), Rows: p.rows(entries[from:to])}
	if at := slices.Index(Urgencies(), p.query.urgency); at >= 0 {
		g.Urgency, g.Title = p.query.urgency, urgencies[at].title
	} else if p.query.sort != "" {
		g.Title = "All exports"
	}
	p.Groups = append(p.Groups, g)
}

// group shows the first entries of each urgency.
func (p *exportsPage) group(entries []entry) {
	most := min(groupRows, p.query.limit)
	for len(entries) > 0 {
		first := entries[0].urgency
		end := slices.IndexFunc(entries, func(e entry) bool { return e.urgency != first })
		if end < 0 {
			end = len(entries)
		}
		g := group{Title: urgencies[first].title, Urgency: first.String(), Count: end, Rows: p.rows(entries[:min(end, most)])}
		if end > most {
			g.All = p.query.link(byUrgency, g.Urgency)
		}
		p.Groups = append(p.Groups, g)
		entries = entries[end:]
	}
}

func (p *exportsPage) rows(entries []entry) []row {
	rows := make([]row, 0, len(entries))
	for i := range entries {
		rows = append(rows, newRow(&entries[i], p.query))
	}
	p.Summary.Reports.Shown += len(rows)
	return rows
}

func (p *exportsPage) addTiles() {
	for _, status := range provider.Statuses() {
		name := status.String()
		t := tile{Status: name, Count: p.Summary.Reports.ByStatus[name], Link: p.query.link(byStatus, name), Chosen: p.query.status == name}
		if t.Chosen {
			t.Link = p.query.link(byStatus, "") // clicking it again removes the filter
		}
		p.Tiles = append(p.Tiles, t)
	}
	values := p.query.values()
	for _, name := range []string{byUrgency, byID, byReason, "sort", "limit"} {
		if value := values.Get(name); value != "" {
			p.Hidden = append(p.Hidden, filter{name, value})
		}
	}
}

func (p *exportsPage) addAccounts() {
	if p.Summary.Accounts.Total > cardAccounts {
		p.Lines = accountLines(p.Document, p.query)
	} else {
		for _, a := range p.Accounts {
			p.Cards = append(p.Cards, shownAccount{a, p.query.link(byAccount, a.Name), p.GeneratedAt})
		}
	}
	if p.Summary.Accounts.Shown < p.Summary.Accounts.Total && p.query.limit < maxLimit {
		more := p.query
		more.page, more.limit = 1, maxLimit
		p.More = more.self()
	}
}

// Unlisted returns the number of exports that the accounts' own limits exclude.
func (p *exportsPage) Unlisted() int { return p.Total - p.Listed }

func chips(q query) []chip {
	var list []chip
	for _, each := range q.filters() {
		if each.Value != "" {
			list = append(list, chip{each.Name, each.Value, q.link(each.Name, "")})
		}
	}
	return list
}
