package account_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"export_status_exporter/provider"
)

// TestDeduplication: a report that stands on two pages counts once, the first.
func TestDeduplication(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSource("reports")
		got := refresh(t, newRig(t, nil, s), s, listed(
			report("a", "fills", provider.StatusReady), report("b", "fills", provider.StatusQueued),
			report("a", "account", provider.StatusFailed), report("A", "fills", provider.StatusReady),
		))
		want := []provider.Report{
			report("a", "fills", provider.StatusReady), report("b", "fills", provider.StatusQueued), report("A", "fills", provider.StatusReady),
		}
		if diff := cmp.Diff(want, got.Snapshot.Reports, memories); diff != "" {
			t.Errorf("reports (-want +got):\n%s", diff)
		}
		if !slices.Equal(got.Types, []string{"fills"}) {
			t.Errorf("types %v: one is of a report that does not count", got.Types)
		}
	})
}

// memories are the fields that the account adds. They have a test of their own.
var memories = cmpopts.IgnoreFields(provider.Report{}, "FirstSeen", "Changed")

// TestMissing: a configured id that the provider does not know is expired if it
// was last seen ready, else unknown, with what was known of it.
func TestMissing(t *testing.T) {
	created := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		last provider.Report
		want provider.Status
	}{
		{report("a", "fills", provider.StatusReady), provider.StatusExpired},
		{report("a", "fills", provider.StatusExpired), provider.StatusExpired},
		{report("a", "fills", provider.StatusQueued), provider.StatusUnknown},
		{report("a", "fills", provider.StatusProcessing), provider.StatusUnknown},
		{report("a", "fills", provider.StatusAwaitingStart), provider.StatusUnknown},
		{report("a", "fills", provider.StatusFailed), provider.StatusUnknown},
		{report("a", "fills", provider.StatusCancelled), provider.StatusUnknown},
		{provider.Report{ID: "a", Type: "fills", ProviderStatus: "resting"}, provider.StatusUnknown},
	} {
		t.Run(c.last.Status.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				last := c.last
				last.Created, last.Progress, last.Format = created, provider.Num(0.5), "csv"
				s := newSource("reports")
				missing := provider.Snapshot{Missing: []string{"a", "b"}}
				// Also the second time, and after a failure in between.
				r := newRig(t, nil, s)
				refresh(t, r, s, provider.Snapshot{Reports: []provider.Report{last}}, missing)
				s.answers(fails(provider.ReasonTimeout))
				wait(t, time.Minute)
				r.scrape()
				got := refresh(t, r, s, missing)
				want := []provider.Report{
					{ID: "a", Type: "fills", Format: "csv", Created: created, Status: c.want, WasReady: c.last.Status == provider.StatusReady},
					{ID: "b"},
				}
				if diff := cmp.Diff(want, got.Snapshot.Reports, memories); diff != "" {
					t.Errorf("reports (-want +got):\n%s", diff)
				}
				if !got.Up || !slices.Equal(got.Types, []string{"", "fills"}) {
					t.Errorf("%+v, want up, with the types of all reports", got)
				}
			})
		})
	}
}

// TestFoundAgain: an id that the provider knows again is shown as the provider
// reports it.
func TestFoundAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSource("reports")
		a := report("a", "fills", provider.StatusReady)
		found := provider.Snapshot{Reports: []provider.Report{a}}
		got := refresh(t, newRig(t, nil, s), s, found, provider.Snapshot{Missing: []string{"a"}}, found)
		if diff := cmp.Diff([]provider.Report{a}, got.Snapshot.Reports, memories); diff != "" {
			t.Errorf("reports (-want +got):\n%s", diff)
		}
	})
}

// TestWarnings: each warning is logged once in the life of a source, and a
// truncated list once each time that it becomes truncated.
func TestWarnings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSource("reports")
		r := newRig(t, nil, s)
		odd := func(texts ...string) provider.Snapshot { return provider.Snapshot{Complete: true, Warnings: texts} }
		refresh(t, r, s, odd("one"), odd("one", "two"), odd(), odd("two", "one", "one"))
		for _, text := range []string{"one", "two"} {
			if got := r.logs.count("level=warn", "provider's answer is unusual", "warning="+text, "source=reports"); got != 1 {
				t.Errorf("%q is logged %d times, want once:\n%s", text, got, r.logs)
			}
		}
		a := report("a", "fills", provider.StatusReady)
		got := refresh(t, r, s, partly(a), partly(a), listed(a), partly(a))
		if got := r.logs.count("level=warn", "list is longer than the exporter reads", "reports=1"); got != 2 {
			t.Errorf("the bound is logged %d times, want 2:\n%s", got, r.logs)
		}
		if !got.Snapshot.Truncated {
			t.Error("the bound is not shown")
		}
	})
}

