package web

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

func TestUrgencyOf(t *testing.T) {
	expiring := func(in time.Duration) provider.Report {
		r := report("a", "fills", provider.StatusReady, day)
		r.Expires = after(in)
		return r
	}
	undated := func(status provider.Status) provider.Report {
		r := report("a", "fills", status, day)
		r.Created = time.Time{}
		return r
	}
	for name, tc := range map[string]struct {
		report      provider.Report
		newestReady time.Time
		want        urgency
	}{
		"failed":                              {report("a", "fills", provider.StatusFailed, day), time.Time{}, urgencyFailed},
		"failed after the last ready one":     {report("a", "fills", provider.StatusFailed, day), before(2 * day), urgencyFailed},
		"failed and made good":                {report("a", "fills", provider.StatusFailed, day), before(time.Hour), urgencyOver},
		"failed at an unknown time":           {undated(provider.StatusFailed), before(time.Hour), urgencyFailed},
		"queued for 4 hours":                  {report("a", "fills", provider.StatusQueued, stuckAfter), time.Time{}, urgencyUnderWay},
		"queued for more":                     {report("a", "fills", provider.StatusQueued, stuckAfter+1), time.Time{}, urgencyStuck},
		"processing for more":                 {report("a", "fills", provider.StatusProcessing, stuckAfter+1), time.Time{}, urgencyStuck},
		"processing since an unknown time":    {undated(provider.StatusProcessing), time.Time{}, urgencyUnderWay},
		"awaiting start, however long":        {report("a", "fills", provider.StatusAwaitingStart, 3*day), time.Time{}, urgencyAwaiting},
		"unknown":                             {report("a", "fills", provider.StatusUnknown, day), time.Time{}, urgencyUnknown},
		"ready for ever":                      {report("a", "fills", provider.StatusReady, day), time.Time{}, urgencyReady},
		"ready for a day":                     {expiring(expiringWithin), time.Time{}, urgencyExpiring},
		"ready for more than a day":           {expiring(expiringWithin + 1), time.Time{}, urgencyReady},
		"ready past an expiry that binds not": {expiring(-time.Hour), time.Time{}, urgencyReady},
		"expired":                             {report("a", "fills", provider.StatusExpired, day), time.Time{}, urgencyOver},
		"cancelled":                           {report("a", "fills", provider.StatusCancelled, day), time.Time{}, urgencyOver},
	} {
		if got := urgencyOf(&tc.report, tc.report.Status, tc.newestReady, moment0()); got != tc.want {
			t.Errorf("%s: %s, want %s", name, got, tc.want)
		}
	}
}

func TestOnlyTheSameTypeOfTheSameSourceMakesAFailureGood(t *testing.T) {
	failed := report("failed", "fills", provider.StatusFailed, day)
	newer := func(kind string, status provider.Status) provider.Report {
		return report("newer", kind, status, time.Hour)
	}
	for name, tc := range map[string]struct {
		sources []account.SourceView
		want    string
	}{
		"same type":     {[]account.SourceView{up("reports", failed, newer("fills", provider.StatusReady))}, "over"},
		"since expired": {[]account.SourceView{up("reports", failed, newer("fills", provider.StatusExpired))}, "over"},
		"still queued":  {[]account.SourceView{up("reports", failed, newer("fills", provider.StatusQueued))}, "failed"},
		"other type":    {[]account.SourceView{up("reports", failed, newer("account", provider.StatusReady))}, "failed"},
		"other source":  {[]account.SourceView{up("reports", failed), up("more", newer("fills", provider.StatusReady))}, "failed"},
	} {
		d := document(t, Fleet{Now: moment0(), Accounts: []account.View{view("a", "kraken", tc.sources...)}}, "status=failed")
		if got := d.Reports[0].Urgency; got != tc.want {
			t.Errorf("%s: %s, want %s", name, got, tc.want)
		}
	}
}

func TestOrderWithinAnUrgency(t *testing.T) {
	soon := func(id string, in time.Duration) provider.Report {
		r := report(id, "fills", provider.StatusReady, day)
		r.Expires = after(in)
		return r
	}
	undated := report("queued undated", "fills", provider.StatusQueued, time.Hour)
	undated.Created = time.Time{}
	want := []provider.Report{
		report("failed newest", "fills", provider.StatusFailed, day),
		report("failed oldest", "fills", provider.StatusFailed, 2*day),
		report("stuck oldest", "fills", provider.StatusProcessing, 9*time.Hour),
		report("stuck newest", "fills", provider.StatusQueued, 5*time.Hour),
		report("awaiting oldest", "fills", provider.StatusAwaitingStart, 9*time.Hour),
		report("awaiting newest", "fills", provider.StatusAwaitingStart, time.Hour),
		report("unknown newest", "fills", provider.StatusUnknown, time.Hour),
		report("unknown oldest", "fills", provider.StatusUnknown, day),
		soon("expires soonest", time.Hour),
		soon("expires later", 3*time.Hour),
		undated,
		report("queued oldest", "fills", provider.StatusQueued, time.Hour),
		report("queued newest", "fills", provider.StatusQueued, time.Minute),
		report("ready newest", "account", provider.StatusReady, day),
		report("ready twin 1", "account", provider.StatusReady, 2*day),
		report("ready twin 2", "account", provider.StatusReady, 2*day),
		report("cancelled newest", "fills", provider.StatusCancelled, day),
		report("expired oldest", "account", provider.StatusExpired, 9*day),
	}
	// The soon ones are ready too, and newer than the failures: give the
	// failures a type of their own.
	want[0].Type, want[1].Type = "otc-fills", "otc-fills"
	var names []string
	for i := range want {
		names = append(names, want[i].ID)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		shuffled := slices.Clone(want)
		random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		got := ids(open(t, Fleet{Now: moment0(), Accounts: []account.View{view("a", "kraken", up("reports", shuffled...))}}, "/exports"))
		if diff := cmp.Diff(names, got); diff != "" {
			t.Fatal(diff)
		}
	}
}
