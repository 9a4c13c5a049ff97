package answers

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"export_status_exporter/internal/rig"
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
	hinted := rig.Serves(200, d.list("["+item+"]"))
	hinted.Header = http.Header{"Retry-After": {"5", "1800"}}
	return map[string]sandbox.Fault{
		"a byte order mark":        rig.Serves(200, "\ufeff"+d.list("["+item+"]")),
		"a list as an object":      rig.Serves(200, d.list(`{"0":`+item+`}`)),
		"a list with a gap":        rig.Serves(200, d.list(`{"2":`+item+`}`)),
		"moments that are none":    rig.Serves(200, d.list("["+odd+"]")),
		"hints beside a good list": hinted,
		"white space around":       rig.Serves(200, "\r\n "+d.list("["+item+"]")+"\n\n"),
		"status 203":               rig.Serves(203, d.list("["+item+"]")),
	}
}

// TestHarmlessFaults sends them from every provider, each to an account of its
// own: the source stays up and lists the same.
func TestHarmlessFaults(t *testing.T) {
	t.Parallel()
	for _, p := range sandbox.Providers() {
		t.Run(string(p), func(t *testing.T) {
			t.Parallel()
			r := rig.New(t)
			lines := []string{"accounts:"}
			sick := make(map[string]*sandbox.Account)
			for name := range harmless(p) {
				a := r.Sandbox.AddAccount(p, strings.ReplaceAll(name, " ", "-"))
				a.SetReports([]sandbox.Report{rig.Job(p, r.Clock.Now())})
				lines = append(lines, r.Account(a, rig.SettingsOf(p)...))
				sick[name] = a
			}
			r.Write(lines...)
			r.Start()
			before := r.Scrape()
			for name, f := range harmless(p) {
				sick[name].SetFault(f)
			}
			for range 3 {
				r.Clock.Advance(time.Minute)
				got := r.Scrape()
				for name, a := range sick {
					own := fmt.Sprintf("{account=%q", a.Name())
					got.Want(t, rig.SourceKey("export_source_up", p, a.Name(), rig.SourceOf(p)), 1)
					if shown, listed := got.With("export_status"+own), before.With("export_status"+own); len(listed) == 0 || !slices.Equal(shown, listed) {
						t.Errorf("%s: shown are %v, want %v; log:\n%s", name, shown, listed, rig.LinesOf(r.Log.String(), a.Name()))
					}
				}
			}
			r.CheckQuiet()
		})
	}
}