// TestWarningsAreBounded: an API that sends a different warning each time fills
// neither the memory nor the log.
func TestWarningsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSource("reports")
		r := newRig(t, nil, s)
		for i := range 12 {
			var texts []string
			for j := range 20 {
				texts = append(texts, fmt.Sprintf("word-%d-%d.", i, j))
			}
			refresh(t, r, s, provider.Snapshot{Complete: true, Warnings: texts})
		}
		if got := r.logs.count("provider's answer is unusual"); got != 100 {
			t.Errorf("%d warnings, want 100", got)
		}
	})
}

// TestFailureLog says what failed, why, what to do and when the next try is.
func TestFailureLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSource("trades", fails(provider.ReasonAuth), gives())
		r := newRig(t, nil, s)
		r.scrape()
		if r.logs.count("level=warn", "provider=kraken", "account=treasury", "source=trades", `msg="refresh failed"`,
			"reason=auth", "err=no", "check the account's key", "next_try_in=15m0s") != 1 {
			t.Errorf("log:\n%s", r.logs)
		}
		wait(t, 15*time.Minute)
		r.scrape()
		if r.logs.count("level=info", `msg="source recovered"`, "account=treasury", "source=trades") != 1 {
			t.Errorf("log:\n%s", r.logs)
		}
	})
}

// TestFirstSeenAndChanged: a report keeps the moment at which it was first
// seen, and the last one at which anything of it changed.
func TestFirstSeenAndChanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSource("reports")
		r := newRig(t, nil, s)
		a, b := report("a", "fills", provider.StatusQueued), report("b", "fills", provider.StatusQueued)
		later := a
		later.Status = provider.StatusProcessing
		further := later
		further.Rows = provider.Num(7)
		first := refresh(t, r, s, listed(a)).LastSuccess
		minute := func(n int) time.Time { return first.Add(time.Duration(n) * time.Minute) }
		gone := provider.Snapshot{Missing: []string{"a", "never"}}
		for i, step := range []struct {
			answer provider.Snapshot
			want   map[string][2]time.Time
		}{
			{listed(a), map[string][2]time.Time{"a": {first}}},
			{listed(later, b), map[string][2]time.Time{"a": {first, minute(2)}, "b": {minute(2)}}},
			{listed(b, later), map[string][2]time.Time{"a": {first, minute(2)}, "b": {minute(2)}}},
			{listed(further, b), map[string][2]time.Time{"a": {first, minute(4)}, "b": {minute(2)}}},
			{gone, map[string][2]time.Time{"a": {first, minute(5)}, "never": {}}},
			{gone, map[string][2]time.Time{"a": {first, minute(5)}, "never": {}}},
			{listed(further), map[string][2]time.Time{"a": {first, minute(7)}}},
		} {
			got := make(map[string][2]time.Time)
			for _, each := range refresh(t, r, s, step.answer).Snapshot.Reports {
				got[each.ID] = [2]time.Time{each.FirstSeen, each.Changed}
			}
			if diff := cmp.Diff(step.want, got); diff != "" {
				t.Errorf("answer %d (-want +got):\n%s", i+2, diff)
			}
		}
	})
}

// TestScraped: a view says when its account was last asked for, also when
// nothing was due.
func TestScraped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil, newSource("reports", gives()))
		if at := r.View(time.Now()).Scraped; !at.IsZero() {
			t.Errorf("scraped at %s, before the first scrape", at)
		}
		r.scrape()
		wait(t, time.Second) // too early for the next refresh
		want := time.Now()
		if view := r.scrape(); !view.Scraped.Equal(want) || view.Sources[0].LastSuccess.Equal(want) {
			t.Errorf("scraped at %s, want %s", view.Scraped, want)
		}
	})
}

// TestUnreadableValuesAreSaidOnce: one line for each field, whatever the number
// of values and of answers.
func TestUnreadableValuesAreSaidOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSource("reports")
		r := newRig(t, nil, s)
		odd := listed(report("a", "fills", provider.StatusQueued))
		odd.Unreadable[provider.FieldCreated], odd.Unreadable[provider.FieldSize] = 3, 1
		more := odd
		more.Unreadable[provider.FieldCreated] = 4
		got := refresh(t, r, s, odd, more, odd)
		for _, field := range []string{"created", "size"} {
			if n := r.logs.count("level=warn", "values of "+field+" cannot be read"); n != 1 {
				t.Errorf("%s is logged %d times, want once:\n%s", field, n, r.logs)
			}
		}
		if got.Snapshot.Unreadable[provider.FieldCreated] != 3 {
			t.Errorf("unreadable values: %v", got.Snapshot.Unreadable)
		}
	})
}
