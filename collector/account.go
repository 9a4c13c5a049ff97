package collector

import (
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"

	"export_status_exporter/account"
	"export_status_exporter/collector/exposition"
	"export_status_exporter/provider"
)

// Account is one account as shown in a scrape: its view at the time of the scrape, and
// the counters of its API calls.
type Account struct {
	View  account.View
	Calls *CallCounters
	// Cache caches what stays the same between scrapes. It must live as long as the
	// account does. Only Render uses it.
	Cache *exposition.Cache
}

// renderer renders all metrics of the table.
var renderer = exposition.NewRenderer(families())

func families() []exposition.Family {
	all := make([]exposition.Family, 0, metricCount)
	for i := range metrics {
		all = append(all, metrics[i].Family)
	}
	return all
}

// Render returns the same metrics as a Collector of the accounts, but faster, followed
// by other metric families (those of the process). The accounts' views must be from
// time now.
func Render(f exposition.Format, now time.Time, accounts []Account, others []*dto.MetricFamily, options ...expfmt.EncoderOption) (*exposition.Output, error) {
	return renderer.Render(f, now, groups(accounts), others, options...)
}

func groups(accounts []Account) []exposition.Group {
	all := make([]exposition.Group, 0, len(accounts))
	for i := range accounts {
		a := &accounts[i]
		all = append(all, exposition.Group{Steady: a.exports(), Rest: a.state(), Cache: a.Cache})
	}
	return all
}

// exports is the part that shows an account's exports.
type exports struct{ of *Account }

func (a *Account) exports() exposition.Part { return exports{a} }

// Write implements exposition.Part.
func (e exports) Write(to exposition.Sampler) (from any, until time.Time) {
	view, samples := e.of.View, sampler{to}
	listed, omitted := view.List()
	for i := range listed {
		samples.report(&view, &listed[i])
	}
	samples.account(&view)
	for i := range view.Sources {
		samples.omitted(&view, &view.Sources[i], omitted[i])
		samples.aggregates(&view, &view.Sources[i])
		samples.expected(&view, &view.Sources[i])
	}
	return view.Mark(), nextChange(&view)
}

// Same implements exposition.Part.
func (e exports) Same(from any) bool {
	last, ok := from.(*account.Mark)
	return ok && last.SameExports(&e.of.View)
}

// nextChange returns the first time at which something other than an age changes
// without a refresh: a report expires, or becomes too old to be listed. It is zero if
// there is none. Staleness and the end of a backoff are not considered, because they
// change the view.
func nextChange(view *account.View) time.Time {
	var first time.Time
	consider := func(t time.Time) {
		if t.After(view.Now) && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	for i := range view.Sources {
		if view.Sources[i].Snapshot == nil {
			continue
		}
		list := view.Sources[i].Snapshot.Reports
		for j := range list {
			r := &list[j]
			current := r.StatusAt(view.Now)
			if r.ExpiryEndsReady && current == provider.StatusReady {
				consider(r.Expires)
			}
			if finished := r.FinishedAt(); current.Finished() && !finished.IsZero() {
				consider(finished.Add(view.Policy.MaxAge + 1))
			}
		}
	}
	return first
}

// state is the part that shows an account's refreshes and quota. It changes with every
// refresh.
type state struct{ of *Account }

// stateFrom marks the data that a state was written from.
type stateFrom struct {
	view    *account.Mark
	version uint64
}

func (a *Account) state() exposition.Part { return state{a} }

// Write implements exposition.Part.
func (s state) Write(to exposition.Sampler) (from any, until time.Time) {
	view, samples := s.of.View, sampler{to}
	made := &stateFrom{view: view.Mark()}
	for i := range view.Sources {
		samples.source(&view, &view.Sources[i])
	}
	samples.quota(&view)
	if s.of.Calls != nil {
		made.version = samples.calls(&view, s.of.Calls)
	}
	return made, time.Time{}
}

// Same implements exposition.Part.
func (s state) Same(from any) bool {
	last, ok := from.(*stateFrom)
	return ok && last.view.Same(&s.of.View) && (s.of.Calls == nil || last.version == s.of.Calls.current())
}
