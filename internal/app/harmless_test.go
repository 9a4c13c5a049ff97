package app_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"export_status_exporter/internal/sandbox"
)

// harmless are answers that look like faults but are not, by the one report or
// row in them.
func harmless(p sandbox.Provider) map[string]sandbox.Fault {
	d := dialectOf(p)
	item := `{"id":"1","date":"2026-03-01T11:00:00Z"}`
	odd := `{"id":"1","date":"soon"}`
	if d.report != nil {
		item = d.report("JOBX", d.ready, "")
		odd = d.report("JOBX", d.ready, fmt.Sprintf(`,%q:"soon",%q:{"a":1}`, d.created, d.completed))
	}
	hinted := serves(200, d.list("["+item+"]"))
	hinted.Header = http.Header{"Retry-After": {"5", "1800"}}
	return map[string]sandbox.Fault{
		"a byte order mark":        serves(200, "\ufeff"+d.list("["+item+"]")),
		"a list as an object":      serves(200, d.list(`{"0":`+item+`}`)),
		"a list with a gap":        serves(200, d.list(`{"2":`+item+`}`)),
		"moments that are none":    serves(200, d.list("["+odd+"]")),
		"hints beside a good list": hinted,
		"white space around":       serves(200, "\r\n "+d.list("["+item+"]")+"\n\n"),
		"status 203":               serves(203, d.list("["+item+"]")),
	}
}

// TestHarmlessFaults sends them from every provider: the source stays up and
// lists the same.
func TestHarmlessFaults(t *testing.T) {
	for _, p := range sandbox.Providers() {
		for name, f := range harmless(p) {
			t.Run(string(p)+"/"+name, func(t *testing.T) {
				t.Parallel()
				r := New(t)
				sick := r.Sandbox.AddAccount(p, "sick")
				sick.SetReports([]sandbox.Report{job(p, r.Clock.Now())})
				r.Write("accounts:", r.Account(sick, settingsOf(p)...))
				r.Start()
				listed := r.Scrape().With("export_status{")
				sick.SetFault(f)
				for range 3 {
					r.Clock.Advance(time.Minute)
					got := r.Scrape()
					got.Want(t, sourceKey("export_source_up", p, "sick", sourceOf(p)), 1)
					if shown := got.With("export_status{"); !slices.Equal(shown, listed) {
						t.Errorf("shown are %v, want %v; log:\n%s", shown, listed, r.Log)
					}
				}
				r.checkQuiet()
			})
		}
	}
}
