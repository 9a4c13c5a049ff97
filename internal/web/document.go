package web

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// Whole returns the document with every account and export of a fleet, in the
// order of /exports, without pages.
func Whole(f Fleet, info Info) *Document {
	return build(f, query{page: 1, limit: math.MaxInt}, info)
}

// build returns the document of a fleet for a query.
func build(f Fleet, q query, info Info) *Document {
	found := newDraft(f, q, info)
	from, to := q.part(len(found.entries), q.limit)
	found.show(found.entries[from:to])
	return found.Document
}

// part returns the bounds of the page that a query asks for, in a list of the
// given length. Beyond the end, it returns the last page.
func (q query) part(length, size int) (from, to int) {
	from = min((q.page-1)*size, max(length-1, 0)/size*size)
	return from, min(from+size, length)
}

// draft is a document without its exports, and the data to complete it.
type draft struct {
	*Document
	// entries are the exports that match the filter, in the order of the query.
	entries  []entry
	troubles troubles
	// durations holds how long exports take.
	durations durations
	freshness freshness
}

// show adds entries to the document.
func (s *draft) show(entries []entry) {
	for i := range entries {
		s.Reports = append(s.Reports, newReport(&entries[i]))
	}
	s.Summary.Reports.Shown = len(s.Reports)
}

func newDraft(f Fleet, q query, info Info) *draft {
	s := &draft{Document: newDocument(f.Now, q, info), durations: make(durations)}
	c := counter{query: q, search: strings.ToLower(q.search), byStatus: noReports(), byUrgency: noUrgencies()}
	s.freshness.Now = f.Now.UTC()
	problems := make(map[problemKey]*problem)
	known := false
	for place := range f.Accounts {
		view := &f.Accounts[place]
		if !q.matches(view) {
			continue
		}
		listed, omitted := view.List()
		summaries := make(summaries, len(view.Sources))
		for i := range view.Sources {
			summaries[&view.Sources[i]] = view.Sources[i].Summaries(view.Now)
		}
		shown := newAccount(view, summaries, omitted)
		s.addAccount(shown)
		s.freshness.add(view)
		addProblems(problems, &shown)
		late := lateOf(&shown)
		s.troubles.LateCount += len(late)
		s.troubles.Late = append(s.troubles.Late, late[:min(len(late), problemSources-len(s.troubles.Late))]...)
		s.durations.add(view)
		known = known || shown.ReportsByStatus != nil
		c.count(summaries)
		s.entries = append(s.entries, c.filter(view, place, listed, summaries)...)
	}
	s.troubles.Problems = sortedProblems(problems)
	slices.SortStableFunc(s.Accounts, func(a, b Account) int {
		return cmp.Compare(stateRank(a.State), stateRank(b.State))
	})
	s.Accounts = s.Accounts[:min(len(s.Accounts), q.limit)]
	s.Summary.Accounts.Shown, s.Summary.Accounts.Overdue = len(s.Accounts), s.freshness.Overdue
	s.Summary.DataAt, s.Summary.ScrapedAt = s.freshness.Data, s.freshness.Scraped
	// Without accounts, it is certain that there are no exports.
	if known || s.Summary.Accounts.Total == 0 {
		total, listed := c.total, len(s.entries)
		if q.narrowed() {
			total = listed
		}
		s.Summary.Reports = ReportCounts{ByStatus: c.byStatus, ByUrgency: c.byUrgency, Total: &total, Listed: &listed}
	}
	sortEntries(s.entries, q.sort)
	return s
}

func newDocument(now time.Time, q query, info Info) *Document {
	return &Document{
		SchemaVersion:   SchemaVersion,
		GeneratedAt:     now.UTC(),
		ExporterVersion: info.Version,
		Filter: Filter{
			Provider: text(q.provider), Account: text(q.account), Reason: text(q.reason),
			Type: text(q.kind), Status: text(q.status), Urgency: text(q.urgency), ID: text(q.id), Search: text(q.search),
			Sort: text(q.sort), Page: q.page, Limit: q.limit,
		},
		Accounts: []Account{},
		Reports:  []Report{},
	}
}

func (d *Document) addAccount(a Account) {
	d.Accounts = append(d.Accounts, a)
	d.Summary.Accounts.Total++
	if a.State == string(account.StateTrouble) {
		d.Summary.Accounts.Trouble++
	}
	counts := &d.Summary.Sources
	for i := range a.Sources {
		counts.Total++
		switch account.State(a.Sources[i].State) {
		case account.StateUp:
			counts.Up++
		case account.StateFailing:
			counts.Failing++
		case account.StateHeldBack:
			counts.HeldBack++
		case account.StateNotRefreshed:
			counts.NotRefreshed++
		case account.StateTrouble: // of accounts only
		}
		if a.Sources[i].Stale {
			counts.Stale++
		}
	}
}

func newReport(e *entry) Report {
	r, now := e.Report, e.view.Now
	row := Report{
		Provider: e.view.Provider, Account: e.view.Name, Source: e.Source.Name,
		ID: r.ID, Type: text(r.Type), Format: text(r.Format),
		Status: e.Status.String(), Urgency: e.urgency.String(),
		ProgressRatio: number(r.ProgressAt(now)),
		Rows:          number(r.Rows), ProcessedRows: number(r.ProcessedRows), CostCredits: number(r.CostCredits),
		FailedItems: number(r.FailedItems), SizeBytes: number(r.SizeBytes), FirstSeen: moment(r.FirstSeen), Changed: moment(r.Changed),
		Created: moment(r.Created), Started: moment(r.Started), Completed: moment(r.Completed),
		Failed: moment(r.Failed), Expires: moment(r.Expires),
		DataStart: moment(r.DataStart), DataEnd: moment(r.DataEnd), LastEntry: moment(r.LastEntry),
	}
	if e.Status == provider.StatusUnknown {
		row.ProviderStatus = text(r.ProviderStatus)
	}
	if r.PendingDeletion.Known {
		pending := r.PendingDeletion.Value != 0
		row.PendingDeletion = &pending
	}
	if !r.Created.IsZero() {
		// The age is not negative even if our clock is behind the provider's.
		age := max(now.Sub(r.Created).Seconds(), 0)
		row.AgeSeconds = &age
	}
	if !r.Expires.IsZero() {
		left := r.Expires.Sub(now).Seconds()
		row.ExpiresInSeconds = &left
	}
	return row
}

// text, number and moment return nil for an unknown value.
func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func number(n provider.Number) *float64 {
	if !n.Known || math.IsNaN(n.Value) || math.IsInf(n.Value, 0) {
		return nil // JSON has no NaN or infinity either
	}
	return &n.Value
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}
