package web

import (
	"cmp"
	"math"
	"slices"
	"time"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// build makes the document of a fleet. Both forms of /exports are written from
// it, so that they cannot differ in what they say.
func build(f Fleet, q query, info Info) *Document {
	d, entries := survey(f, q, info)
	sortByUrgency(entries)
	for _, each := range entries[:min(len(entries), q.limit)] {
		d.Reports = append(d.Reports, newReport(each))
	}
	d.Summary.Reports.Shown = len(d.Reports)
	return d
}

// survey makes the document without its reports, and returns those that it
// would list, in no order.
func survey(f Fleet, q query, info Info) (*Document, []entry) {
	d := &Document{
		SchemaVersion:   SchemaVersion,
		GeneratedAt:     f.Now.UTC(),
		ExporterVersion: info.Version,
		Filter: Filter{
			Provider: text(q.provider), Account: text(q.account), Type: text(q.kind), Status: text(q.status),
			Limit: q.limit,
		},
		Accounts: []Account{},
		Reports:  []Report{},
	}
	known, total, byStatus := false, 0, noReports()
	var entries []entry
	for place := range f.Accounts {
		view := &f.Accounts[place]
		if !q.matches(view) {
			continue
		}
		listed, omitted := view.List()
		shown := newAccount(view, omitted)
		d.addAccount(shown)
		known = known || shown.ReportsByStatus != nil
		total += countReports(view, q, byStatus)
		entries = append(entries, choose(view, place, listed, q)...)
	}
	slices.SortStableFunc(d.Accounts, func(a, b Account) int {
		return cmp.Compare(stateRank(a.State), stateRank(b.State))
	})
	d.Accounts = d.Accounts[:min(len(d.Accounts), q.limit)]
	d.Summary.Accounts.Shown = len(d.Accounts)

	// Where there is no account, there is no report: that much is known.
	if known || d.Summary.Accounts.Total == 0 {
		listed := len(entries)
		d.Summary.Reports = ReportCounts{ByStatus: byStatus, Total: &total, Listed: &listed}
	}
	return d, entries
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

// countReports counts all reports and not only those that are listed, as the
// metric export_reports does. It adds those of the filter's type to byStatus,
// and returns how many have its status too.
func countReports(view *account.View, q query, byStatus map[string]int) int {
	total := 0
	for i := range view.Sources {
		for kind, summary := range view.Sources[i].Summaries(view.Now) {
			if !q.matchesType(kind) {
				continue
			}
			addCounts(byStatus, summary)
			for _, status := range provider.Statuses() {
				if q.matchesStatus(status) {
					total += summary.Count[status]
				}
			}
		}
	}
	return total
}

// choose returns the listed reports of an account that the filter leaves, each
// with its urgency.
func choose(view *account.View, place int, listed []account.Listed, q query) []entry {
	summaries := make(map[*account.SourceView]map[string]*account.Summary)
	for i := range view.Sources {
		summaries[&view.Sources[i]] = view.Sources[i].Summaries(view.Now)
	}
	var entries []entry
	for _, each := range listed {
		if !q.matchesType(each.Report.Type) || !q.matchesStatus(each.Status) {
			continue
		}
		entries = append(entries, entry{
			Listed: each, view: view, place: place,
			urgency: urgencyOf(
				each.Report, each.Status, summaries[each.Source][each.Report.Type],
				view.Expect.Of(each.Source.Name, each.Report.Type), view.Now,
			),
		})
	}
	return entries
}

func newReport(e entry) Report {
	r, now := e.Report, e.view.Now
	row := Report{
		Provider: e.view.Provider, Account: e.view.Name, Source: e.Source.Name,
		ID: r.ID, Type: text(r.Type), Format: text(r.Format),
		Status: e.Status.String(), Urgency: e.urgency.String(),
		ProgressRatio: number(r.ProgressAt(now)),
		Rows:          number(r.Rows), ProcessedRows: number(r.ProcessedRows), CostCredits: number(r.CostCredits),
		FailedItems: number(r.FailedItems), SizeBytes: number(r.SizeBytes), FirstSeen: moment(r.FirstSeen),
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
		// A clock that is behind the provider's must not make an age negative.
		age := max(now.Sub(r.Created).Seconds(), 0)
		row.AgeSeconds = &age
	}
	if !r.Expires.IsZero() {
		left := r.Expires.Sub(now).Seconds()
		row.ExpiresInSeconds = &left
	}
	return row
}

// text, number and moment make what is not known null.
func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func number(n provider.Number) *float64 {
	if !n.Known || math.IsNaN(n.Value) || math.IsInf(n.Value, 0) {
		return nil // JSON has no word for the latter either
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
