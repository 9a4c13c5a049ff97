package definition

import (
	"context"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
)

// maxPages is the maximum number of pages in one refresh of a list.
const maxPages = 50

// gathering is the state of one refresh of a list.
type gathering struct {
	source *source
	list   *provider.List
	reader *reader
	page   *page
	// ids and types are the whole names, in the order of the list's reports.
	ids, types []string
	// items is used only if details are requested; seen holds the ids seen so far.
	items []item
	seen  *provider.List

	// trail holds the cursors and queries that led to a page.
	trail provider.Trail

	total, received int
	fresh           bool // whether the current page contained a new id
	old             bool // whether it contains only old finished reports
	full            bool
}

// gather returns an empty gathering of the given types.
func (s *source) gather(types []string) *gathering {
	return &gathering{source: s, list: provider.NewList(types, s.auth.secrets.Hide), reader: &reader{source: s.spec}, trail: provider.Trail{}}
}

// fetchList requests all pages, and then the details.
func (s *source) fetchList(ctx context.Context) (provider.Snapshot, error) {
	g := s.gather(s.config.Types)
	g.page = &page{reader: g.reader, call: s.spec.list, weight: 1, each: g.take}
	if s.spec.afterList != detailNever {
		g.seen = provider.NewList(nil, nil)
		g.page.weight = 2 // as an item, until the details are known, and as a report
	}
	if err := g.pages(ctx); err != nil {
		return provider.Snapshot{}, err
	}
	if g.seen != nil {
		if err := s.details(ctx, g); err != nil {
			return provider.Snapshot{}, err
		}
		for i := range g.items {
			g.add(&g.items[i])
		}
	}
	snapshot, err := g.list.Finish(s.spec.list.method + " " + s.spec.list.path)
	if err != nil {
		return provider.Snapshot{}, err
	}
	s.rename(snapshot.Reports, g.ids, g.types)
	return snapshot, nil
}

// pages requests pages until there is no next page, or none that may bring new ids.
func (g *gathering) pages(ctx context.Context) error {
	s, n := g.source, g.source.spec.next
	st := n.start()
	for number := 1; ; number++ {
		g.fresh, g.old, g.reader.last = false, true, cursor{}
		if err := s.send(ctx, s.spec.list, s.params, st, g.page); err != nil {
			return err
		}
		g.received += g.page.count
		g.reader.quotaOf(s.spec.list, &g.list.Snapshot)
		if g.full {
			break
		}
		var more bool
		var err error
		if st, more, err = n.after(g.reader, number, g.received); err != nil || !more {
			return err
		}
		switch {
		case !g.goesOn(st):
			if n.told() || g.fresh {
				g.list.Snapshot.Complete = false
			}
			return nil
		case n.newestFirst && g.old && g.page.count > 0:
			g.list.Snapshot.Horizon = s.client.Now().Add(-s.maxAge)
			return nil
		case number == maxPages:
			g.full = true
		}
		if g.full {
			break
		}
	}
	g.list.Truncate()
	return nil
}

// goesOn reports whether the next page may bring new ids: if its cursor or URL was not
// used before. A number or offset never repeats, so the page before must have a new id.
func (g *gathering) goesOn(st step) bool {
	if n := g.source.spec.next; n.kind == nextOffset || n.kind == nextPage {
		return g.fresh
	}
	text := st.value.text
	if st.query != nil {
		text = *st.query
	}
	return g.trail.Step(text)
}

// told reports whether a next page exists because the API says so. Otherwise the exporter
// only counts, or repeats the last item's cursor.
func (n *next) told() bool { return n.kind == nextCursor || n.kind == nextURL || len(n.while) > 0 }

// take handles one item of a page.
func (g *gathering) take(each *item) error {
	if g.total++; g.total > apiclient.MaxItems {
		g.full = true
		return nil
	}
	each.draft.Hide(g.source.auth.secrets.Hide) // before a text is cut, or is part of a request
	g.old = g.old && g.source.isOld(&each.draft)
	switch id := each.draft.ID; {
	case g.seen == nil:
		g.add(each)
	case id == "":
		g.list.Add(&each.draft) // counts the item without an id
	case g.seen.Skip(id):
		g.fresh = true
		g.items = append(g.items, *each)
	}
	return nil
}

// add adds an item to the list.
func (g *gathering) add(each *item) {
	d := &each.draft
	if each.ignored && d.ID != "" {
		g.fresh = g.list.Skip(d.ID) || g.fresh
		return
	}
	whole, before := d.Type, len(g.list.Snapshot.Reports)
	if len(g.source.config.Types) > 0 {
		d.Type = g.source.spelled(whole)
	} else {
		d.Type = short(whole)
	}
	g.fresh = g.list.Add(d) || g.fresh
	if len(g.list.Snapshot.Reports) == before {
		return
	}
	g.ids = append(g.ids, d.ID)
	if len(g.source.config.Types) == 0 {
		g.types = append(g.types, whole)
	}
}

// spelled returns a type in the form that the configuration may use: whole or short.
func (s *source) spelled(whole string) string {
	for _, each := range s.config.Types {
		if each == provider.TypeName(whole) {
			return whole
		}
	}
	return short(whole)
}

// isOld reports whether a report is finished and older than max_age.
func (s *source) isOld(d *provider.Draft) bool {
	if s.maxAge <= 0 {
		return false
	}
	r := d.Report(&provider.Unreadable{})
	now := s.client.Now()
	finished := r.FinishedAt()
	return r.StatusAt(now).Finished() && !finished.IsZero() && now.Sub(finished) > s.maxAge
}

// start returns the pagination parameters of the first request.
func (n *next) start() step {
	switch {
	case n == nil:
	case n.kind == nextOffset:
		return step{param: n.param, value: counted(0)}
	case n.kind == nextPage:
		return step{param: n.param, value: counted(n.first)}
	}
	return step{}
}

// after returns the pagination parameters of the next page, and whether there is one.
func (n *next) after(r *reader, number, received int) (step, bool, error) {
	if n == nil {
		return step{}, false, nil
	}
	if len(n.while) > 0 && !n.while.get(&r.values).Bool().Value {
		return step{}, false, nil
	}
	switch n.kind {
	case nextOffset:
		return step{param: n.param, value: counted(received)}, true, nil
	case nextPage:
		return step{param: n.param, value: counted(n.first + number)}, true, nil
	}
	m := r.last
	if n.kind != nextLast {
		m = n.from.cursorOf(&r.values)
	}
	if m.odd || len(m.text) > maxCursorBytes {
		return step{}, false, &provider.Error{Reason: provider.ReasonMalformed, Detail: "the cursor of the next page is not a text, or is too long"}
	}
	if !m.some() {
		return step{}, false, nil
	}
	if n.kind != nextURL {
		if !onlyReads(n.param, m.text) {
			return step{}, false, &provider.Error{Reason: provider.ReasonMalformed, Detail: "the cursor of the next page is not a text that only reads"}
		}
		return step{param: n.param, value: m, alone: n.alone}, true, nil
	}
	query, ok := nextQuery(m.text)
	if !ok {
		return step{}, false, &provider.Error{Reason: provider.ReasonMalformed, Detail: "the address of the next page cannot be used"}
	}
	return step{query: &query}, true, nil
}
