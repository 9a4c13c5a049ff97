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
	const stuckAfter, expiringWithin = 4 * time.Hour, day
	expiring := func(in time.Duration) provider.Report {
		r := report("a", "fills", provider.StatusReady, 3*day)
		r.Expires = after(in)
		return r
	}
	completed := func(r provider.Report, ago time.Duration) provider.Report {
		r.Completed = before(ago)
		return r
	}
	undatedExpiring := func(in time.Duration) provider.Report {
		r := expiring(in)
		r.Created = time.Time{}
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
		"expiring, and a newer one is ready":  {expiring(time.Hour), before(day), urgencyReady},
		"expiring, and an older one is ready": {expiring(time.Hour), before(4 * day), urgencyExpiring},
		"in the first half of a short life":   {completed(expiring(time.Hour), time.Hour), time.Time{}, urgencyReady},
		"past half of a short life":           {completed(expiring(time.Hour), time.Hour+1), time.Time{}, urgencyExpiring},
		"expiring, of unknown age":            {undatedExpiring(time.Hour), before(time.Hour), urgencyExpiring},
		"ready past an expiry that binds not": {expiring(-time.Hour), time.Time{}, urgencyReady},
		"expired":                             {report("a", "fills", provider.StatusExpired, day), time.Time{}, urgencyOver},
		"cancelled":                           {report("a", "fills", provider.StatusCancelled, day), time.Time{}, urgencyOver},
	} {
		among := &account.Summary{}
		among.Newest[provider.StatusReady] = tc.newestReady
		if got := urgencyOf(&tc.report, tc.report.Status, among, expect().General, moment0()); got != tc.want {
			t.Errorf("%s: %s, want %s", name, got, tc.want)
		}
	}
}

// TestNothingIsUrgentThatNobodyExpects: a setting of 0 turns off its urgency.
func TestNothingIsUrgentThatNobodyExpects(t *testing.T) {
	old := report("a", "fills", provider.StatusProcessing, 300*day)
	if got := urgencyOf(&old, old.Status, &account.Summary{}, provider.Expectation{}, moment0()); got != urgencyUnderWay {
		t.Errorf("processing for long: %s", got)
	}
	soon := report("a", "fills", provider.StatusReady, 300*day)
	soon.Expires = after(1)
	if got := urgencyOf(&soon, soon.Status, &account.Summary{}, provider.Expectation{}, moment0()); got != urgencyReady {
		t.Errorf("about to expire: %s", got)
	}
}

// TestExpectationsByType: an expectation for one type or source does not affect
// another.
func TestExpectationsByType(t *testing.T) {
	week := 7 * day
	none := time.Duration(0)
	key := func(text string, ready *time.Duration) (provider.TypeKey, provider.NamedOverride) {
		return provider.ParseTypeKey(text), provider.NamedOverride{Key: text, Override: provider.Override{ReadyWithin: ready}}
	}
	types := make(map[provider.TypeKey]provider.NamedOverride)
	for text, ready := range map[string]*time.Duration{"Fills": &week, "more/fills": &none} {
		at, named := key(text, ready)
		types[at] = named
	}
	slow := func(kind string) provider.Report { return report(kind, kind, provider.StatusProcessing, 8*day) }
	shown := view("a", "kraken", up("reports", slow("fills"), slow("balance"), report("young", "fills", provider.StatusProcessing, day)), up("more", slow("fills")))
	shown.Expect = expect().With(provider.Override{}, types)
	want := map[string]string{"reports/fills": "stuck", "reports/balance": "stuck", "reports/young": "under_way", "more/fills": "under_way"}
	for _, r := range document(t, Fleet{Now: moment0(), Accounts: []account.View{shown}}, "").Reports {
		if at := r.Source + "/" + r.ID; r.Urgency != want[at] {
			t.Errorf("%s: %s, want %s", at, r.Urgency, want[at])
		}
		delete(want, r.Source+"/"+r.ID)
	}
	if len(want) > 0 {
		t.Errorf("not shown: %v", want)
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
