package account_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

func listed(reports ...provider.Report) provider.Snapshot {
	return provider.Snapshot{Reports: reports, Complete: true}
}

func partly(reports ...provider.Report) provider.Snapshot {
	return provider.Snapshot{Reports: reports, Truncated: true}
}

// report is a report of a type, in a status.
func report(id, kind string, status provider.Status) provider.Report {
	return provider.Report{ID: id, Type: kind, Status: status, Created: requested()}
}

// requested is the default time at which the reports of a test were requested.
func requested() time.Time { return time.Date(1999, 12, 31, 0, 0, 0, 0, time.UTC) }

// refresh plays these answers, one per minute, and returns the view of the only
// source after the last.
func refresh(t *testing.T, r *rig, s *source, answers ...provider.Snapshot) account.SourceView {
	t.Helper()
	var view account.View
	for _, each := range answers {
		s.answers(snapshot(each))
		wait(t, time.Minute)
		view = r.scrape()
	}
	return view.Sources[0]
}

// TestVanished: a report that is in one complete list and not in the next
// complete one is counted, by its last status.
func TestVanished(t *testing.T) {
	ready, failed := provider.StatusReady, provider.StatusFailed
	a, b, c := report("a", "trades", ready), report("b", "trades", failed), report("c", "ledgers", ready)
	old, reaching := report("old", "trades", failed), listed()
	old.Created, a.Created = time.Unix(1e9, 0), time.Unix(2e9, 0)
	reaching.Horizon = time.Unix(15e8, 0)
	type count = map[account.TypeStatus]float64
	for _, c := range []struct {
		name    string
		answers []provider.Snapshot
		want    count
	}{
		{"nothing", []provider.Snapshot{listed(a, b), listed(b, a)}, nil},
		{"the first list", []provider.Snapshot{listed()}, nil},
		{"one", []provider.Snapshot{listed(a, b), listed(b)}, count{{"trades", ready}: 1}},
		{"beyond what the list reaches", []provider.Snapshot{listed(old, a), reaching}, count{{"trades", ready}: 1}},
		{"all", []provider.Snapshot{listed(a, b, c), listed()}, count{
			{"trades", ready}: 1, {"trades", failed}: 1, {"ledgers", ready}: 1,
		}},
		{"again", []provider.Snapshot{listed(a), listed(), listed(a), listed()}, count{{"trades", ready}: 2}},
		{"from an incomplete list", []provider.Snapshot{partly(a, b), listed(b)}, nil},
		{"in an incomplete list", []provider.Snapshot{listed(a, b), partly(b)}, nil},
		{"across an incomplete list", []provider.Snapshot{listed(a, b), partly(b, c), listed(b)}, count{{"trades", ready}: 1}},
		{"last status", []provider.Snapshot{listed(report("a", "trades", provider.StatusQueued)), listed(a), listed()}, count{{"trades", ready}: 1}},
		{"configured ids", []provider.Snapshot{{Reports: []provider.Report{a}}, {Missing: []string{"a"}}}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newSource("reports")
				got := refresh(t, newRig(t, nil, s), s, c.answers...)
				if diff := cmp.Diff(c.want, got.Vanished); diff != "" {
					t.Errorf("vanished (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// TestVanishedOverFailures: a failed refresh between two lists changes nothing.
func TestVanishedOverFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSource("reports")
		r := newRig(t, nil, s)
		refresh(t, r, s, listed(report("a", "trades", provider.StatusReady)))
		s.answers(fails(provider.ReasonMalformed))
		wait(t, time.Minute)
		r.scrape()
		got := refresh(t, r, s, listed())
		if n := got.Vanished[account.TypeStatus{Type: "trades", Status: provider.StatusReady}]; n != 1 {
			t.Errorf("vanished %v, want 1", n)
		}
	})
}

// TestVanishedAfterExpiry: a vanished report counts with the status that it has
// at that time.
func TestVanishedAfterExpiry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSource("reports")
		a := report("a", "fills", provider.StatusReady)
		a.Expires, a.ExpiryEndsReady = time.Now().Add(90*time.Second), true
		got := refresh(t, newRig(t, nil, s), s, listed(a), listed())
		if n := got.Vanished[account.TypeStatus{Type: "fills", Status: provider.StatusExpired}]; n != 1 {
			t.Errorf("vanished: %v, want one that had expired", got.Vanished)
		}
	})
}

// TestDataEnd: the newest data end counts every report that was ready, even if
// it has expired or vanished since.
func TestDataEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		day := func(n int) time.Time { return time.Date(2026, 3, n, 0, 0, 0, 0, time.UTC) }
		wasReady := func(r provider.Report) provider.Report {
			r.WasReady = true
			return r
		}
		upTo := func(id string, status provider.Status, end time.Time) provider.Report {
			r := report(id, "trades", status)
			r.DataEnd = end
			return r
		}
		s := newSource("trades")
		r := newRig(t, nil, s)
		for i, c := range []struct {
			reports []provider.Report
			want    time.Time
		}{
			{[]provider.Report{upTo("q", provider.StatusQueued, day(9)), upTo("f", provider.StatusFailed, day(9)), upTo("u", provider.StatusUnknown, day(9))}, time.Time{}},
			{[]provider.Report{upTo("a", provider.StatusReady, day(2)), upTo("b", provider.StatusReady, day(1)), upTo("c", provider.StatusCancelled, day(9))}, day(2)},
			{[]provider.Report{wasReady(upTo("d", provider.StatusExpired, day(3)))}, day(3)},
			{[]provider.Report{upTo("h", provider.StatusExpired, day(9))}, day(3)}, // expired by another word than the ready one
			{nil, day(3)},
			{[]provider.Report{upTo("e", provider.StatusReady, day(1))}, day(3)},
			{[]provider.Report{upTo("g", provider.StatusReady, time.Time{})}, day(3)},
		} {
			got := refresh(t, r, s, listed(c.reports...))
			if !got.DataEnd["trades"].Equal(c.want) {
				t.Errorf("answer %d: data end %s, want %s", i, got.DataEnd["trades"], c.want)
			}
		}
	})
}

// TestTypes: a type is shown from the start if it is fixed or configured, and
// once it was seen, for good.
func TestTypes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSource("reports")
		s.types = []string{"trades", "fills", "trades"}
		r := newRig(t, nil, s)
		if got := r.View(time.Now()).Sources[0].Types; !slices.Equal(got, []string{"fills", "trades"}) {
			t.Errorf("at the start: %v", got)
		}
		got := refresh(t, r, s, listed(report("a", "account", 0), report("b", "trades", 0)), listed())
		if !slices.Equal(got.Types, []string{"account", "fills", "trades"}) {
			t.Errorf("after two lists: %v", got.Types)
		}
	})
}
