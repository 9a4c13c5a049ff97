package web

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// drawn describes the parts of a timeline.
func drawn(l *timeline) string {
	var said []string
	for _, each := range l.Parts {
		said = append(said, each.Class+" "+each.X+"+"+each.Width)
	}
	return strings.Join(said, ", ") + "; now " + l.Now
}

func TestLife(t *testing.T) {
	const hour = time.Hour
	at := func(id string, status provider.Status, age time.Duration, set func(*provider.Report)) provider.Report {
		r := provider.Report{ID: id, Status: status, Created: before(age)}
		if set != nil {
			set(&r)
		}
		return r
	}
	for name, c := range map[string]struct {
		report provider.Report
		within time.Duration
		draws  string
		says   string
	}{
		"just requested": {at("a", provider.StatusQueued, 0, nil), 0, "ahead 0.00+100.00; now 0.00", "requested now, not ready yet"},
		"queued":         {at("a", provider.StatusQueued, hour, nil), 4 * hour, "wait 0.00+25.00, ahead 25.00+75.00; now 25.00", "requested 1 h ago, not ready yet, expected ready in 3 h"},
		"processing": {
			at("a", provider.StatusProcessing, 2*hour, func(r *provider.Report) { r.Started = before(hour) }), 4 * hour,
			"wait 0.00+25.00, work 25.00+25.00, ahead 50.00+50.00; now 50.00", "requested 2 h ago, started 1 h ago, not ready yet, expected ready in 2 h",
		},
		"processing since nobody knows when": {at("a", provider.StatusProcessing, hour, nil), 0, "work 0.00+100.00; now 99.00", "requested 1 h ago, not ready yet"},
		"late": {
			at("a", provider.StatusProcessing, 8*hour, func(r *provider.Report) { r.Started = before(8 * hour) }), 4 * hour,
			"work 0.00+50.00, late 50.00+50.00; now 99.00", "requested 8 h ago, started 8 h ago, not ready yet, expected ready 4 h ago",
		},
		"ready": {
			at("a", provider.StatusReady, 5*hour, func(r *provider.Report) { r.Completed, r.Expires = before(4*hour), after(5*hour) }), 4 * hour,
			"work 0.00+10.00, held 10.00+40.00, ahead 50.00+50.00; now 50.00", "requested 5 h ago, ready 4 h ago, expires in 5 h",
		},
		"ready for ever":      {at("a", provider.StatusReady, 5*hour, func(r *provider.Report) { r.Completed = before(4 * hour) }), 0, "work 0.00+20.00, held 20.00+80.00; now 99.00", "requested 5 h ago, ready 4 h ago"},
		"past a false expiry": {at("a", provider.StatusReady, 5*hour, func(r *provider.Report) { r.Completed, r.Expires = before(4*hour), before(hour) }), 0, "work 0.00+20.00, held 20.00+80.00; now 99.00", "requested 5 h ago, ready 4 h ago"},
		"expired": {
			at("a", provider.StatusExpired, 10*hour, func(r *provider.Report) { r.Completed, r.Expires = before(9*hour), before(2*hour) }), 0,
			"work 0.00+10.00, held 10.00+70.00, gone 80.00+20.00; now 99.00", "requested 10 h ago, ready 9 h ago, expired 2 h ago",
		},
		"failed": {
			at("a", provider.StatusFailed, 10*hour, func(r *provider.Report) { r.Failed, r.Expires = before(5*hour), after(day) }), 4 * hour,
			"work 0.00+50.00, broken 50.00+50.00; now 99.00", "requested 10 h ago, failed 5 h ago",
		},
		"cancelled": {
			at("a", provider.StatusCancelled, 10*hour, func(r *provider.Report) { r.Failed = before(5 * hour) }), 4 * hour,
			"work 0.00+50.00, gone 50.00+50.00; now 99.00", "requested 10 h ago, cancelled 5 h ago",
		},
		"ready since nobody knows when":     {at("a", provider.StatusReady, 5*hour, func(r *provider.Report) { r.Expires = after(5 * hour) }), 0, "held 0.00+50.00, ahead 50.00+50.00; now 50.00", "requested 5 h ago, expires in 5 h"},
		"cancelled since nobody knows when": {at("a", provider.StatusCancelled, 5*hour, nil), 0, "gone 0.00+100.00; now 99.00", "requested 5 h ago"},
		"waiting for a person":              {at("a", provider.StatusAwaitingStart, 5*hour, nil), 4 * hour, "wait 0.00+100.00; now 99.00", "requested 5 h ago, not ready yet"},
		"a short part is seen": {
			at("a", provider.StatusReady, day, func(r *provider.Report) {
				r.Started, r.Completed, r.Expires = r.Created.Add(time.Second), r.Created.Add(2*time.Second), after(6*day)
			}), 0,
			"wait 0.00+3.00, work 3.00+3.00, held 6.00+8.29, ahead 14.29+85.71; now 14.29", "requested 1 d ago, started 23 h 59 min ago, ready 23 h 59 min ago, expires in 6 d",
		},
		"without a creation": {provider.Report{Status: provider.StatusQueued, FirstSeen: before(hour)}, 0, "wait 0.00+100.00; now 99.00", "first seen 1 h ago, not ready yet"},
		"clocks that differ": {at("a", provider.StatusProcessing, -hour, nil), 0, "ahead 0.00+100.00; now 0.00", "requested in 1 h, not ready yet"},
	} {
		got := newTimeline(&c.report, c.report.Status, moment0(), c.within)
		if drawn(got) != c.draws {
			t.Errorf("%s: %s, want %s", name, drawn(got), c.draws)
		}
		if got.Says != "Life: "+c.says {
			t.Errorf("%s: %q, want %q", name, got.Says, c.says)
		}
	}
	if newTimeline(&provider.Report{Status: provider.StatusReady}, provider.StatusReady, moment0(), time.Hour) != nil {
		t.Error("a report without any beginning has a life")
	}
}

