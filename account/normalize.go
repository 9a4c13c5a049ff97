package account

import (
	"slices"
	"time"

	"export_status_exporter/provider"
)

// normalize prepares an answer for display: it removes duplicate ids, limits
// the types, and adds the reports that the provider no longer knows as they
// were last seen. It also returns the types that occur.
func (s *source) normalize(answer, last *provider.Snapshot, now time.Time) (*provider.Snapshot, []string) {
	normalized := *answer
	normalized.Reports = make([]provider.Report, 0, len(answer.Reports)+len(answer.Missing))
	seen := make(map[string]struct{}, len(answer.Reports))
	var names []string
	byName := make(map[string]string)
	for i := range answer.Reports {
		report := answer.Reports[i]
		if _, ok := seen[report.ID]; ok {
			continue
		}
		seen[report.ID] = struct{}{}
		name, ok := byName[report.Type]
		if !ok {
			name = s.account.types.admit(s.fetcher.Name(), report.Type)
			byName[report.Type] = name
			names = append(names, name)
		}
		report.Type = name
		normalized.Reports = append(normalized.Reports, report)
	}
	previous := newPreviousReports(last)
	for i := range normalized.Reports {
		previous.carryOver(&normalized.Reports[i], now)
	}
	for _, id := range answer.Missing {
		was := previous.find(id)
		report := missing(id, was, now)
		if was != nil && report != *was {
			report.Changed = now
		}
		if !slices.Contains(names, report.Type) {
			names = append(names, report.Type)
		}
		normalized.Reports = append(normalized.Reports, report)
	}
	if last != nil && slices.Equal(normalized.Reports, last.Reports) {
		normalized.Reports = last.Reports // sharing the slice marks the reports as unchanged
	}
	return &normalized, names
}

// previousReports looks up what was last known about each report. Answers
// usually keep the order of the previous one, so the next report is tried
// first.
type previousReports struct {
	reports []provider.Report
	next    int
	byID    map[string]int // nil until it is needed
}

func newPreviousReports(last *provider.Snapshot) *previousReports {
	if last == nil {
		return &previousReports{}
	}
	return &previousReports{reports: last.Reports}
}

// find returns the last known state of a report, nil if there is none.
func (p *previousReports) find(id string) *provider.Report {
	if p.next >= len(p.reports) || p.reports[p.next].ID != id {
		if p.byID == nil {
			p.byID = make(map[string]int, len(p.reports))
			for i := range p.reports {
				p.byID[p.reports[i].ID] = i
			}
		}
		at, ok := p.byID[id]
		if !ok {
			return nil
		}
		p.next = at
	}
	p.next++
	return &p.reports[p.next-1]
}

// carryOver sets when a report was first seen and when it last changed.
func (p *previousReports) carryOver(r *provider.Report, now time.Time) {
	was := p.find(r.ID)
	if was == nil {
		r.FirstSeen = now
		return
	}
	r.FirstSeen, r.Changed = was.FirstSeen, was.Changed
	if *r != *was {
		r.Changed = now
	}
	if r.FirstSeen.IsZero() {
		r.FirstSeen = now // the provider did not know the id before
	}
}

// missing returns the report for a configured id that the provider does not
// know. Its status is expired if it was last seen ready, else unknown.
func missing(id string, last *provider.Report, now time.Time) provider.Report {
	report := provider.Report{ID: id}
	if last != nil {
		report = *last
	}
	switch report.StatusAt(now) {
	case provider.StatusReady, provider.StatusExpired:
		report.Status, report.WasReady = provider.StatusExpired, report.ReachedReady()
	default:
		report.Status = provider.StatusUnknown
		report.Failed = time.Time{}
	}
	report.Progress = provider.Number{}
	report.ProviderStatus = ""
	return report
}
