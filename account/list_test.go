package account_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// noon is the moment of the views of this file.
var noon = time.Date(2026, 3, 15, 12, 0, 0, 0, time.UTC)

func daysAgo(n int) time.Time { return noon.AddDate(0, 0, -n) }

func made(id string, status provider.Status, days int) provider.Report {
	return provider.Report{ID: id, Status: status, Created: daysAgo(days)}
}

// literal is a view of sources with these reports.
func literal(maxReports int, sources ...[]provider.Report) account.View {
	v := account.View{Now: noon, Policy: account.Policy{MaxReports: maxReports, MaxAge: 30 * 24 * time.Hour}}
	for i, reports := range sources {
		v.Sources = append(v.Sources, account.SourceView{
			Name: fmt.Sprintf("s%d", i), Snapshot: &provider.Snapshot{Reports: reports},
		})
	}
	return v
}

// names are the reports of a list, in order.
func names(list []account.ListedReport) string {
	var all []string
	for _, l := range list {
		all = append(all, l.Source.Name+"/"+l.Report.ID+"="+l.Status.String())
	}
	return strings.Join(all, " ")
}

// TestListOrder: the unfinished first, then the newest, and the same order
// every time.
func TestListOrder(t *testing.T) {
	v := literal(1000,
		[]provider.Report{
			made("old", provider.StatusReady, 5), made("new", provider.StatusFailed, 1),
			made("b", provider.StatusCancelled, 3), made("a", provider.StatusExpired, 3),
		},
		[]provider.Report{
			made("queued", provider.StatusQueued, 20), made("processing", provider.StatusProcessing, 2),
			made("waiting", provider.StatusAwaitingStart, 4), made("odd", provider.StatusUnknown, 9), made("c", provider.StatusReady, 3),
			{ID: "undated", Status: provider.StatusReady},
		},
	)
	list, omitted := v.List()
	want := "s1/processing=processing s1/waiting=awaiting_start s1/odd=unknown s1/queued=queued" +
		" s0/new=failed s0/a=expired s0/b=cancelled s1/c=ready s0/old=ready s1/undated=ready"
	if got := names(list); got != want {
		t.Errorf("list\n%s\nwant\n%s", got, want)
	}
	if diff := cmp.Diff(make([]account.Omitted, 2), omitted); diff != "" {
		t.Errorf("omitted (-want +got):\n%s", diff)
	}
}

// TestMaxReports: of all sources, the unfinished and the newest reports are
// listed. The others are counted for their source.
func TestMaxReports(t *testing.T) {
	v := literal(4,
		[]provider.Report{made("r1", provider.StatusReady, 1), made("r3", provider.StatusReady, 3), made("r5", provider.StatusReady, 5)},
		[]provider.Report{made("q9", provider.StatusQueued, 9), made("r2", provider.StatusReady, 2), made("r4", provider.StatusReady, 4)},
	)
	list, omitted := v.List()
	if got, want := names(list), "s1/q9=queued s0/r1=ready s1/r2=ready s0/r3=ready"; got != want {
		t.Errorf("list %s, want %s", got, want)
	}
	if diff := cmp.Diff([]account.Omitted{{MaxReports: 1}, {MaxReports: 1}}, omitted); diff != "" {
		t.Errorf("omitted (-want +got):\n%s", diff)
	}
	v.Policy.MaxReports = 1
	if list, omitted = v.List(); names(list) != "s1/q9=queued" {
		t.Errorf("list %s", names(list))
	}
	if diff := cmp.Diff([]account.Omitted{{MaxReports: 3}, {MaxReports: 2}}, omitted); diff != "" {
		t.Errorf("omitted (-want +got):\n%s", diff)
	}
}

// TestMaxAge: only finished reports can be too old, by the time they finished
// or else by their creation.
func TestMaxAge(t *testing.T) {
	long := made("long", provider.StatusReady, 60)
	long.Completed = daysAgo(29)
	done := made("done", provider.StatusReady, 60)
	done.Completed = daysAgo(31)
	broke := made("broke", provider.StatusFailed, 60)
	broke.Failed = daysAgo(31)
	gone := made("gone", provider.StatusReady, 10)
	gone.Expires, gone.ExpiryEndsReady = daysAgo(5), true
	v := literal(1000, []provider.Report{
		long, done, broke, gone,
		made("queued", provider.StatusQueued, 60), made("odd", provider.StatusUnknown, 60),
		made("just", provider.StatusCancelled, 30), made("over", provider.StatusCancelled, 31),
		{ID: "undated", Status: provider.StatusReady},
	}, []provider.Report{made("other", provider.StatusExpired, 31)})
	list, omitted := v.List()
	want := "s0/odd=unknown s0/queued=queued s0/gone=expired s0/just=cancelled s0/long=ready s0/undated=ready"
	if got := names(list); got != want {
		t.Errorf("list\n%s\nwant\n%s", got, want)
	}
	if diff := cmp.Diff([]account.Omitted{{MaxAge: 3}, {MaxAge: 1}}, omitted); diff != "" {
		t.Errorf("omitted (-want +got):\n%s", diff)
	}
	// What is too old does not use up max_reports.
	v.Policy.MaxReports = 6
	if _, omitted = v.List(); omitted[0] != (account.Omitted{MaxAge: 3}) {
		t.Errorf("omitted %+v", omitted[0])
	}
}

// TestListWithoutSnapshot: a source that has nothing to show lists nothing.
func TestListWithoutSnapshot(t *testing.T) {
	v := literal(1000, []provider.Report{made("a", provider.StatusReady, 1)}, nil)
	v.Sources[1].Snapshot = nil
	list, omitted := v.List()
	if names(list) != "s0/a=ready" || len(omitted) != 2 {
		t.Errorf("list %s, omitted %v", names(list), omitted)
	}
}