// FuzzLife: for any times, the parts fill the timeline in order.
func FuzzLife(f *testing.F) {
	f.Add(uint8(1), int64(-5), int64(3), int64(0), int64(7), int64(60))
	f.Add(uint8(4), int64(-500000), int64(-499999), int64(-499998), int64(500000), int64(0))
	f.Add(uint8(5), int64(10), int64(5), int64(-5), int64(-10), int64(1<<40))
	f.Fuzz(func(t *testing.T, status uint8, created, started, finished, expires, within int64) {
		at := func(seconds int64) time.Time {
			if seconds == 0 {
				return time.Time{}
			}
			return moment0().Add(time.Duration(seconds%(1<<33)) * time.Second)
		}
		r := provider.Report{
			Status:  provider.Statuses()[int(status)%provider.NumStatuses],
			Created: at(created), Started: at(started), Completed: at(finished), Failed: at(finished), Expires: at(expires),
		}
		l := newTimeline(&r, r.Status, moment0(), time.Duration(within%(1<<33))*time.Second)
		if l == nil {
			return
		}
		end := 0.0
		for _, each := range l.Parts {
			x, errX := strconv.ParseFloat(each.X, 64)
			width, errWidth := strconv.ParseFloat(each.Width, 64)
			if errX != nil || errWidth != nil || x < end-0.02 || x > end+0.02 || width < timelineGap-0.02 {
				t.Fatalf("%+v: %s", r, drawn(l))
			}
			end = x + width
		}
		if end < timelineLength-0.1 || end > timelineLength+0.1 {
			t.Fatalf("%+v: %s", r, drawn(l))
		}
	})
}

func TestEveryRowHasItsLife(t *testing.T) {
	page := open(t, richFleet(), "/exports")
	for _, tr := range rows(page) {
		id := tr.one(t, "code").text()
		lines := tr.all("svg")
		if id == "account_log" {
			if len(lines) != 0 {
				t.Errorf("%s began at an unknown time, and has a line", id)
			}
			continue
		}
		if len(lines) != 1 || lines[0].attr["role"] != "img" || !strings.HasPrefix(lines[0].attr["aria-label"], "Life: requested ") {
			t.Errorf("%s has no line of life that is heard", id)
		}
	}
}

// TestTimesThatMeanNothingAreADash: a failed export has no expiry, like one
// that is not ready yet, or whose file went before it.
func TestTimesThatMeanNothingAreADash(t *testing.T) {
	for _, status := range provider.Statuses() {
		r := report("a", "fills", status, time.Hour)
		future, past := "–none", "–none"
		switch status {
		case provider.StatusReady:
			future, past = "in 1 d", "1 d ago"
		case provider.StatusExpired:
			past = "1 d ago"
		default: // no expiry
		}
		for want, expires := range map[string]time.Time{"future " + future: after(day), "past " + past: before(day)} {
			r.Expires = expires
			page := open(t, Fleet{Now: moment0(), Accounts: []account.View{view("a", "kraken", up("trades", r))}}, "/exports")
			if got := rowOf(t, page, "a").one(t, "td", class("expires")).text(); got != strings.SplitN(want, " ", 2)[1] {
				t.Errorf("%s: %q, want %q", status, got, want)
			}
		}
	}
}
