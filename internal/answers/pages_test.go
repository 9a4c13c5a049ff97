package answers

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"export_status_exporter/internal/rig"
	"export_status_exporter/internal/sandbox"
)

// TestOddPages: whatever replaces the second page, no report of the earlier
// complete list vanishes, and the next complete list is complete again.
func TestOddPages(t *testing.T) {
	t.Parallel()
	for _, p := range []sandbox.Provider{sandbox.CoinbaseExchange, sandbox.OnlyFansAPI} {
		d := dialectOf(p)
		first := "[" + d.report("A", d.ready, "") + "," + d.report("B", d.unfinished, "") + "]"
		last := "[" + d.report("C", d.ready, "") + "]"
		page := func(list string, more bool) sandbox.Fault {
			f := rig.Serves(http.StatusOK, list)
			f.Times = 1
			switch {
			case p == sandbox.OnlyFansAPI:
				f.Body = fmt.Appendf(nil, `{"data":%s,"meta":{"last_page":2}}`, list)
			case more:
				f.Header = http.Header{"CB-AFTER": {"next"}}
			}
			return f
		}
		for _, c := range []struct {
			name   string
			second sandbox.Fault
			reason string
			listed string
		}{
			{"good", page(last, false), "", "A B C"},
			{"empty", page("[]", false), "", "A B"},
			{"as an object", page(`{"0":`+d.report("C", d.ready, "")+`}`, false), "", "A B C"},
			{"the first again", page(first, false), "", "A B"},
			{"one of the first again", page("["+d.report("B", "failed", "")+","+d.report("C", d.ready, "")+"]", false), "", "A B C"},
			{"a page of HTML", rig.Serves(http.StatusOK, "<html>"), "malformed", "A B C"},
			{"a gateway's refusal", rig.Serves(http.StatusForbidden, "<html>"), "unavailable", "A B C"},
			{"a refusal", rig.Serves(http.StatusUnauthorized, d.refuse(`"Tired"`)), "auth", "A B C"},
			{"an error with status 200", rig.Serves(http.StatusOK, d.refuse(`"Tired of jo@example.com"`)), "unknown", "A B C"},
			{"null", rig.Serves(http.StatusOK, "null"), "malformed", "A B C"},
			{"a text", rig.Serves(http.StatusOK, `"none"`), "malformed", "A B C"},
			{"nothing", rig.Serves(http.StatusNoContent, ""), "malformed", "A B C"},
			{"cut short", rig.Serves(http.StatusOK, `[{"id":"C"`), "malformed", "A B C"},
			{"404", rig.Serves(http.StatusNotFound, d.refuse(`"NotFound"`)), "not_found", "A B C"},
			{"too fast", rig.Serves(http.StatusTooManyRequests, d.refuse(`"SlowDown"`)), "rate_limited", "A B C"},
		} {
			r, a := d.rig(t)
			a.SetFault(page(first, true), page(last, false))
			r.Scrape()
			r.Clock.Advance(time.Minute)
			a.SetFault(page(first, true), c.second)
			got := r.Scrape()
			if reasons := strings.Join(got.Reasons("main", d.source), ","); reasons != c.reason {
				t.Errorf("%s, %s: reasons %q, want %q; log\n%s", p, c.name, reasons, c.reason, r.Log)
			}
			var listed []string
			for _, id := range []string{"A", "B", "C"} {
				if d.status(t, got, id) != "" {
					listed = append(listed, id)
				}
			}
			if shown := strings.Join(listed, " "); shown != c.listed {
				t.Errorf("%s, %s: %s, want %s", p, c.name, shown, c.listed)
			}
			vanished := got[d.of("export_reports_vanished_total", "", "")+`,status="ready",type=""}`]
			if want := float64(strings.Count("A B C", " ") - strings.Count(c.listed, " ")); vanished != want && c.reason != "" {
				t.Errorf("%s, %s: %v vanished, want %v", p, c.name, vanished, want)
			}
			r.Clock.Advance(8 * time.Hour)
			a.SetFault(page(first, true), page(last, false))
			got = r.Scrape()
			got.Want(t, rig.SourceKey("export_source_up", p, "main", d.source), 1)
			if d.status(t, got, "C") == "" {
				t.Errorf("%s, %s: the list is not whole again", p, c.name)
			}
			if strings.Contains(r.Log.String(), "example.com") {
				t.Errorf("%s, %s: log\n%s", p, c.name, r.Log)
			}
		}
	}
}
